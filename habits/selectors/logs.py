"""Whole histories as a model is fitted on: each day that was asked for, of all habits of a user."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from habits.domain.asked import closed_days
from habits.domain.fold import start
from habits.selectors.entries import all_rows
from habits.selectors.pasts import every_habit
from habits.selectors.rules import rules_of
from smarthabit.accounts.selectors import today_of
from smarthabit.accounts.user import User


class LoggedDay(NamedTuple):
    """A closed day of one habit, by its ordinal; ``minute`` is the one at which it was done, where that is known."""

    habit_id: int
    day: int
    asked: bool
    done: bool
    minute: int | None


def log_of(user: User, now: datetime) -> list[LoggedDay]:
    """The user's days in order, up to yesterday."""
    habits = every_habit(user)
    rules, rows = rules_of(user, habits), all_rows(user.pk)
    yesterday = today_of(user, now).toordinal() - 1
    found = [
        LoggedDay(habit.pk, day, asked, done, minute)
        for habit in habits
        for day, asked, done, _, minute in closed_days(
            rules[habit.pk], start(rules[habit.pk]), rows.get(habit.pk, []), 0, yesterday
        )
    ]
    return sorted(found, key=lambda one: (one.day, one.habit_id))
