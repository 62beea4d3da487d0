"""A habit's days as arrays, against its history told day by day."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.domain.trends_days import NEVER, HabitDays, habit_days
from habits.domain.columns import columns_of
from habits.domain.entry import EntryRow
from habits.domain.history import history
from habits.domain.plan import FOREVER, Rules
from habits.domain.states import DayState, UnitState
from habits.tests.domain import strategies as some
from habits.tests.domain.cases import DAILY, FIRST, habit, on, plan, rows

UNDECIDED = {UnitState.NEUTRAL, UnitState.PENDING}


def _dict(days: HabitDays, name: str) -> dict[int, int]:
    return {days.first + at: int(value) for at, value in enumerate(getattr(days, name)) if value}


@settings(max_examples=100, deadline=None)
@given(some.rules(), some.entries(), some.todays)
def test_units_are_those_of_the_history(rules: Rules, entries: list[EntryRow], today: int) -> None:
    days = habit_days(1, rules, columns_of(entries), today)
    units = [unit for unit in history(rules, entries, None, None, today).units if unit.state not in UNDECIDED]
    ends = [(min(unit.last.toordinal(), today), unit.state is UnitState.KEPT) for unit in units]
    assert _dict(days, "units") == {day: 1 for day, _ in ends}
    assert _dict(days, "kept") == {day: 1 for day, kept in ends if kept}


@settings(max_examples=60, deadline=None)
@given(some.rules(), some.entries(), some.todays)
def test_a_day_that_is_done_was_asked_for_and_is_no_extra(rules: Rules, entries: list[EntryRow], today: int) -> None:
    days = habit_days(1, rules, columns_of(entries), today)
    past = history(rules, entries, days.first, None, today).days
    asked, done = _dict(days, "asked"), _dict(days, "done")
    unlike = {DayState.SKIPPED, DayState.EXTRA, DayState.OFF}
    assert not [view for view in past if view.day.toordinal() in done and view.state in unlike]
    assert not [
        view for view in past if view.state in {DayState.SKIPPED, DayState.EXTRA} and view.day.toordinal() in asked
    ]


@settings(max_examples=60, deadline=None)
@given(some.rules(), some.entries(), some.todays)
def test_amounts_are_all_that_was_stated_and_not_skipped(rules: Rules, entries: list[EntryRow], today: int) -> None:
    days = habit_days(1, rules, columns_of(entries), today)
    plain = {row.day: row.value for row in entries if row.value and not row.skipped and row.day <= today}
    found = _dict(days, "amounts")
    skipped = {row.day for row in entries if row.skipped}
    assert {day: value for day, value in found.items() if day not in skipped} == plain


@given(st.integers(0, 1439))
def test_the_hour_is_that_of_the_minute(minute: int) -> None:
    days = habit_days(
        1, habit(), columns_of([EntryRow(FIRST, 1000, False, minute), EntryRow(FIRST + 1, 0, False, minute)]), on(3)
    )
    assert days.hours.tolist() == [minute // 60, NEVER, NEVER]


def test_days_before_the_start_count_in_amounts_alone() -> None:
    entries = [EntryRow(FIRST - 2, 3000, False), *rows("1")]
    days = habit_days(1, habit(plan(1, DAILY)), columns_of(entries), on(1))
    assert (days.first, days.last) == (FIRST - 2, FIRST)
    assert days.amounts.tolist() == [3000, 0, 1000]
    assert days.asked.tolist() == days.done.tolist() == [0, 0, 1]


def test_a_habit_that_starts_later_has_no_units() -> None:
    days = habit_days(1, habit(), columns_of([EntryRow(FIRST - 3, 1000, False)]), FIRST - 1)
    assert days.units.tolist() == [0, 0, 0]
    assert days.amounts.tolist() == [1000, 0, 0]


@settings(max_examples=150, deadline=None)
@given(some.rules(), some.entries(), some.todays)
def test_the_strength_is_that_of_the_history(rules: Rules, entries: list[EntryRow], today: int) -> None:
    days = habit_days(1, rules, columns_of(entries), today)
    past = {view.day.toordinal(): view.strength for view in history(rules, entries, days.first, None, today).days}
    away = rules.off[-1][0] if rules.off and rules.off[-1][1] == FOREVER else today + 1
    started = rules.started_on.toordinal()
    for day in range(days.first, today + 1):
        found = days.strength[day - days.first]
        assert np.isnan(found) if not started <= day < away else found == pytest.approx(past[day], abs=1e-11)


def test_the_strength_of_years_is_taken_in_blocks_without_a_seam() -> None:
    told = rows("1" * 200 + "0" * 150 + "1" * 300)
    days = habit_days(1, habit(), columns_of(told), on(650))
    past = [view.strength for view in history(habit(), told, None, None, on(650)).days]
    assert days.strength.tolist() == pytest.approx(past, abs=1e-11)
