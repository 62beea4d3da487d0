"""Reading imports."""

from __future__ import annotations

from django.db.models import QuerySet

from habits.models import ImportJob
from smarthabit.accounts.user import User
from smarthabit.kernel.errors import NotFound
from smarthabit.kernel.timeline import Cut


def import_jobs(user: User) -> QuerySet[ImportJob]:
    """The user's imports without their files, the latest first."""
    return ImportJob.objects.owned_by(user).defer("content").order_by("-id")


def finished_below(user: User, cut: Cut, table: int) -> list[ImportJob]:
    """Imports that are done, as a part of a longer list of what happened: by the instant at which they ended."""
    done = import_jobs(user).filter(status=ImportJob.Status.DONE, dry_run=False, finished_at__isnull=False)
    return cut.of(done, "finished_at", table)


def import_job(user: User, job_id: int) -> ImportJob:
    """One of them; raises NotFound for another's."""
    job = import_jobs(user).filter(pk=job_id).first()
    if job is None:
        raise NotFound
    return job
