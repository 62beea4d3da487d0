"""People and habits for tests."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from habits.models import Habit
from habits.services import HabitDraft, create_habit
from smarthabit.accounts.user import User

NOON = dt.datetime(2026, 3, 18, 12, tzinfo=dt.UTC)  # a Wednesday
DAILY = {"type": "weekdays", "days": [1, 2, 3, 4, 5, 6, 7]}


@pytest.fixture
def user(db: None) -> User:
    """Somebody in UTC."""
    return User.objects.create_user("ada@example.org", "a long enough secret")


@pytest.fixture
def stranger(db: None) -> User:
    """Somebody else."""
    return User.objects.create_user("eve@example.org", "a long enough secret")


MakeHabit = Callable[..., Habit]


@pytest.fixture
def make_habit(user: User) -> MakeHabit:
    """Makes habits of ``user``, daily checks since the first of March unless told otherwise."""

    def make(name: str = "Read", *, owner: User | None = None, now: dt.datetime = NOON, **fields: Any) -> Habit:
        fields = {"schedule": DAILY, "target_milli": 1000, "started_on": dt.date(2026, 3, 1), **fields}
        return create_habit(user=owner or user, draft=HabitDraft(name=name, **fields), now=now)

    return make
