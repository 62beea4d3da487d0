"""Every periodic job on one screen.

Each is a tick of so many seconds that finds its work in the database, so it may be late, lost or repeated. Local times
are never scheduled here: what is due when in whose zone is the job's own business.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Job:
    """A task by its registered name, and every how many seconds it is woken."""

    task: str
    every: int


JOBS = {
    "tick": Job("kernel.tick", every=10),
    "rollover": Job("habits.roll_over", every=15),
    "nudges": Job("nudges.tick", every=10),
    "learn": Job("nudges.learn", every=60),
    "goals": Job("goals.look", every=60),
    "risk": Job("analytics.watch", every=3600),
    "suggestions": Job("analytics.suggest", every=60),
    "learn risk": Job("analytics.learn_risk", every=6 * 3600),
    "imports": Job("habits.sweep_imports", every=20),
    "purge nudges": Job("nudges.purge", every=3600),
    "purge habits": Job("habits.purge", every=3600),
    "purge accounts": Job("accounts.purge", every=3600),
}

_PREFIX = "smarthabit: "


def synchronise() -> None:
    """Make django-celery-beat's tables say what ``JOBS`` says; writes nothing when they do. Called when beat starts.

    A wake-up that no worker has taken by the time the next is due expires, so that none pile up while workers are away.
    """
    from django_celery_beat.models import IntervalSchedule, PeriodicTask  # noqa: PLC0415 - after Django is set up

    PeriodicTask.objects.filter(name__startswith=_PREFIX).exclude(name__in=[_PREFIX + name for name in JOBS]).delete()
    present = {task.name: task for task in PeriodicTask.objects.filter(name__startswith=_PREFIX)}
    for name, job in JOBS.items():
        interval, _created = IntervalSchedule.objects.get_or_create(every=job.every, period=IntervalSchedule.SECONDS)
        wanted = {"task": job.task, "interval_id": interval.pk, "expire_seconds": job.every, "enabled": True}
        task = present.get(_PREFIX + name) or PeriodicTask(name=_PREFIX + name)
        if task.pk is None or any(getattr(task, field) != value for field, value in wanted.items()):
            for field, value in wanted.items():
                setattr(task, field, value)
            task.save()
