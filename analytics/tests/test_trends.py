"""Figures of a range, against counting them day by day."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import groupby

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.domain.trends import LEAST_UNITS, MOST_STRENGTHS, WINDOWS, figures, step_of
from analytics.domain.trends_days import NEVER, HabitDays, habit_days
from analytics.domain.trends_shapes import Figures, Share, Stretch
from habits.domain.calendar import month_of, week_of
from habits.domain.columns import columns_of
from habits.tests.domain import strategies as some
from habits.tests.domain.cases import FIRST, habit, on, rows

TODAY = FIRST + 80


@st.composite
def accounts(draw: st.DrawFn) -> list[HabitDays]:
    told = draw(st.lists(st.tuples(some.rules(), some.entries()), max_size=3))
    return [habit_days(at, one, columns_of(entries), TODAY) for at, (one, entries) in enumerate(told)]


ranges = st.tuples(st.integers(-10, 90), st.integers(0, 100)).map(lambda ab: (FIRST + ab[0], FIRST + ab[0] + ab[1]))


def _counted(habits: list[HabitDays], first: int, last: int, of: str = "units", done: str = "kept") -> Share:
    """The same share by going through every place."""
    asked = kept = 0
    for one in habits:
        for at in range(len(one.units)):
            if first <= one.first + at <= last:
                asked += int(getattr(one, of)[at])
                kept += int(getattr(one, done)[at])
    return Share(kept, asked)


def _of(habits: list[HabitDays], span: tuple[int, int], week_starts_on: int = 1) -> Figures:
    return figures(habits, *span, TODAY, week_starts_on)


@settings(max_examples=40, deadline=None)
@given(accounts(), ranges)
def test_completion_is_counted_in_the_range_and_in_as_many_days_before(
    habits: list[HabitDays], span: tuple[int, int]
) -> None:
    total = _of(habits, span).total
    first, last = span
    assert total.now == _counted(habits, first, last)
    assert total.before == _counted(habits, first - (last - first + 1), first - 1)


@settings(max_examples=20, deadline=None)
@given(accounts(), ranges)
def test_windows_end_today_whatever_the_range(habits: list[HabitDays], span: tuple[int, int]) -> None:
    windows = _of(habits, span).windows
    assert [one.days for one in windows] == list(WINDOWS)
    assert [one.now for one in windows] == [_counted(habits, TODAY - days + 1, TODAY) for days in WINDOWS]


@settings(max_examples=40, deadline=None)
@given(accounts(), ranges, st.integers(1, 7))
def test_the_trend_is_the_range_cut_at_its_steps(
    habits: list[HabitDays], span: tuple[int, int], week_starts_on: int
) -> None:
    found = _of(habits, span, week_starts_on)
    days = range(span[0], min(span[1], TODAY) + 1)
    begin = {
        "day": lambda day: day,
        "week": lambda day: week_of(date.fromordinal(day), week_starts_on)[0],
        "month": lambda day: month_of(date.fromordinal(day))[0],
    }[found.step]
    steps = [list(group) for _, group in groupby(days, begin)]
    shares = [_counted(habits, step[0], step[-1]) for step in steps]
    empty = next((at for at, share in enumerate(shares) if share.asked), len(shares))
    assert [point.share for point in found.trend] == shares[empty:]
    assert [point.last for point in found.trend] == [step[-1] for step in steps][empty:]


@settings(max_examples=40, deadline=None)
@given(accounts(), ranges)
def test_weekdays_share_out_the_days_asked_for(habits: list[HabitDays], span: tuple[int, int]) -> None:
    by_weekday = []
    for iso in range(1, 8):
        days = [day for day in range(span[0], span[1] + 1) if date.fromordinal(day).isoweekday() == iso]
        shares = [_counted(habits, day, day, "asked", "done") for day in days]
        by_weekday.append(Share(sum(one.done for one in shares), sum(one.asked for one in shares)))
    assert list(_of(habits, span).weekdays) == by_weekday


@settings(max_examples=40, deadline=None)
@given(accounts(), ranges)
def test_no_stretch_is_better_than_the_best_or_worse_than_the_worst(
    habits: list[HabitDays], span: tuple[int, int]
) -> None:
    found = _of(habits, span)
    if found.best is None or found.worst is None:
        assert found.best is found.worst is None
        return
    length = found.best.last - found.best.first + 1
    rates = [
        share.done / share.asked
        for first in range(span[0], min(span[1], TODAY) - length + 2)
        if (share := _counted(habits, first, first + length - 1)).asked >= LEAST_UNITS
    ]
    assert found.best.share == _counted(habits, found.best.first, found.best.last)
    assert found.best.share.rate == max(rates)
    assert found.worst.share.rate == min(rates)


@settings(max_examples=40, deadline=None)
@given(accounts(), ranges)
def test_standings_add_up_to_the_total(habits: list[HabitDays], span: tuple[int, int]) -> None:
    found = _of(habits, span)
    assert sum(one.share.done for one in found.standings) == found.total.now.done
    assert sum(one.share.asked for one in found.standings) == found.total.now.asked
    amounts = [
        sum(int(a) for at, a in enumerate(one.amounts) if span[0] <= one.first + at <= span[1]) for one in habits
    ]
    assert [one.amount for one in found.standings] == amounts


@settings(max_examples=40, deadline=None)
@given(accounts(), ranges, ranges)
def test_any_range_is_compared_with_any_other(
    habits: list[HabitDays], span: tuple[int, int], other: tuple[int, int]
) -> None:
    found = figures(habits, *span, TODAY, 1, against=other)
    assert found.total.before == found.other.total == _counted(habits, *other)
    assert found.trend[:1] == () or found.trend[0].first == span[0]
    assert sum(point.share.asked for point in found.other.trend) == _counted(habits, *other).asked
    assert sum(point.share.done for point in found.other.trend) == _counted(habits, *other).done
    assert [one.share for one in found.other.standings] == [_counted([one], *other) for one in habits]
    weekdays = [_counted(habits, day, day, "asked", "done") for day in range(other[0], other[1] + 1)]
    assert sum(share.asked for share in found.other.weekdays) == sum(share.asked for share in weekdays)


@settings(max_examples=40, deadline=None)
@given(accounts(), ranges, st.integers(1, 7))
def test_a_year_holds_every_day_of_all_habits(
    habits: list[HabitDays], span: tuple[int, int], week_starts_on: int
) -> None:
    year = _of(habits, span, week_starts_on).year
    last = year.first + len(year.asked) - 1
    assert last == min(span[1], TODAY)
    assert date.fromordinal(year.first).isoweekday() == week_starts_on
    assert 52 * 7 <= last - year.first <= 52 * 7 + 6
    shares = [_counted(habits, day, day, "asked", "done") for day in range(year.first, last + 1)]
    assert list(map(Share, year.done, year.asked)) == shares


@settings(max_examples=40, deadline=None)
@given(accounts(), ranges)
def test_the_strength_of_all_is_the_mean_of_those_in_use(habits: list[HabitDays], span: tuple[int, int]) -> None:
    means = {}
    for day in range(span[0], min(span[1], TODAY) + 1):
        of_day = [float(one.strength[day - one.first]) for one in habits if day >= one.first]
        in_use = [strength for strength in of_day if strength == strength]  # noqa: PLR0124 - NaN is unlike itself
        if in_use:
            means[day] = sum(in_use) / len(in_use)
    found = _of(habits, span).strengths
    assert {point.day: point.strength for point in found} == pytest.approx(means)


def test_a_long_line_of_strength_has_few_points_and_the_last_day() -> None:
    found = figures([_line("1" * 400, 400)], on(1), on(400), on(400), 1).strengths
    assert len(found) <= MOST_STRENGTHS
    assert found[-1].day == on(400)


def _line(days: str, today: int, hour: int = NEVER) -> HabitDays:
    told = rows(days)
    if hour != NEVER:
        told = [row._replace(minute=hour * 60) for row in told]
    return habit_days(1, habit(), columns_of(told), on(today))


def test_the_hours_count_what_was_done_in_them() -> None:
    found = figures([_line("1110", 4, 7)], on(1), on(3), on(4), 1)
    assert found.hours[7] == sum(found.hours) == 3


def test_today_counts_once_it_is_decided() -> None:
    assert figures([_line("11.", 3)], on(1), on(3), on(3), 1).total.now == Share(2, 2)
    assert figures([_line("111", 3)], on(1), on(3), on(3), 1).total.now == Share(3, 3)


def test_the_best_and_the_worst_week_of_a_month() -> None:
    days = "1" * 7 + "0" * 7 + "1010101" * 2
    found = figures([_line(days, 28)], on(1), on(28), on(28), 1)
    assert found.best == Stretch(on(1), on(7), Share(7, 7))
    assert found.worst == Stretch(on(8), on(14), Share(0, 7))


def test_days_all_alike_have_no_best() -> None:
    found = figures([_line("1" * 40, 40)], on(1), on(40), on(40), 1)
    assert found.best is found.worst is None


def test_a_range_still_to_come_is_empty() -> None:
    found = figures([_line("111", 3)], on(10), on(60), on(3), 1)
    assert found.trend == ()
    assert found.best is None
    assert found.total.now == Share(0, 0)
    assert found.total.now.rate is found.total.delta is None


def test_the_step_of_today_is_open_and_the_ones_before_are_not() -> None:
    trend = figures([_line("1" * 80, 80)], on(1), on(80), on(80), 1).trend
    assert [point.open for point in trend] == [False] * (len(trend) - 1) + [True]


def test_longer_ranges_go_by_longer_steps() -> None:
    assert [step_of(days) for days in (31, 32, 182, 183)] == ["day", "week", "week", "month"]


def test_the_delta_is_the_difference_of_rates() -> None:
    found = figures([_line("1010" + "1110", 9)], on(5), on(8), on(9), 1)
    assert found.total.delta == 0.25
    assert date.fromordinal(found.first) + timedelta(days=3) == date.fromordinal(found.last)
