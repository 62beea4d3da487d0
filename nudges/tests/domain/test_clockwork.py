"""Slots on real wall clocks, against a walk through every minute."""

from __future__ import annotations

import datetime as dt
import zoneinfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nudges.domain.clockwork import day_ends_at, next_slot_start, slot_at, slot_span
from nudges.domain.slots import SLOT_END, SLOT_START

ZONES = st.sampled_from(sorted(zoneinfo.available_timezones() - {"Factory", "localtime"}))
SECONDS = st.integers(631_152_000, 1_893_456_000)  # 1990 to 2030
INSTANTS = SECONDS.map(lambda second: dt.datetime.fromtimestamp(second, dt.UTC))
MINUTE = dt.timedelta(minutes=1)


def by_the_wall(instant: dt.datetime, zone: zoneinfo.ZoneInfo) -> tuple[dt.date, int] | None:
    wall = instant.astimezone(zone)
    minute = wall.hour * 60 + wall.minute
    for slot, (start, end) in enumerate(zip(SLOT_START, SLOT_END, strict=True)):
        if start <= minute < end:
            return wall.date(), slot
    return None


@settings(max_examples=300, deadline=None)
@given(ZONES, INSTANTS)
def test_an_instant_lies_in_the_slot_its_wall_clock_shows(name: str, instant: dt.datetime) -> None:
    zone = zoneinfo.ZoneInfo(name)
    assert slot_at(instant, zone) == by_the_wall(instant, zone)


@settings(max_examples=200, deadline=None)
@given(ZONES, INSTANTS)
def test_the_next_slot_begins_when_the_wall_clock_first_says_so(name: str, instant: dt.datetime) -> None:
    zone = zoneinfo.ZoneInfo(name)
    start = next_slot_start(instant, zone)
    found = slot_at(start, zone)
    assert instant < start < instant + dt.timedelta(days=2)
    assert found is not None
    assert slot_span(*found, zone) is not None
    assert slot_at(start - dt.timedelta(microseconds=1), zone) != found
    walked = instant.replace(second=0, microsecond=0) + MINUTE
    now = by_the_wall(instant, zone)
    # A clock set back within a slot shows it twice; a user is asked once, so only a slot that is new counts.
    while (shown := by_the_wall(walked, zone)) is None or shown == now or slot_span(*shown, zone)[0] <= instant:  # type: ignore[index]
        walked += MINUTE
    assert start - MINUTE < walked <= start + MINUTE


@settings(max_examples=200, deadline=None)
@given(ZONES, st.dates(dt.date(1990, 1, 1), dt.date(2030, 1, 1)), st.integers(0, 5))
def test_a_span_begins_and_ends_on_its_wall_clock(name: str, day: dt.date, slot: int) -> None:
    zone = zoneinfo.ZoneInfo(name)
    span = slot_span(day, slot, zone)
    if span is None:
        return
    assert slot_at(span[0], zone) == (day, slot)
    assert span[0] < span[1] <= day_ends_at(day, zone)


def test_a_day_that_a_zone_left_out_has_no_slots() -> None:
    apia = zoneinfo.ZoneInfo("Pacific/Apia")
    assert all(slot_span(dt.date(2011, 12, 30), slot, apia) is None for slot in range(6))
    last = slot_span(dt.date(2011, 12, 29), 5, apia)
    assert last is not None
    assert slot_at(next_slot_start(last[0], apia), apia) == (dt.date(2011, 12, 31), 0)


@pytest.mark.parametrize("day", [dt.date(2026, 3, 29), dt.date(2026, 10, 25)])
def test_slots_keep_their_reading_through_a_clock_change(day: dt.date) -> None:
    berlin = zoneinfo.ZoneInfo("Europe/Berlin")
    span = slot_span(day, 0, berlin)
    assert span is not None
    assert span[0].astimezone(berlin).hour == 7
