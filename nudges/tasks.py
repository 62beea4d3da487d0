"""Jobs of nudges: each finds its work in the database, and may run late, twice or not at all."""

from celery import shared_task

from nudges import services
from smarthabit.kernel import clock

HELPERS = 3
"""Further workers that are woken when there is more to send than one batch."""


@shared_task(name="nudges.tick")
def tick() -> None:
    """Decide for those whose slot begins, and send what is due."""
    if services.decide_due(clock.now()).nudges > services.AT_ONCE:
        for _ in range(HELPERS):
            deliver.apply_async(expires=60)
    services.deliver_due(clock.now())


@shared_task(name="nudges.deliver")
def deliver() -> None:
    """Help to send what is due."""
    services.deliver_due(clock.now())


@shared_task(name="nudges.learn")
def learn() -> int:
    """Learn from the days that are over."""
    return services.learn_due(clock.now())


@shared_task(name="nudges.purge")
def purge() -> int:
    """Forget what no one will ask for again."""
    return services.purge(clock.now())
