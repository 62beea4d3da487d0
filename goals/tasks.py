"""Jobs of goals: each finds its work in the database, and may run late, twice or not at all."""

from celery import shared_task

from goals import services
from smarthabit.kernel import clock


@shared_task(name="goals.look")
def look() -> int:
    """Look at the goals whose time has come."""
    return services.look_at_goals(clock.now())
