"""Reading figures, from the cache where nothing has changed since."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.core.cache import cache

from analytics.domain.trends import Figures, figures
from analytics.domain.trends_days import HabitDays, habit_days
from habits.selectors.entries import all_rows, entry_rows
from habits.selectors.history import LONGEST_DAYS, owned_habit
from habits.selectors.pasts import every_habit
from habits.selectors.rules import rules_of
from smarthabit.accounts.user import User

if TYPE_CHECKING:
    from habits.models import Habit
from smarthabit.accounts.selectors import seq_of, today_of

__all__ = ["LONGEST_DAYS", "every_habit", "figures_of_habit", "overview_of", "owned_habit"]

KEPT_FOR = 12 * 3600
"""Seconds. Answers are found by the user's change number and today, so they never go stale; they are only put away."""
FORM = 1
"""Raised when `Figures` change, so that none of an older shape is read."""


def overview_of(user: User, now: datetime, first: date, last: date) -> Figures:
    """The figures of all the user's habits, those put away too, over first..last."""
    return _kept(user, "all", now, (first, last), lambda today: _days_of_all(user, today))


def figures_of_habit(user: User, habit: Habit, now: datetime, first: date, last: date) -> Figures:
    """The figures of one habit of the user; ``pairs`` is empty, the overview has them."""
    return _kept(user, str(habit.pk), now, (first, last), lambda today: [_days_of_one(user, habit, today)])


def _kept(
    user: User, what: str, now: datetime, span: tuple[date, date], days: Callable[[int], list[HabitDays]]
) -> Figures:
    """The figures under the user's change number, which is read before the rows: they are never older than it."""
    (first, last), today = span, today_of(user, now)
    key = f"figures:{FORM}:{user.pk}:{seq_of(user)}:{user.week_starts_on}:{today}:{what}:{first}:{last}"
    found: Figures | None = cache.get(key)
    if found is None:
        ordinal = today.toordinal()
        found = figures(days(ordinal), first.toordinal(), last.toordinal(), ordinal, user.week_starts_on)
        cache.set(key, found, KEPT_FOR)
    return found


def _days_of_all(user: User, today: int) -> list[HabitDays]:
    habits = every_habit(user)
    rules, rows = rules_of(user, habits), all_rows(user.pk)
    return [habit_days(habit.pk, rules[habit.pk], rows.get(habit.pk, []), today) for habit in habits]


def _days_of_one(user: User, habit: Habit, today: int) -> HabitDays:
    return habit_days(habit.pk, rules_of(user, [habit])[habit.pk], entry_rows(habit.pk), today)
