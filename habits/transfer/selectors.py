"""Reading imports."""

from __future__ import annotations

from django.db.models import QuerySet

from habits.models import ImportJob
from smarthabit.accounts.user import User
from smarthabit.kernel.errors import NotFound


def import_jobs(user: User) -> QuerySet[ImportJob]:
    """The user's imports without their files, the latest first."""
    return ImportJob.objects.owned_by(user).defer("content").order_by("-id")


def import_job(user: User, job_id: int) -> ImportJob:
    """One of them; raises NotFound for another's."""
    job = import_jobs(user).filter(pk=job_id).first()
    if job is None:
        raise NotFound
    return job
