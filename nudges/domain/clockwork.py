"""When a user's slots are, as instants: the wall clock of the zone the user is in, through every change of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from nudges.domain.slots import SLOT_END, SLOT_START, SLOTS

_DAY = timedelta(days=1)


def slot_span(day: date, slot: int, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
    """The UTC instants at which a slot of a local day begins and ends; None where the zone has left that day out.

    A wall time that occurs twice counts at its first pass; one that the clock jumps over, at the jump's other side.
    """
    starts_at, ends_at = (_instant(day, minute, zone) for minute in (SLOT_START[slot], SLOT_END[slot]))
    if slot_at(starts_at, zone) != (day, slot) or ends_at <= starts_at:
        return None
    return starts_at, ends_at


def slot_at(instant: datetime, zone: ZoneInfo) -> tuple[date, int] | None:
    """The local day and the slot (0-5) that an aware instant lies in; None at night, when no slot is open."""
    wall = instant.astimezone(zone)
    minute = wall.hour * 60 + wall.minute
    if not SLOT_START[0] <= minute < SLOT_END[-1]:
        return None
    return wall.date(), max(slot for slot in range(SLOTS) if SLOT_START[slot] <= minute)


def next_slot_start(after: datetime, zone: ZoneInfo) -> datetime:
    """The first beginning of a slot later than the aware instant `after`."""
    return min(starts_at for starts_at in _starts(after.astimezone(zone).date(), zone) if starts_at > after)


def day_ends_at(day: date, zone: ZoneInfo) -> datetime:
    """The UTC instant at which the last slot of a local day ends: no nudge of that day goes out from then on."""
    return _instant(day, SLOT_END[-1], zone)


def _starts(day: date, zone: ZoneInfo) -> Iterator[datetime]:
    """The beginnings of the slots of a day and its neighbours; a zone leaves out a day at most."""
    for shift in range(-1, 4):
        for slot in range(SLOTS):
            if (span := slot_span(day + shift * _DAY, slot, zone)) is not None:
                yield span[0]


def _instant(day: date, minute: int, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(minute // 60, minute % 60), tzinfo=zone).astimezone(UTC)
