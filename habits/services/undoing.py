"""Taking back the last change of a day, as long as it is the last."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet

from habits.models import Entry, EntryRevision
from habits.services.changes import EntryChange, EntryWrite
from habits.services.entries import Written, write_entries
from habits.services.states import lock_states
from smarthabit.accounts.user import User
from smarthabit.kernel.errors import NotFound, VersionConflict


@transaction.atomic
def undo_entry(*, user: User, habit_id: int, day: date, version: int, now: datetime, tab: str = "") -> Written:
    """Bring back what a day said before its ``version`` was made.

    Raises NotFound for a habit that is not the user's, and VersionConflict where something was said since (also by this
    undo: asked twice, it changes nothing more) or where it is not known any more what was there before.
    """
    if not lock_states(user, [habit_id]):
        raise NotFound
    entry = Entry.objects.owned_by(user).filter(habit_id=habit_id, day=day).first()
    last = entry or _last_deletion(habit_id, day)
    if last is None or last.version != version:
        raise VersionConflict(entry)
    write = EntryWrite(habit_id, day, *_restored(last))
    return write_entries(user=user, writes=[write], now=now, tab=tab)


def _restored(last: Entry | EntryRevision) -> tuple[EntryChange, bool]:
    """What to state, and whether to delete instead."""
    if isinstance(last, EntryRevision):
        return _said_by(last), False
    if last.version == 1:
        return EntryChange(), True
    before = _revisions(last.habit_id, last.day).filter(version=last.version - 1).first()
    if before is None:
        raise VersionConflict(last)
    return _said_by(before), before.outcome == EntryRevision.Outcome.DELETED


def _last_deletion(habit_id: int, day: date) -> EntryRevision | None:
    deletions = _revisions(habit_id, day).filter(outcome=EntryRevision.Outcome.DELETED)
    return deletions.order_by("-version", "-pk").first()


def _revisions(habit_id: int, day: date) -> QuerySet[EntryRevision]:
    return EntryRevision.objects.filter(habit_id=habit_id, day=day)


def _said_by(row: EntryRevision) -> EntryChange:
    return EntryChange(row.value_milli, row.skipped, row.note, row.performed_at)
