"""Storing the history of entries that comes with our own export."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from habits.models import Entry, EntryRevision
from habits.transfer.neutral import ImportedRevision
from smarthabit.accounts.user import User

_AT_ONCE = 500
_LOST = EntryRevision.Outcome.LOST

Key = tuple[int, date, int, datetime | None]


def store_revisions(user: User, told: Sequence[tuple[int, ImportedRevision]]) -> int:
    """Add what is not there yet of these (habit id, revision)s; says how many that were.

    A version of a day that is known stays as it is, and one that the day's entry has yet to reach is left out: it
    tells of another entry than the one that is here. The same file twice, or begun again after a crash, adds nothing.
    """
    if not told:
        return 0
    ids = sorted({habit_id for habit_id, _ in told})
    days = [revision.day for _, revision in told]
    span = {"user_id": user.pk, "habit_id__in": ids, "day__range": (min(days), max(days))}
    known = {_key(row.habit_id, row.day, row.version, row.outcome, row.recorded_at) for row in _known(span)}
    versions = {(pk, day): version for pk, day, version in _versions(span)}
    rows = []
    for habit_id, one in told:
        key = _key(habit_id, one.day, one.origin.version, one.outcome, one.recorded_at)
        if key in known or one.origin.version >= versions.get((habit_id, one.day), one.origin.version + 1):
            continue
        known.add(key)
        rows.append(_row(user, habit_id, one))
    EntryRevision.objects.bulk_create(rows, batch_size=_AT_ONCE)
    return len(rows)


def _known(span: dict[str, object]) -> Sequence[EntryRevision]:
    return list(EntryRevision.objects.filter(**span).only("habit_id", "day", "version", "outcome", "recorded_at"))


def _versions(span: dict[str, object]) -> Sequence[tuple[int, date, int]]:
    return list(Entry.objects.filter(**span).values_list("habit_id", "day", "version"))


def _key(habit_id: int, day: date, version: int, outcome: str, recorded_at: datetime) -> Key:
    """What names a revision: its version, or for a statement that did not stand, which has none, its instant."""
    return habit_id, day, version, recorded_at if outcome == _LOST else None


def _row(user: User, habit_id: int, one: ImportedRevision) -> EntryRevision:
    origin = one.origin
    return EntryRevision(
        user_id=user.pk,
        habit_id=habit_id,
        day=one.day,
        value_milli=one.value,
        skipped=one.skipped,
        note=one.note,
        performed_at=origin.performed_at,
        version=origin.version,
        outcome=one.outcome,
        source=origin.source,
        stamps=origin.stamps,
        written_at=origin.written_at,
        recorded_at=one.recorded_at,
    )
