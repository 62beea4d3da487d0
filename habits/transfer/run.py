"""Carrying an import out: in batches, and after a crash from the start again without doing harm."""

from __future__ import annotations

import logging
import tempfile
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils.translation import override

from habits.domain.calendar import latest_day_anywhere
from habits.events import HabitsChanged
from habits.models import Habit, HabitState, ImportJob
from habits.services.states import refold_habits
from habits.transfer import restore, store
from habits.transfer.detect import open_source
from habits.transfer.lease import Lease, LeaseLost, tell
from habits.transfer.limits import LIMITS, Limits
from habits.transfer.matching import Destination, match
from habits.transfer.neutral import FileRefusedError, ImportedRevision, Refusal, Source, Tally
from habits.transfer.readers.cells import BadCellError
from habits.transfer.readers.native import FORMAT as OWN_FORMAT
from habits.transfer.reasons import text_of
from habits.transfer.report import Report
from habits.transfer.revisions import store_revisions
from smarthabit.accounts.selectors import today_of
from smarthabit.accounts.services import bump_seq
from smarthabit.kernel.events import publish

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 3
_SURVEYED, _STORED, _DONE = 10, 90, 100
_SIGN_OF_LIFE = 20_000
_PIECE = 262_144
_REFOLDED_AT_ONCE = 50


def run_import(job_id: int, now: datetime, limits: Limits = LIMITS) -> None:
    """Carry out a job that waits, or whose worker died. Does nothing when somebody else is at it or it is done.

    Whatever goes wrong with the file is the job's result. Other failures are raised; the job is taken up again when its
    lease has run out, and given up after a few attempts.
    """
    job = ImportJob.objects.select_related("user").defer("content").filter(pk=job_id).first()
    if job is None:
        return
    try:
        lease = Lease(job, now)
        attempts = job.report.get("attempts", 0) + 1
        if attempts > MOST_ATTEMPTS:
            _fail(lease, FileRefusedError("gave_up"))
            return
        lease.keep(report={**job.report, "attempts": attempts})
        _attempt(lease, limits)
    except LeaseLost:
        log.info("import is in other hands", extra={"job": job_id})


def _attempt(lease: Lease, limits: Limits) -> None:
    try:
        with _file_of(lease.job) as path, closing(open_source(path, limits)) as source:
            Run(lease, source, limits).carry_out()
    except FileRefusedError as error:
        _fail(lease, error)


@contextmanager
def _file_of(job: ImportJob) -> Iterator[Path]:
    """The uploaded file, unpacked to a temporary one."""
    content = ImportJob.objects.values_list("content", flat=True).get(pk=job.pk)
    with tempfile.TemporaryDirectory(prefix="smarthabit-import-") as folder:
        path = Path(folder) / "file"
        with path.open("wb") as file:
            _inflate(content or b"", file.write)
        del content
        yield path


def _inflate(content: bytes | memoryview, write: Callable[[bytes], object]) -> None:
    inflating = zlib.decompressobj()
    for at in range(0, len(content), _PIECE):
        rest = bytes(content[at : at + _PIECE])
        while rest:
            write(inflating.decompress(rest, _PIECE))
            rest = inflating.unconsumed_tail
    write(inflating.flush())


