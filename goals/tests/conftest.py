"""Goals, and what feeds them, for tests."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from goals.models import Goal
from goals.selectors import GoalView, goal_views
from goals.services import GoalDraft, create_goal
from habits.services import EntryChange, record_entry
from habits.tests.conftest import DAILY, NOON, MakeHabit, make_habit, stranger, user
from smarthabit.accounts.user import User

if TYPE_CHECKING:
    from habits.models import Habit

__all__ = ["DAILY", "NOON", "TODAY", "MakeHabit", "make_habit", "stranger", "user"]

TODAY = NOON.date()
MARCH = dt.date(2026, 3, 1)

MakeGoal = Callable[..., Goal]
Log = Callable[..., None]
See = Callable[..., GoalView]


@pytest.fixture
def make_goal(user: User) -> MakeGoal:
    """Makes goals of ``user``: ten in total since the first of March by its end, unless told otherwise."""

    def make(*habits: Habit, owner: User | None = None, now: dt.datetime = NOON, **fields: Any) -> Goal:
        told: dict[str, Any] = {
            "title": "Get there",
            "measure": "total" if habits else "manual",
            "target_milli": 10_000,
            "starts_on": MARCH,
            "deadline": dt.date(2026, 3, 31),
            "habits": tuple((habit.pk, 1000) for habit in habits),
            **fields,
        }
        return create_goal(user=owner or user, draft=GoalDraft(**told), now=now)

    return make


@pytest.fixture
def log(user: User) -> Log:
    """Logs a value (in units) of a habit on some days of March."""

    def write(habit: Habit, *days: int, value: float = 1, now: dt.datetime = NOON) -> None:
        for day in days:
            change = EntryChange(value_milli=round(value * 1000))
            record_entry(user=user, habit_id=habit.pk, day=dt.date(2026, 3, day), change=change, now=now)

    return write


@pytest.fixture
def see(user: User) -> See:
    """A goal as its owner sees it."""

    def look(goal: Goal, now: dt.datetime = NOON) -> GoalView:
        return goal_views(user, now, ids=[goal.pk])[0]

    return look
