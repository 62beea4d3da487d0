"""What is written can be read by anybody: an independent library gets back what was put in."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from habits.feeds import ical
from habits.tests.feeds.conftest import calendar_of

STAMP = datetime(2026, 3, 18, 12, tzinfo=UTC)
words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=200)
nasty = st.text(st.sampled_from("a,;:\\\n\"'é漢🙂\u0301 \tBEGIN:VEVENT"), max_size=300)


def calendar(name: str = "Habits", description: str = "Mine") -> ical.Calendar:
    return ical.Calendar(name, description, "Europe/Berlin", STAMP, 7)


def event(summary: str = "Read", **other: object) -> ical.Event:
    told = {"start": date(2026, 3, 18), "end": date(2026, 3, 19), "description": "Every day", **other}
    return ical.Event(uid="habit-1-d20260318@example.org", summary=summary, url="https://x.org/habits/1/", **told)  # type: ignore[arg-type]


@given(st.one_of(words, nasty))
@example("Zähne putzen, abends; 2\\3 \r\nBEGIN:VEVENT\nSUMMARY:x")
@example("\x00a\x1f\x7fb\u2028c")
@example("🙂" * 60)
def test_any_text_comes_back_and_stays_in_its_line(said: str) -> None:
    raw = ical.written(calendar(said, said), [event(said, description=said)])
    found = calendar_of(raw)
    (one,) = found.walk("VEVENT")
    plain = said.replace("\r\n", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    plain = "".join(char for char in plain if char in "\n\t" or char.isprintable() or ord(char) > 0x9F)
    for value in (one["summary"], one["description"], found["description"]):
        assert str(value) == plain
    for value in (found["name"], found["x-wr-calname"], found["x-wr-caldesc"]):  # the library leaves these escaped
        assert str(value) == ical.text(plain)
    assert len(found.subcomponents) == 1


@given(st.one_of(words, nasty))
def test_lines_are_short_and_unfold_to_what_they_were(said: str) -> None:
    line = f"SUMMARY:{ical.text(said)}"
    raw = ical.folded(line)
    assert raw.endswith(b"\r\n")
    pieces = raw[:-2].split(b"\r\n")
    assert all(len(piece) <= ical.LONGEST for piece in pieces)
    assert all(piece.startswith(b" ") for piece in pieces[1:])
    assert all(piece.decode() for piece in pieces)  # no character is cut in two
    assert b"".join([pieces[0], *(piece[1:] for piece in pieces[1:])]).decode() == line


@pytest.mark.parametrize("length", [1, 66, 67, 68, 140, 141, 142])
def test_no_line_is_cut_that_fits(length: int) -> None:
    pieces = ical.folded("SUMMARY:" + "x" * length).split(b"\r\n")[:-1]
    assert [len(piece) for piece in pieces[:-1]] == [75] * (len(pieces) - 1)
    assert 1 < len(pieces[-1]) <= 75


def test_whole_days_are_dates_and_moments_are_in_utc() -> None:
    start = datetime(2026, 3, 18, 7, 30, tzinfo=UTC)
    timed = event(start=start.astimezone(), end=start + timedelta(minutes=15))
    found = calendar_of(ical.written(calendar(), [event(), timed])).walk("VEVENT")
    assert [one["dtstart"].dt for one in found] == [date(2026, 3, 18), start]
    assert [one["dtend"].dt for one in found] == [date(2026, 3, 19), start + timedelta(minutes=15)]
    assert b"DTSTART;VALUE=DATE:20260318\r\n" in ical.written(calendar(), [event()])


def test_a_calendar_says_what_programs_look_for() -> None:
    found = calendar_of(ical.written(calendar(), [event()]))
    assert (str(found["version"]), str(found["calscale"]), str(found["x-wr-timezone"])) == (
        "2.0",
        "GREGORIAN",
        "Europe/Berlin",
    )
    assert found["refresh-interval"].dt == timedelta(hours=1)
    assert str(found["x-published-ttl"]) == "PT1H"
    (one,) = found.walk("VEVENT")
    assert (one["dtstamp"].dt, one["sequence"], str(one["transp"])) == (STAMP, 7, "TRANSPARENT")
    assert str(one["url"]) == "https://x.org/habits/1/"
    assert not found.walk("VALARM")


def test_a_calendar_without_events_is_still_one() -> None:
    raw = ical.written(calendar(), [])
    assert calendar_of(raw).walk("VTIMEZONE")
    assert raw.startswith(b"BEGIN:VCALENDAR\r\n")
    assert raw.endswith(b"END:VCALENDAR\r\n")
