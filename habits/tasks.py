"""Jobs of habits: each finds its work in the database, and may run late, twice or not at all."""

from celery import shared_task

from habits import services
from habits.transfer import services as transfer
from habits.transfer.wake import TASK as RUN_IMPORT
from smarthabit.kernel import clock


@shared_task(name="habits.roll_over")
def roll_over() -> int:
    """Close the days that have ended."""
    return services.roll_over(clock.now())


@shared_task(name=RUN_IMPORT)
def run_import(job_id: int) -> None:
    """Carry out one import."""
    transfer.run_import(job_id, clock.now())


@shared_task(name="habits.sweep_imports")
def sweep_imports() -> None:
    """Find the imports that nobody works on, and have them worked on."""
    for job_id in transfer.sweep_imports(clock.now()):
        run_import.delay(job_id)


@shared_task(name="habits.purge")
def purge() -> int:
    """Forget what no one will ask for again."""
    return services.purge(clock.now())
