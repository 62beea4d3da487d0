"""Jobs of accounts: each finds its work in the database, and may run late, twice or not at all."""

from celery import shared_task

from smarthabit.accounts import purging
from smarthabit.kernel import clock


@shared_task(name="accounts.purge")
def purge() -> int:
    """Forget what nobody will ask for again."""
    return purging.purge(clock.now())
