"""Reading figures, from the cache where nothing has changed since."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from django.core.cache import cache

from analytics.domain.trends import figures
from analytics.domain.trends_days import HabitDays, habit_days
from analytics.domain.trends_shapes import Figures
from habits.domain.entry import EntryRow
from habits.domain.milestones import Milestone
from habits.domain.plan import Rules
from habits.selectors.entries import all_rows, entry_rows
from habits.selectors.history import LONGEST_DAYS, day_levels, owned_habit, whole_past
from habits.selectors.pasts import every_habit
from habits.selectors.rules import rules_of
from habits.selectors.views import snapshot_of
from smarthabit.accounts.selectors import seq_of, today_of
from smarthabit.accounts.user import User

if TYPE_CHECKING:
    from habits.models import Habit

__all__ = ["LONGEST_DAYS", "Ranges", "every_habit", "figures_of_habit", "overview_of", "owned_habit"]

KEPT_FOR = 12 * 3600
"""Seconds. Answers are found by the user's change number and today, so they never go stale; they are only put away."""
FORM = 2
"""Raised when what is kept changes its shape, so that none of an older shape is read."""

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Ranges:
    """The days first..last, and those they are compared with: `against`, or as many days just before."""

    first: date
    last: date
    against: tuple[date, date] | None = None

    def __str__(self) -> str:
        """A name that no other ranges have."""
        return "/".join(day.isoformat() for day in (self.first, self.last, *(self.against or ())))


@dataclass(frozen=True, slots=True)
class OfHabit:
    """What there is to say of one habit."""

    figures: Figures
    """Without ``pairs``; the overview has them."""
    levels: tuple[int, ...]
    """How full each day of `figures.year` is, 0 to 4; below 0 where nothing was asked."""
    milestones: tuple[Milestone, ...]
    """All of them, whatever the range; the latest first."""


def overview_of(user: User, now: datetime, ranges: Ranges) -> Figures:
    """The figures of all the user's habits, those put away too."""
    return _kept(user, "all", now, ranges, lambda today: _figures(user, _days_of_all(user, today), ranges, today))


def figures_of_habit(user: User, habit: Habit, now: datetime, ranges: Ranges) -> OfHabit:
    """The figures of one habit of the user (with its state selected), and its milestones."""
    return _kept(user, str(habit.pk), now, ranges, lambda today: _of_habit(user, habit, now, ranges, today))


def _kept(user: User, what: str, now: datetime, ranges: Ranges, make: Callable[[int], Found]) -> Found:
    """What is made, under the user's change number, which is read before the rows: it is never older than that."""
    today = today_of(user, now)
    key = f"figures:{FORM}:{user.pk}:{seq_of(user)}:{user.week_starts_on}:{today}:{what}:{ranges}"
    found: Found | None = cache.get(key)
    if found is None:
        found = make(today.toordinal())
        cache.set(key, found, KEPT_FOR)
    return found


def _figures(user: User, days: list[HabitDays], ranges: Ranges, today: int) -> Figures:
    against = (ranges.against[0].toordinal(), ranges.against[1].toordinal()) if ranges.against else None
    span = ranges.first.toordinal(), ranges.last.toordinal()
    return figures(days, *span, today, user.week_starts_on, against=against)


def _of_habit(user: User, habit: Habit, now: datetime, ranges: Ranges, today: int) -> OfHabit:
    rules, rows = rules_of(user, [habit])[habit.pk], entry_rows(habit.pk)
    found = _figures(user, [_days(habit, rules, rows, today)], ranges, today)
    first = date.fromordinal(found.year.first)
    levels = day_levels(user, [habit], first, first + timedelta(days=len(found.year.asked) - 1), now)[habit.pk]
    return OfHabit(found, tuple(levels), tuple(whole_past(user, habit, now)[1]))


def _days_of_all(user: User, today: int) -> list[HabitDays]:
    habits = every_habit(user)
    rules, rows = rules_of(user, habits), all_rows(user.pk)
    return [_days(habit, rules[habit.pk], rows.get(habit.pk, []), today) for habit in habits]


def _days(habit: Habit, rules: Rules, rows: list[EntryRow], today: int) -> HabitDays:
    return habit_days(habit.pk, rules, rows, today, snapshot_of(habit, rules, rows, today).streak)
