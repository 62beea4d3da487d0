"""The kernel's only job: to be seen running."""

from celery import shared_task

from smarthabit.kernel import clock, tick


@shared_task(name="kernel.tick")
def record_tick() -> None:
    """Leave a sign of life."""
    tick.record(clock.now())
