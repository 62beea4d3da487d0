"""The stored fold: what it holds, what it asks for, and what it costs to move on."""

import json
from typing import Any

import pytest

from habits.domain import fold
from habits.domain.schedule import Monthly, Rolling, Weekly
from habits.tests.domain.cases import DAILY, habit, now, on, plan, rows


@pytest.mark.parametrize("schedule", [DAILY, Weekly(3), Rolling(7, 3), Monthly(None)])
def test_a_fold_survives_storage(schedule: Any) -> None:
    rules = habit(plan(1, schedule, freezes=True))
    closed = fold.advance(rules, fold.start(rules), rows("11.1s11111.11111111111111s1111111"), on(33))
    assert fold.Fold.from_json(json.loads(json.dumps(closed.to_json()))) == closed


def test_a_fold_before_its_first_day_survives_storage() -> None:
    untouched = fold.start(habit())
    assert fold.Fold.from_json(json.loads(json.dumps(untouched.to_json()))) == untouched


@pytest.mark.parametrize("stored", [{}, {"v": 0}, {"v": fold.VERSION + 1, "through": 3}])
def test_a_fold_of_another_version_is_not_read(stored: dict[str, object]) -> None:
    assert fold.Fold.from_json(stored) is None


def test_a_fresh_fold_needs_every_entry() -> None:
    assert fold.needs_from(fold.start(habit())) == 1


def test_a_fold_of_days_needs_the_entries_after_the_last_closed_day() -> None:
    rules = habit()
    assert fold.needs_from(fold.advance(rules, fold.start(rules), [], on(5))) == on(6)


def test_a_fold_of_weeks_needs_the_entries_of_the_open_week() -> None:
    rules = habit(plan(1, Weekly(3)))
    assert fold.needs_from(fold.advance(rules, fold.start(rules), [], on(17))) == on(15)


def test_closing_what_is_closed_changes_nothing() -> None:
    rules = habit()
    closed = fold.advance(rules, fold.start(rules), rows("111"), on(3))
    assert fold.advance(rules, closed, [], on(2)) is closed


def test_days_before_the_start_are_closed_as_nothing() -> None:
    rules = habit()
    closed = fold.advance(rules, fold.start(rules), [], on(-3))
    assert closed.through == on(-3)
    assert fold.advance(rules, closed, rows("11"), on(2)).current == 2


def test_a_day_that_came_back_is_read_from_the_beginning() -> None:
    """After a flight to the west yesterday's fold has closed what is today once more."""
    rules = habit()
    closed = fold.advance(rules, fold.start(rules), rows("11."), on(3))
    assert fold.needs_from(closed, on(3)) == 1
    assert fold.needs_from(closed, on(4)) == on(4)
    assert fold.read(rules, closed, rows("11."), on(3)) == now(rules, "11", 3)


def test_a_state_keeps_no_more_days_than_the_plans_look_back_on() -> None:
    rules = habit(plan(1, Rolling(7, 3)))
    closed = fold.advance(rules, fold.start(rules), rows("1" * 60), on(60))
    assert closed.recent_done == (1,) * 13
    assert closed.recent_amounts == ()
