"""Writing iCalendar (RFC 5545, with the properties of RFC 7986 that programs look for).

Times are in UTC, which needs no description of time zones: every event is written out for itself, none repeats.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

CONTENT_TYPE: Final = "text/calendar; charset=utf-8"
LONGEST: Final = 75
"""Bytes of a line, its end not counted."""
_ESCAPED: Final = {"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"}
_LINE_ENDS: Final = re.compile(r"\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_SPECIAL: Final = re.compile(r"[\\;,\n]")
_NO_EVENTS: Final = (
    "BEGIN:VTIMEZONE",
    "TZID:UTC",
    "BEGIN:STANDARD",
    "DTSTART:19700101T000000",
    "TZOFFSETFROM:+0000",
    "TZOFFSETTO:+0000",
    "END:STANDARD",
    "END:VTIMEZONE",
)
"""A calendar has to hold something."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """What a calendar says of itself. `refresh_hours`: how often it is worth asking again."""

    name: str
    description: str
    zone: str
    stamp: datetime
    sequence: int
    refresh_hours: int = 1


@dataclass(frozen=True, slots=True)
class Event:
    """One event, from `start` to `end` (not included): dates for whole days, aware instants otherwise."""

    uid: str
    start: date
    end: date
    summary: str
    description: str
    url: str


def written(calendar: Calendar, events: Iterable[Event]) -> bytes:
    """The calendar with its events."""
    return b"".join(folded(line) for line in _lines(calendar, events))


def text(value: str) -> str:
    """``value`` as the value of a property: escaped, and without characters that no line may hold."""
    plain = _CONTROLS.sub("", _LINE_ENDS.sub("\n", value))
    return _SPECIAL.sub(lambda found: _ESCAPED[found[0]], plain)


def folded(line: str) -> bytes:
    """One line and its end; the bytes past the 75th go on in lines that begin with a space, characters kept whole."""
    raw = line.encode()
    if len(raw) <= LONGEST:
        return raw + b"\r\n"
    pieces, begin, room = [], 0, LONGEST
    while len(raw) - begin > room:
        cut = begin + room
        while raw[cut] & 0xC0 == 0x80:  # within a character
            cut -= 1
        pieces.append(raw[begin:cut])
        begin, room = cut, LONGEST - 1
    return b"\r\n ".join([*pieces, raw[begin:]]) + b"\r\n"


def _lines(calendar: Calendar, events: Iterable[Event]) -> Iterator[str]:
    name, description = text(calendar.name), text(calendar.description)
    yield "BEGIN:VCALENDAR"
    yield "VERSION:2.0"
    yield "PRODID:-//SmartHabit//Calendar feed//EN"
    yield "CALSCALE:GREGORIAN"
    for label in ("NAME", "X-WR-CALNAME"):
        yield f"{label}:{name}"
    for label in ("DESCRIPTION", "X-WR-CALDESC"):
        yield f"{label}:{description}"
    yield f"X-WR-TIMEZONE:{text(calendar.zone)}"
    yield f"REFRESH-INTERVAL;VALUE=DURATION:PT{calendar.refresh_hours}H"
    yield f"X-PUBLISHED-TTL:PT{calendar.refresh_hours}H"
    same = (f"DTSTAMP:{_instant(calendar.stamp)}", f"SEQUENCE:{calendar.sequence}", "TRANSP:TRANSPARENT")
    empty = True
    for event in events:
        empty = False
        yield from _event(event, same)
    yield from _NO_EVENTS if empty else ()
    yield "END:VCALENDAR"


def _event(event: Event, same: tuple[str, ...]) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{text(event.uid)}"
    yield f"DTSTART{_moment(event.start)}"
    yield f"DTEND{_moment(event.end)}"
    yield f"SUMMARY:{text(event.summary)}"
    yield f"DESCRIPTION:{text(event.description)}"
    yield f"URL:{event.url}"
    yield from same
    yield "END:VEVENT"


def _moment(at: date) -> str:
    return f":{_instant(at)}" if isinstance(at, datetime) else f";VALUE=DATE:{at:%Y%m%d}"


def _instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
