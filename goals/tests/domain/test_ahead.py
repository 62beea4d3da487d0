"""The chances to come are those the plans schedule, without pauses."""

from datetime import date

import pytest

from goals.domain.ahead import days_ahead
from goals.domain.goal import Measure
from habits.domain.plan import Plan, Rules
from habits.domain.schedule import Interval, Monthdays, Monthly, Rolling, Schedule, Weekdays, Weekly

MONDAY = date(2026, 1, 5)
FIRST = MONDAY.toordinal()


def rules(*schedules: tuple[date, Schedule], off: tuple[tuple[int, int], ...] = (), week_starts_on: int = 1) -> Rules:
    plans = tuple(Plan(start, schedule, 1000, freezes=True) for start, schedule in schedules)
    return Rules("build", MONDAY, plans, off, week_starts_on)


def ahead(known: Rules, measure: Measure = Measure.COUNT, last: int = 13) -> list[int]:
    return [day - FIRST for day in days_ahead(known, measure, FIRST, FIRST + last)]


@pytest.mark.parametrize(
    ("schedule", "days"),
    [
        (Weekdays((1, 3)), [0, 2, 7, 9]),
        (Interval(5, MONDAY), [0, 5, 10]),
        (Monthdays((6, -1)), [1]),
        (Rolling(7, 2), list(range(14))),
        (Weekly(3), [6, 13]),
        (Weekly(None), [6, 13]),
    ],
)
def test_a_count_waits_for_the_units_to_close(schedule: Schedule, days: list[int]) -> None:
    assert ahead(rules((MONDAY, schedule))) == days


@pytest.mark.parametrize("schedule", [Weekly(3), Weekly(None), Monthly(4), Rolling(7, 2)])
def test_a_total_can_grow_on_any_day_of_a_period(schedule: Schedule) -> None:
    assert ahead(rules((MONDAY, schedule)), Measure.TOTAL) == list(range(14))


def test_a_month_closes_on_its_last_day() -> None:
    assert ahead(rules((MONDAY, Monthly(4))), last=60) == [26, 54]


def test_weeks_are_the_user_s_own() -> None:
    assert ahead(rules((MONDAY, Weekly(1)), week_starts_on=7)) == [12]
    assert ahead(rules((MONDAY, Weekly(7)), week_starts_on=7)) == [5, 12]


def test_a_period_that_is_still_open_at_the_end_is_left_out() -> None:
    assert ahead(rules((MONDAY, Weekly(3))), last=12) == [6]


def test_pauses_hold_no_chance() -> None:
    known = rules((MONDAY, Weekdays(tuple(range(1, 8)))), off=((FIRST - 9, FIRST + 1), (FIRST + 4, FIRST + 9)))
    assert ahead(known) == [2, 3, 10, 11, 12, 13]


def test_a_week_paused_so_far_that_it_needs_nothing_is_no_unit() -> None:
    assert ahead(rules((MONDAY, Weekly(2)), off=((FIRST, FIRST + 3),))) == [13]
    assert ahead(rules((MONDAY, Weekly(2)), off=((FIRST, FIRST + 2),))) == [6, 13]
    assert ahead(rules((MONDAY, Weekly(None)), off=((FIRST, FIRST + 6),))) == [13]


def test_archived_habits_have_nothing_ahead() -> None:
    known = rules((MONDAY, Weekdays((1,))), off=((FIRST, date.max.toordinal()),))
    assert ahead(known) == []


def test_a_new_plan_takes_over_on_its_day() -> None:
    known = rules((MONDAY, Weekly(3)), (date(2026, 1, 8), Weekdays((7,))))
    assert ahead(known) == [2, 6, 13]


def test_nothing_is_ahead_before_the_start() -> None:
    known = rules((MONDAY, Weekdays((1,))))
    assert days_ahead(known, Measure.COUNT, FIRST - 20, FIRST - 1) == []
    assert days_ahead(rules((MONDAY, Monthdays((20,)))), Measure.COUNT, FIRST, FIRST + 2) == []
