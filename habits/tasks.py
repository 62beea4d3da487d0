"""Jobs of habits: each finds its work in the database, and may run late, twice or not at all."""

from celery import shared_task

from habits import services
from smarthabit.kernel import clock


@shared_task
def roll_over() -> int:
    """Close the days that have ended."""
    return services.roll_over(clock.now())
