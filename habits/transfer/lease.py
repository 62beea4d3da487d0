"""Who works on an import: one worker at a time, for as long as it says that it is alive."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from habits.models import ImportJob
from smarthabit.accounts.selectors import seq_of
from smarthabit.kernel import live

LENGTH = timedelta(seconds=60)
_STEPS = 2_000


class LeaseLost(Exception):
    """Another worker has taken the job over; whatever this one had not committed is void."""


def claimable(now: datetime) -> QuerySet[ImportJob]:
    """The jobs that wait for a worker, or whose worker has not been heard of."""
    waiting = Q(status=ImportJob.Status.QUEUED) | Q(status=ImportJob.Status.RUNNING, lease_until__lt=now)
    return ImportJob.objects.filter(waiting)


class Lease:
    """The right to work on a job. Every renewal moves its end, and the end is what tells our claim from another's."""

    def __init__(self, job: ImportJob, now: datetime) -> None:
        self.job = job
        self._started = now
        self._clock = time.monotonic()
        self._until = now + LENGTH
        self._shown = -1
        claimed = claimable(now).filter(pk=job.pk)
        if not claimed.update(status=ImportJob.Status.RUNNING, lease_until=self._until):
            raise LeaseLost

    @property
    def now(self) -> datetime:
        """The instant at which the claim was made, moved on by the time that has passed since."""
        return self._started + timedelta(seconds=time.monotonic() - self._clock)

    def renew(self, percent: int) -> None:
        """Say that the work goes on; raises LeaseLost when somebody else has taken it over."""
        until = self.now + LENGTH
        self.keep(lease_until=until, progress=percent)
        self._until = until
        if percent != self._shown:
            self._shown = percent
            tell(self.job)

    def keep(self, **fields: object) -> None:
        """Write to the job's row as long as it is ours."""
        held = ImportJob.objects.filter(pk=self.job.pk, status=ImportJob.Status.RUNNING, lease_until=self._until)
        if not held.update(**fields):
            raise LeaseLost


def tell(job: ImportJob) -> None:
    """Let open screens know that the job has moved on."""
    live.publish(job.user_id, seq_of(job.user), [f"import:{job.pk}"])
