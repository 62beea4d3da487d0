"""Starting imports and keeping them going. `run` carries them out."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Protocol

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from habits.models import ImportJob
from habits.transfer.lease import claimable
from habits.transfer.reasons import text_of
from habits.transfer.run import run_import
from smarthabit.accounts.user import User
from smarthabit.kernel.errors import NotFound, RuleError

__all__ = ["confirm_import", "run_import", "start_import", "sweep_imports"]

MOST_WAITING = 3
MOST_PREVIEWS = 3
PREVIEW_KEPT = timedelta(days=1)
_PIECE = 262_144
_SWEPT_AT_ONCE = 20


class Upload(Protocol):
    """A file as Django hands it over."""

    def chunks(self, chunk_size: int | None = None) -> Iterable[bytes]:
        """Its content, piece by piece."""
        ...


def start_import(*, user: User, filename: str, content: Upload | bytes, dry_run: bool, now: datetime) -> ImportJob:
    """Take a file in; a worker carries the job out (see `run_import`). With `dry_run` it only says what it would do.

    Raises RuleError for an empty file, one larger than IMPORT_MAX_BYTES (code "file_too_large"), and while the user has
    several imports waiting.
    """
    kept, size = _deflate(content)
    if not size:
        raise RuleError("empty_file", text_of("empty_file"), "file")
    with transaction.atomic():
        jobs = ImportJob.objects.owned_by(user)
        if jobs.filter(finished_at=None).count() >= MOST_WAITING:
            raise RuleError("too_many_imports", _("Other imports of yours are still waiting. Please let them finish."))
        job = jobs.create(user=user, filename=_name(filename), content=kept, dry_run=dry_run, created_at=now)
        previews = jobs.filter(dry_run=True, content__isnull=False).order_by("-id")
        forgotten = list(previews.values_list("pk", flat=True)[MOST_PREVIEWS:])
        jobs.filter(pk__in=forgotten, finished_at__isnull=False).update(content=None)
    return job


def confirm_import(*, user: User, job_id: int, now: datetime) -> ImportJob:
    """Carry out for good what a dry run has shown. Confirming twice is once. Raises NotFound for another's job.

    Raises RuleError where there is nothing to confirm: the dry run is not done yet, has failed, or is too long ago.
    """
    jobs = ImportJob.objects.owned_by(user).filter(pk=job_id)
    shown = jobs.filter(dry_run=True, status=ImportJob.Status.DONE, content__isnull=False)
    confirmed = shown.update(
        dry_run=False, status=ImportJob.Status.QUEUED, progress=0, report={}, finished_at=None, created_at=now
    )
    job = jobs.defer("content").first()
    if job is None:
        raise NotFound
    if not confirmed and job.dry_run:
        raise RuleError("nothing_to_confirm", _("There is no preview to confirm. Please choose the file again."))
    return job


def sweep_imports(now: datetime) -> list[int]:
    """The jobs that need a worker: those that wait, and those whose worker died. Clears away old files."""
    done = ImportJob.objects.filter(finished_at__isnull=False)
    done.filter(content__isnull=False, finished_at__lt=now - PREVIEW_KEPT).update(content=None)
    return list(claimable(now).order_by("id").values_list("pk", flat=True)[:_SWEPT_AT_ONCE])


def _deflate(content: Upload | bytes) -> tuple[bytes, int]:
    """The content compressed, and its size; never more than the limit is read."""
    most, size, deflating, kept = settings.IMPORT_MAX_BYTES, 0, zlib.compressobj(1), bytearray()
    for piece in _pieces(content):
        size += len(piece)
        if size > most:
            raise RuleError("file_too_large", text_of("file_too_large", str(most // 2**20)), "file")
        kept += deflating.compress(piece)
    kept += deflating.flush()
    return bytes(kept), size


def _pieces(content: Upload | bytes) -> Iterator[bytes]:
    if isinstance(content, bytes):
        return (content[at : at + _PIECE] for at in range(0, len(content), _PIECE))
    return iter(content.chunks())


def _name(filename: str) -> str:
    """The file's name, to be shown; no path, no control characters."""
    last = filename.replace("\\", "/").rpartition("/")[2]
    return "".join(character for character in last if character.isprintable())[:200]
