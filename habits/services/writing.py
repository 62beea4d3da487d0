"""Laying one write over what is stored for its day: which version, whose word stands, and what is kept of the rest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from habits.domain.calendar import minute_of_day
from habits.domain.merge import NEVER, NOTHING, PRESENCE, Content, Stamp, Statement, merge
from habits.models import Entry, EntryRevision
from habits.services.book import HabitBook
from habits.services.changes import ANY_VERSION, EntryChange, EntryWrite, Source, stated
from smarthabit.accounts.user import User
from smarthabit.kernel.errors import RuleError, VersionConflict

FAST_CLOCK = timedelta(minutes=2)
"""How far ahead of ours a device's clock may run before it is held back."""


@dataclass(frozen=True, slots=True)
class Pen:
    """Who writes, when, and by which way in."""

    user: User
    now: datetime
    source: Source


@dataclass(frozen=True, slots=True)
class EntryOutcome:
    """What became of one write. ``stands`` is False when a newer statement of another device was kept."""

    entry: Entry | None
    created: bool
    changed: bool
    stands: bool
    before: EntryChange
    """The entry as it was, as the change that would bring it back (undo)."""
    error: RuleError | None = None


def apply_write(book: HabitBook, write: EntryWrite, pen: Pen) -> EntryOutcome:
    """Apply a write that broke no rule to its book. Raises VersionConflict where If-Match does not hold."""
    current = book.entries.get(write.day)
    if write.if_version is not None and not _matches(current, write.if_version):
        raise VersionConflict(current)
    grave = book.tombstone(write.day) if current is None else None
    content = _content(current, grave)
    override = not write.negotiable or write.base_version == (current.version if current else 0)
    statement = Statement(_values(write.change), _stamp(write, pen, override=override), write.delete)
    merged = merge(content, statement, override=override)
    before = _as_change(current)
    if not merged.stands:
        book.revisions.append(_lost(book, write, pen))
    if _same(merged.content, content):
        if write.negotiable and merged.content != content:
            _remember(book, write.day, current or grave, merged.content, pen)
        return EntryOutcome(current, created=False, changed=False, stands=merged.stands, before=before)
    if current is not None and not merged.content.exists:
        _bury(book, write.day, current, merged.content, pen)
        _take_out(book, write.day, current)
        return EntryOutcome(None, created=False, changed=True, stands=merged.stands, before=before)
    if current is not None:
        book.revisions.append(_revision(book, current, EntryRevision.Outcome.REPLACED, pen.now))
    before_it = current or grave
    version = before_it.version if before_it else 0
    entry = current or Entry(user_id=book.habit.user_id, habit=book.habit, day=write.day)
    _fill(entry, merged.content, book, pen)
    entry.version, entry.source, entry.written_at = version + 1, pen.source, pen.now
    book.entries[write.day] = book.dirty[write.day] = entry
    return EntryOutcome(entry, created=current is None, changed=True, stands=merged.stands, before=before)


def _matches(current: Entry | None, wanted: int | str) -> bool:
    return current is not None and wanted in {ANY_VERSION, current.version}


def _same(one: Content, other: Content) -> bool:
    return one.exists == other.exists and dict(one.values) == dict(other.values)


def _stamp(write: EntryWrite, pen: Pen, *, override: bool) -> Stamp:
    """When the write was made, as far as we know: one that saw the latest counts as made now."""
    told = write.client_ts or (pen.now if override else None)
    if told is None:
        return NEVER
    return (_instant(min(told, pen.now + FAST_CLOCK)), write.device, write.op_id)


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _values(change: EntryChange) -> dict[str, Any]:
    said = stated(change)
    if "value_milli" in said:
        said["value"] = said.pop("value_milli")
    return said


