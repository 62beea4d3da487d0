"""Days of users in every zone: clock changes, left-out and repeated dates, and days that start after midnight."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from habits.domain.calendar import (
    day_closes_at,
    day_of,
    latest_day_anywhere,
    minute_of_day,
    month_of,
    week_of,
)
from habits.tests.domain.effort import effort

MINUTE, SECOND, DAY = timedelta(minutes=1), timedelta(seconds=1), timedelta(days=1)
ZONES = sorted(available_timezones())

day_starts = st.integers(0, 24).map(lambda quarters: time(quarters // 4, quarters % 4 * 15))


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]  # year to second, as the tests write them


def plain_day(instant: datetime, zone: ZoneInfo, starts: time) -> date:
    """The day by its definition: what the clock shows, less the hours and minutes of the day's start."""
    shown = instant.astimezone(zone)
    minutes = shown.hour * 60 + shown.minute - starts.hour * 60 - starts.minute
    return shown.date() - DAY if minutes < 0 else shown.date()


def plain_close(day: date, zone: ZoneInfo, starts: time) -> datetime:
    """Look at every minute of the days around, then at every second, for the last one that is not yet later."""
    end = datetime.combine(day, time(), UTC) + timedelta(days=3)
    begin = end - timedelta(days=5)
    open_minutes = [begin + n * MINUTE for n in range(5 * 1440) if plain_day(begin + n * MINUTE, zone, starts) <= day]
    last_minute = open_minutes[-1]
    open_seconds = [
        last_minute + n * SECOND for n in range(60) if plain_day(last_minute + n * SECOND, zone, starts) <= day
    ]
    return open_seconds[-1] + SECOND


@cache
def changes(name: str) -> list[date]:
    """The UTC dates on which the zone's clock was changed."""
    zone = ZoneInfo(name)
    noons = [datetime(1970, 1, 1, 12, tzinfo=UTC) + n * DAY for n in range(68 * 365)]
    offsets = [noon.astimezone(zone).utcoffset() for noon in noons]
    return [noons[n].date() for n in range(1, len(noons)) if offsets[n] != offsets[n - 1]]


@st.composite
def days_near_a_change(draw: st.DrawFn) -> tuple[str, date]:
    name = draw(st.sampled_from(ZONES))
    day = draw(st.sampled_from(changes(name) or [date(2024, 2, 28)]))
    return name, day + draw(st.integers(-2, 2)) * DAY


@effort(12)
@given(days_near_a_change(), day_starts)
def test_a_day_closes_when_no_later_instant_belongs_to_it(near: tuple[str, date], starts: time) -> None:
    name, day = near
    assert day_closes_at(day, ZoneInfo(name), starts) == plain_close(day, ZoneInfo(name), starts)


@effort(100)
@given(st.sampled_from(ZONES), st.integers(0, 2**31), day_starts)
def test_the_day_of_any_instant(name: str, seconds: int, starts: time) -> None:
    instant, zone = datetime.fromtimestamp(seconds, UTC), ZoneInfo(name)
    day = day_of(instant, zone, starts)
    assert day == plain_day(instant, zone, starts)
    assert instant < day_closes_at(day, zone, starts)


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("Pacific/Apia", date(2011, 12, 29)),
        ("Pacific/Apia", date(2011, 12, 30)),
        ("Pacific/Apia", date(2011, 12, 31)),
        ("Pacific/Kiritimati", date(1994, 12, 30)),
        ("Pacific/Kiritimati", date(1994, 12, 31)),
        ("Pacific/Kiritimati", date(1995, 1, 1)),
        ("Pacific/Kwajalein", date(1969, 9, 30)),
        ("Pacific/Kwajalein", date(1969, 10, 1)),
        ("Pacific/Kwajalein", date(1993, 8, 20)),
        ("Pacific/Kwajalein", date(1993, 8, 21)),
        ("America/Havana", date(2023, 11, 4)),
        ("Asia/Beirut", date(2023, 3, 25)),
        ("Australia/Lord_Howe", date(2024, 4, 6)),
        ("Africa/Casablanca", date(2024, 3, 9)),
        ("America/New_York", date(2024, 2, 29)),
    ],
)
@pytest.mark.parametrize("starts", [time(), time(0, 15), time(1), time(1, 30), time(2), time(3), time(6)])
def test_a_day_closes_at_the_date_line_and_at_odd_changes(name: str, day: date, starts: time) -> None:
    assert day_closes_at(day, ZoneInfo(name), starts) == plain_close(day, ZoneInfo(name), starts)


def test_a_left_out_date_closes_with_the_one_before() -> None:
    apia = ZoneInfo("Pacific/Apia")
    assert day_closes_at(date(2011, 12, 30), apia, time()) == day_closes_at(date(2011, 12, 29), apia, time())
    assert day_closes_at(date(2011, 12, 29), apia, time()) == utc(2011, 12, 30, 10)


def test_a_repeated_hour_opens_the_old_day_again() -> None:
    new_york = ZoneInfo("America/New_York")
    assert day_of(utc(2024, 11, 3, 5, 45), new_york, time(1, 30)) == date(2024, 11, 3)
    assert day_of(utc(2024, 11, 3, 6, 15), new_york, time(1, 30)) == date(2024, 11, 2)
    assert day_closes_at(date(2024, 11, 2), new_york, time(1, 30)) == utc(2024, 11, 3, 6, 30)


def test_a_day_start_that_the_clock_jumps_over_is_passed_at_the_jump() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    assert day_closes_at(date(2024, 3, 30), berlin, time(2, 30)) == utc(2024, 3, 31, 1)


def test_before_the_day_start_it_is_still_yesterday() -> None:
    assert day_of(utc(2024, 1, 2, 2, 30), ZoneInfo("UTC"), time(3)) == date(2024, 1, 1)
    assert day_of(utc(2024, 1, 2, 3, 0), ZoneInfo("UTC"), time(3)) == date(2024, 1, 2)


@pytest.mark.parametrize(("hour", "day"), [(9, date(2024, 1, 1)), (10, date(2024, 1, 2))])
def test_the_latest_day_is_the_one_in_utc_plus_14(hour: int, day: date) -> None:
    assert latest_day_anywhere(utc(2024, 1, 1, hour)) == day


@pytest.mark.parametrize(
    ("starts_on", "first"), [(1, date(2024, 1, 1)), (7, date(2023, 12, 31)), (5, date(2023, 12, 29))]
)
def test_a_week_begins_on_the_users_weekday(starts_on: int, first: date) -> None:
    assert week_of(date(2024, 1, 3), starts_on) == (first, first + 6 * DAY)


def test_a_day_on_which_the_week_starts_is_its_first() -> None:
    assert week_of(date(2024, 1, 3), 3) == (date(2024, 1, 3), date(2024, 1, 9))


@pytest.mark.parametrize(
    ("day", "last"),
    [
        (date(2024, 2, 10), date(2024, 2, 29)),
        (date(2023, 2, 28), date(2023, 2, 28)),
        (date(9999, 12, 31), date(9999, 12, 31)),
    ],
)
def test_a_month_ends_on_its_last_day(day: date, last: date) -> None:
    assert month_of(day) == (day.replace(day=1), last)


def test_the_minute_is_that_of_the_wall_clock() -> None:
    assert minute_of_day(utc(2024, 7, 1, 22, 30), ZoneInfo("Europe/Berlin")) == 30
    assert minute_of_day(utc(2024, 1, 1, 22, 30), ZoneInfo("Europe/Berlin")) == 23 * 60 + 30
