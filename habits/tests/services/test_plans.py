"""Taking a plan version back."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from habits.models import Habit, Plan
from habits.services import HabitChange, update_habit, withdraw_plan
from habits.tests.conftest import DAILY, NOON, MakeHabit
from smarthabit.accounts.user import User
from smarthabit.kernel.errors import NotFound

TODAY = NOON.date()
THREE: dict[str, Any] = {"schedule": DAILY, "target_milli": 3000, "freezes": True, "preferred_time": None}
ONE = {**THREE, "target_milli": 1000}


@pytest.fixture
def habit(user: User, make_habit: MakeHabit) -> Habit:
    """A habit whose target was raised today."""
    made = make_habit(unit="km")
    return update_habit(user=user, habit_id=made.pk, change=HabitChange(target_milli=3000), now=NOON)


def withdraw(user: User, habit: Habit, **told: Any) -> bool:
    fields = {"effective_from": TODAY, "expected": THREE, "earlier": None, "now": NOON, **told}
    return withdraw_plan(user=user, habit_id=habit.pk, **fields)


def targets(habit: Habit) -> list[tuple[dt.date, int]]:
    return list(Plan.objects.filter(habit=habit).values_list("effective_from", "target_milli"))


def test_a_version_is_withdrawn_as_if_it_had_never_been(user: User, habit: Habit) -> None:
    assert withdraw(user, habit, now=NOON + dt.timedelta(days=9)) is True
    assert targets(habit) == [(dt.date(2026, 3, 1), 1000)]


def test_one_that_replaced_another_is_put_back(user: User, habit: Habit) -> None:
    assert withdraw(user, habit, earlier={**ONE, "target_milli": 2000}) is True
    assert targets(habit)[-1] == (TODAY, 2000)


@pytest.mark.parametrize("told", [{"expected": ONE}, {"effective_from": TODAY - dt.timedelta(days=1)}])
def test_one_that_was_edited_since_stays(user: User, habit: Habit, told: dict[str, Any]) -> None:
    before = targets(habit)
    assert withdraw(user, habit, **told) is False
    assert targets(habit) == before


def test_a_strangers_is_not_there(stranger: User, habit: Habit) -> None:
    with pytest.raises(NotFound):
        withdraw(stranger, habit)