class Run:
    """One attempt at one job."""

    def __init__(self, lease: Lease, source: Source, limits: Limits) -> None:
        self.lease = lease
        self.job = lease.job
        self.user = lease.job.user
        self.source = source
        self.limits = limits
        self.report = Report()
        self.fresh: set[int] = set()
        self._tallies: defaultdict[int, Tally] = defaultdict(Tally)
        self._read = 0

    def carry_out(self) -> None:
        """Read the file once to know it, and once more to store it - or, on a dry run, to say what would happen."""
        self._survey()
        wet = not self.job.dry_run
        if wet and "profile" in self.source.extras:
            restore.restore_profile(self.user, self.source.extras["profile"], self.report.refuse)
        moment = store.Moment(self.lease.now, today_of(self.user, self.lease.now))
        found = match(self.user, self.source.habits, moment.today)
        self.report.list_habits(found, self._tallies)
        if wet:
            self.fresh = set(store.create_habits(self.user, self.source.habits, found, moment))
        self._store(found, moment.now)
        if wet:
            self._store_revisions(found, moment.now)
            self._finish(found, moment)
        self._done()

    def _survey(self) -> None:
        """Read every row once: how many there are, and what each habit's entries come to."""
        latest = latest_day_anywhere(self.lease.now)
        for entry in self.source.rows(self._count_refusal):
            if entry.day <= latest:  # what has not begun is refused, and makes no habit longer or older
                self._tallies[entry.habit].add(entry)
            self._count()
        self.source.settle(self._tallies)
        self.lease.renew(_SURVEYED)

    def _count_refusal(self, _refusal: Refusal) -> None:
        self._count()

    def _count(self, progress: int = 0) -> None:
        self._read += 1
        if self._read > self.limits.rows:
            raise FileRefusedError("too_many_rows", self.limits.rows)
        if self._read % _SIGN_OF_LIFE == 0:
            self.lease.renew(progress)

    def _store(self, found: Mapping[int, Destination], now: datetime) -> None:
        latest, batch, passed = latest_day_anywhere(now), list[store.Row](), 0
        for entry in self.source.rows(self.report.refuse):
            passed += 1
            destination = found.get(entry.habit)
            if destination is None:
                continue
            try:
                value = destination.value_of(entry, latest)
            except BadCellError as error:
                self.report.refuse(Refusal(entry.file, entry.line, error.code, error.detail))
                continue
            batch.append(store.row_of(self.user, destination.habit_id or 0, entry, value, now))
            if len(batch) >= store.BATCH:
                self._store_batch(batch, passed)
                batch = []
        self._store_batch(batch, passed)

    def _store_batch(self, batch: list[store.Row], passed: int) -> None:
        percent = _SURVEYED + (_STORED - _SURVEYED) * passed // max(1, self._read)
        with transaction.atomic():
            self.lease.renew(min(percent, _STORED))
            if self.job.dry_run:
                stored, _, _ = store.sort_rows(batch, {0})
            else:
                ages = self.source.format != OWN_FORMAT
                stored = store.store_rows(self.user, batch, self.fresh, self.lease.now, ages=ages)
        self.report.stored.add(stored)

    def _store_revisions(self, found: Mapping[int, Destination], now: datetime) -> None:
        """The history of the entries, where the file has one."""
        latest, batch = latest_day_anywhere(now), list[tuple[int, ImportedRevision]]()
        for revision in self.source.revisions(self.report.refuse):
            self._count(_STORED)
            destination = found.get(revision.habit)
            if destination is None or destination.habit_id is None:
                continue
            if revision.day > latest:
                self.report.refuse(Refusal(revision.file, revision.line, "day_too_late", str(revision.day)))
                continue
            batch.append((destination.habit_id, revision))
            if len(batch) >= store.BATCH:
                self._store_some(batch)
                batch = []
        self._store_some(batch)

    def _store_some(self, batch: list[tuple[int, ImportedRevision]]) -> None:
        with transaction.atomic():
            self.lease.renew(_STORED)
            store_revisions(self.user, batch)

    def _finish(self, found: Mapping[int, Destination], moment: store.Moment) -> None:
        """Fold what has changed, hand the rest of the file on, and tell whoever listens."""
        extras, refuse = self.source.extras, self.report.refuse
        paused = restore.restore_pauses(self.user, extras.get("pauses"), moment.now, refuse)
        ids = [destination.habit_id for destination in found.values() if destination.habit_id is not None]
        self._refold(self._stale(ids, paused=paused), moment)
        keys = {self.source.habits[index].key: one.habit_id for index, one in found.items() if one.habit_id is not None}
        restore.restore_sections(self.user, extras, keys, moment.now, refuse)
        changed = sorted(self.fresh | self.report.stored.touched.keys())
        if changed or paused:
            with transaction.atomic():
                publish(HabitsChanged(self.user.pk, bump_seq(self.user.pk), "", tuple(changed), "imported"))

    def _stale(self, ids: Sequence[int], *, paused: bool) -> list[Habit]:
        """The habits whose states have to be folded anew: those without one, or all after a pause of the account."""
        states = HabitState.objects.filter(user_id=self.user.pk).select_related("habit")
        if not paused:
            states = states.filter(fold={}, habit_id__in=ids)
        return [state.habit for state in states.order_by("habit_id")]

    def _refold(self, habits: Sequence[Habit], moment: store.Moment) -> None:
        for at in range(0, len(habits), _REFOLDED_AT_ONCE):
            refold_habits(self.user, habits[at : at + _REFOLDED_AT_ONCE], moment.today)
            self.lease.renew(_STORED + (_DONE - 1 - _STORED) * at // len(habits))

    def _done(self) -> None:
        if not self.job.dry_run:
            self.lease.keep(content=None)
        self.lease.keep(
            status=ImportJob.Status.DONE,
            format=self.source.format,
            report=self.report.as_json(),
            progress=_DONE,
            finished_at=self.lease.now,
        )
        tell(self.job)


def _fail(lease: Lease, error: FileRefusedError) -> None:
    """The job ends without the file having been taken."""
    with override("en"):
        text = text_of(error.code, error.detail)[:300]
    report = {"error": {"code": error.code, "detail": error.detail}}
    lease.keep(status=ImportJob.Status.FAILED, error=text, report=report, content=None, finished_at=lease.now)
    tell(lease.job)
