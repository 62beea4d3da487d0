"""Which day an instant belongs to."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from smarthabit.kernel.days import day_of

BERLIN = ZoneInfo("Europe/Berlin")


def test_before_the_day_start_it_is_still_yesterday() -> None:
    instant = dt.datetime(2026, 1, 31, 2, 30, tzinfo=BERLIN)
    assert day_of(instant, BERLIN, dt.time(3)) == dt.date(2026, 1, 30)


@pytest.mark.parametrize(("day", "hours"), [(dt.date(2026, 3, 29), 23), (dt.date(2026, 10, 25), 25)])
def test_the_wall_clock_decides_also_when_it_jumps(day: dt.date, hours: int) -> None:
    midnight = dt.datetime.combine(day, dt.time(0), BERLIN).astimezone(dt.UTC)
    inside = [midnight + dt.timedelta(minutes=minute) for minute in range(hours * 60)]
    assert {day_of(instant, BERLIN) for instant in inside} == {day}
    assert day_of(midnight + dt.timedelta(hours=hours), BERLIN) == day + dt.timedelta(days=1)


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="offset"):
        day_of(dt.datetime(2026, 1, 1), BERLIN)  # noqa: DTZ001 - that is what is refused
