"""Needed pace, the even line, the days of buffer."""

from collections.abc import Sequence
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from goals.domain.goal import Goal, Measure
from goals.domain.pace import Pace, evenly, needed_pace, planned_line, safety_buffer
from goals.tests.domain.facts_at_random import FIRST, ORIGIN

TEN_DAYS = Goal(Measure.COUNT, 10_000, FIRST, date(2026, 1, 10), (1000,))
EVERY_DAY = range(ORIGIN, ORIGIN + 10)
OTHER_DAYS = range(ORIGIN, ORIGIN + 10, 2)
OPEN = Goal(Measure.COUNT, 10_000, FIRST, None, (1000,))
STREAK = Goal(Measure.STREAK, 4000, FIRST, date(2026, 1, 10), (1000,))


def pace_of(goal: Goal, remaining: int, chances: Sequence[int], today: int) -> Pace:
    pace = needed_pace(goal, remaining, chances, today)
    assert pace is not None
    return pace


def test_pace_is_rounded_up_over_the_days_and_the_chances_left() -> None:
    pace = pace_of(TEN_DAYS, 7000, OTHER_DAYS, ORIGIN + 1)
    assert (pace.days, pace.chances, pace.per_day, pace.per_week, pace.per_chance) == (9, 4, 778, 5445, 1750)


def test_pace_before_the_start_is_that_of_the_whole() -> None:
    assert pace_of(TEN_DAYS, 10_000, EVERY_DAY, ORIGIN - 5).per_day == 1000


def test_less_than_a_week_left_asks_for_the_rest_in_that_week() -> None:
    assert pace_of(TEN_DAYS, 3000, EVERY_DAY, ORIGIN + 8).per_week == 3000


def test_no_pace_is_given_after_the_deadline_nor_without_chances() -> None:
    pace = pace_of(TEN_DAYS, 3000, [], ORIGIN + 30)
    assert (pace.days, pace.chances, pace.per_day, pace.per_week, pace.per_chance) == (0, 0, None, None, None)


def test_without_a_deadline_there_is_no_pace_line_or_buffer() -> None:
    assert needed_pace(OPEN, 1, EVERY_DAY, ORIGIN) is None
    assert planned_line(OPEN, EVERY_DAY) == ()
    assert safety_buffer(OPEN, 0, EVERY_DAY, ORIGIN) is None


def test_the_line_rises_with_the_chances_and_ends_at_the_target() -> None:
    amounts = [point.amount for point in planned_line(TEN_DAYS, OTHER_DAYS)]
    assert amounts == [2000, 2000, 4000, 4000, 6000, 6000, 8000, 8000, 10_000, 10_000]


def test_the_line_of_a_goal_without_chances_goes_by_the_calendar() -> None:
    assert [point.amount for point in planned_line(TEN_DAYS, [])][:2] == [1000, 2000]


def test_buffer_counts_the_days_on_which_nothing_need_be_done() -> None:
    assert safety_buffer(TEN_DAYS, 3000, EVERY_DAY, ORIGIN) == 3
    assert safety_buffer(TEN_DAYS, 0, EVERY_DAY, ORIGIN) == 0
    assert safety_buffer(TEN_DAYS, 2000, OTHER_DAYS, ORIGIN) == 2
    assert safety_buffer(TEN_DAYS, -2000, EVERY_DAY, ORIGIN) == 0


def test_buffer_below_nothing_counts_the_days_behind() -> None:
    assert safety_buffer(TEN_DAYS, 3000, EVERY_DAY, ORIGIN + 5) == -2


def test_a_goal_that_is_there_has_buffer_beyond_the_deadline() -> None:
    assert safety_buffer(TEN_DAYS, 10_000, EVERY_DAY, ORIGIN) == 10
    assert safety_buffer(Goal(Measure.TOTAL, 0, FIRST, date(2026, 1, 10), (1000,)), 0, EVERY_DAY, ORIGIN) == 10


def test_a_streak_can_wait_while_a_fresh_run_still_fits() -> None:
    assert safety_buffer(STREAK, 0, EVERY_DAY, ORIGIN) == 6
    assert safety_buffer(STREAK, 2000, EVERY_DAY, ORIGIN + 7) == 0
    assert safety_buffer(STREAK, 0, EVERY_DAY, ORIGIN + 8) == -2
    assert safety_buffer(STREAK, 4000, EVERY_DAY, ORIGIN + 8) == 2


@settings(max_examples=60, deadline=None)
@given(st.integers(-100, 100), st.integers(0, 40_000), st.integers(2, 50))
def test_evenly_keeps_both_ends_and_the_bound(first: int, length: int, points: int) -> None:
    days = evenly(first, first + length, points)
    assert (days[0], days[-1]) == (first, first + length)
    assert len(days) <= points
    assert days == sorted(set(days))


def test_a_hundred_years_make_a_bounded_line() -> None:
    goal = Goal(Measure.COUNT, 10_000, FIRST, date(2126, 1, 1), (1000,))
    line = planned_line(goal, range(ORIGIN, ORIGIN + 36_525))
    assert len(line) <= 120
    assert line[-1].amount == 10_000
