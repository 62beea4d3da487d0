"""People, habits, and what they log, for tests."""

from __future__ import annotations

from goals.tests.conftest import Log, log
from habits.tests.conftest import DAILY, NOON, MakeHabit, make_habit, stranger, user

__all__ = ["DAILY", "NOON", "Log", "MakeHabit", "log", "make_habit", "stranger", "user"]
