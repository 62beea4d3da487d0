"""Reading figures, from the cache where nothing has changed since."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar
from zlib import crc32

import numpy as np
from django.core.cache import cache

from analytics.domain.trends import figures
from analytics.domain.trends_days import HabitDays, habit_days
from analytics.domain.trends_pairs import MOST_HABITS, Pair, pairs
from analytics.domain.trends_shapes import Figures
from habits.domain.columns import EMPTY, Columns, columns_of
from habits.domain.fold import needs_from, read
from habits.domain.milestones import Milestone
from habits.domain.plan import Rules
from habits.selectors.entries import all_columns, entry_rows
from habits.selectors.history import LONGEST_DAYS, day_levels, owned_habit, whole_past
from habits.selectors.pasts import first_habits, named_habits
from habits.selectors.rules import rules_of
from habits.selectors.views import usable_folds
from smarthabit.accounts.selectors import seq_of, today_of
from smarthabit.accounts.user import User

if TYPE_CHECKING:
    from habits.models import Habit

__all__ = [
    "LONGEST_DAYS",
    "MOST_COUNTED",
    "Ranges",
    "figures_of_habit",
    "named_habits",
    "overview_of",
    "owned_habit",
    "pairs_of",
]

KEPT_FOR = 12 * 3600
"""Seconds. An answer holds as of the user's change number and today, so it never goes stale; it is only put away."""
MOST_COUNTED = 300
"""Habits that the figures of all count, the first ones: with more, days would be counted for seconds."""
HABITS_KEPT = MOST_COUNTED
"""Habits whose days stay in each process, some 70 kB for five years of them: a check-in makes one habit's anew."""
ANSWERS_KEPT = 32
"""Of a user. Each question has one of so many places, and the next in it takes over: in embedded mode it is memory."""
FORM = 5
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


def pairs_of(user: User, now: datetime, ranges: Ranges) -> tuple[Pair, ...]:
    """Which of the user's habits go together in the range, and nothing else of it."""
    span = ranges.first.toordinal(), ranges.last.toordinal()
    return _kept(
        user, "pairs", now, ranges, lambda today: tuple(pairs(_days_of_all(user, today, MOST_HABITS)[0], *span))
    )


def overview_of(user: User, now: datetime, ranges: Ranges) -> Figures:
    """The figures of all the user's habits, those put away too; of very many only the first ones are counted."""
    return _kept(user, "all", now, ranges, lambda today: _overview(user, ranges, today))


def figures_of_habit(user: User, habit: Habit, now: datetime, ranges: Ranges) -> OfHabit:
    """The figures of one habit of the user (with its state selected), and its milestones."""
    return _kept(user, str(habit.pk), now, ranges, lambda today: _of_habit(user, habit, now, ranges, today))


def _kept(user: User, what: str, now: datetime, ranges: Ranges, make: Callable[[int], Found]) -> Found:
    """What is made, as of the user's change number, which is read before the rows: it is never older than that."""
    today = today_of(user, now)
    stamp = (seq_of(user), user.week_starts_on, today, what, str(ranges))
    key = f"figures:{FORM}:{user.pk}:{crc32(f'{what} {ranges}'.encode()) % ANSWERS_KEPT}"
    kept: tuple[object, Found] | None = cache.get(key)
    if kept is not None and kept[0] == stamp:
        return kept[1]
    found = make(today.toordinal())
    cache.set(key, (stamp, found), KEPT_FOR)
    return found


def _overview(user: User, ranges: Ranges, today: int) -> Figures:
    days, partial = _days_of_all(user, today, MOST_COUNTED)
    return replace(_figures(user, days, ranges, today), partial=partial)


def _figures(user: User, days: list[HabitDays], ranges: Ranges, today: int) -> Figures:
    against = (ranges.against[0].toordinal(), ranges.against[1].toordinal()) if ranges.against else None
    span = ranges.first.toordinal(), ranges.last.toordinal()
    return figures(days, *span, today, user.week_starts_on, against=against)


def _of_habit(user: User, habit: Habit, now: datetime, ranges: Ranges, today: int) -> OfHabit:
    rules, told = rules_of(user, [habit])[habit.pk], columns_of(entry_rows(habit.pk))
    found = _figures(user, [_days(habit, rules, told, today)], ranges, today)
    first = date.fromordinal(found.year.first)
    levels = day_levels(user, [habit], first, first + timedelta(days=len(found.year.asked) - 1), now)[habit.pk]
    return OfHabit(found, tuple(levels), tuple(whole_past(user, habit, now)[1]))


def _days_of_all(user: User, today: int, most: int) -> tuple[list[HabitDays], bool]:
    """The days of the user's habits, at most so many, and whether some are left out."""
    habits, partial = first_habits(user, most)
    rules, told = rules_of(user, habits), all_columns(user.pk, [habit.pk for habit in habits] if partial else None)
    return [_days(habit, rules[habit.pk], told.get(habit.pk, EMPTY), today) for habit in habits], partial


def _days(habit: Habit, rules: Rules, told: Columns, today: int) -> HabitDays:
    fold = usable_folds(habit.state, rules).fold
    streak = read(rules, fold, told.rows(needs_from(fold, today)), today).streak
    return replace(_laid_out(habit.pk, rules, told.when.tobytes(), told.values.tobytes(), today), streak=streak)


@lru_cache(maxsize=HABITS_KEPT)
def _laid_out(habit_id: int, rules: Rules, when: bytes, values: bytes, today: int) -> HabitDays:
    """The days that these rules and entries make. Kept by all they are made from, so that they cannot be stale."""
    return habit_days(habit_id, rules, Columns(*(np.frombuffer(one, np.int64) for one in (when, values))), today)


def forget_days() -> None:
    """Let go of all days that are kept: for those who measure what they cost."""
    _laid_out.cache_clear()