def _content(entry: Entry | None, grave: EntryRevision | None) -> Content:
    """An entry with its stamps; one stored without stamps was stated whole at the time of writing."""
    if entry is None:
        return Content(deleted=_stamps(grave.stamps)["deleted"]) if grave else Content()
    values = {
        "value": entry.value_milli,
        "skipped": entry.skipped,
        "note": entry.note,
        "performed_at": entry.performed_at,
    }
    if entry.stamps is None:
        return Content(values, dict.fromkeys([*NOTHING, PRESENCE], (_instant(entry.written_at), "", "")))
    stamps = _stamps(entry.stamps)
    return Content(values, stamps, stamps.pop("deleted", NEVER))


def _stamps(stored: Any) -> dict[str, Stamp]:
    return {name: (at, device, op_id) for name, (at, device, op_id) in stored.items()}


def _fill(entry: Entry, content: Content, book: HabitBook, pen: Pen) -> None:
    values = content.values
    new_value = values["value"] is not None and values["value"] != entry.value_milli
    entry.value_milli, entry.skipped, entry.note = values["value"], values["skipped"], values["note"]
    entry.performed_at = values["performed_at"]
    if entry.performed_at is not None:
        entry.minute = minute_of_day(entry.performed_at, pen.user.zone)
    elif new_value:
        # Stated on its own day: as good a guess of when it was done as there is.
        entry.minute = minute_of_day(pen.now, pen.user.zone) if entry.day == book.today else None
    elif values["value"] is None:
        entry.minute = None
    entry.stamps = _stored(content)


def _stored(content: Content) -> dict[str, list[str]]:
    stamps = {name: list(at) for name, at in content.stamps.items()}
    return stamps if content.deleted == NEVER else {**stamps, "deleted": list(content.deleted)}


def _remember(book: HabitBook, day: date, last: Entry | EntryRevision | None, content: Content, pen: Pen) -> None:
    """Keep that something was stated again, so that a statement in between, still under way, will lose to it."""
    if isinstance(last, Entry):
        last.stamps = _stored(content)
        book.restamped[day] = last
    else:
        _bury(book, day, last, content, pen)


def _take_out(book: HabitBook, day: date, current: Entry) -> None:
    book.entries.pop(day, None)
    book.dirty.pop(day, None)
    book.gone[day] = current


def _revision(book: HabitBook, entry: Entry, outcome: EntryRevision.Outcome, now: datetime) -> EntryRevision:
    return EntryRevision(
        user_id=book.habit.user_id,
        habit=book.habit,
        day=entry.day,
        value_milli=entry.value_milli,
        skipped=entry.skipped,
        note=entry.note,
        performed_at=entry.performed_at,
        version=entry.version,
        outcome=outcome,
        source=entry.source,
        stamps=entry.stamps,
        written_at=entry.written_at,
        recorded_at=now,
    )


def _bury(book: HabitBook, day: date, last: Entry | EntryRevision | None, content: Content, pen: Pen) -> None:
    """Record a deletion: what was there, and a version and a stamp for whatever is stated after it."""
    entry = last if isinstance(last, Entry) else Entry(day=day, written_at=pen.now, version=last.version if last else 0)
    revision = _revision(book, entry, EntryRevision.Outcome.DELETED, pen.now)
    revision.version, revision.source = entry.version + 1, pen.source
    revision.stamps = {"deleted": list(content.deleted)}
    book.revisions.append(revision)
    book.bury(revision)


def _lost(book: HabitBook, write: EntryWrite, pen: Pen) -> EntryRevision:
    """The statement that did not stand, kept whole."""
    said = _values(write.change)
    return EntryRevision(
        user_id=book.habit.user_id,
        habit=book.habit,
        day=write.day,
        value_milli=said.get("value"),
        skipped=said.get("skipped", False),
        note=said.get("note", ""),
        performed_at=said.get("performed_at"),
        version=0,
        outcome=EntryRevision.Outcome.LOST,
        source=pen.source,
        written_at=write.client_ts or pen.now,
        recorded_at=pen.now,
    )


def _as_change(entry: Entry | None) -> EntryChange:
    if entry is None:
        return EntryChange()
    return EntryChange(entry.value_milli, entry.skipped, entry.note, entry.performed_at)
