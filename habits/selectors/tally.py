"""One day of many habits, for counting: what a list of a day does not show on its page."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from habits.domain.entry import Kind
from habits.domain.fold import Fold, needs_from, start
from habits.domain.history import history
from habits.domain.plan import Rules
from habits.domain.views import DayView
from habits.models import Habit
from habits.selectors.entries import rows_since
from habits.selectors.rules import rules_of
from habits.selectors.states import Folds
from habits.selectors.views import usable_folds
from smarthabit.accounts.selectors import seq_of, today_of
from smarthabit.accounts.user import User
from smarthabit.kernel.kept import Kept

MOST_COUNTED = 200
"""Habits beside those of a page that a day's progress counts; who has more is told of the page alone."""

Cells = tuple[tuple[Kind, DayView], ...]
_kept: Kept[tuple[date, date, frozenset[int], Cells | None]] = Kept(1_000)


def cells_beside(user: User, now: datetime, day: date, shown: Collection[int]) -> Cells | None:
    """The day of each habit in use but those shown; None where there are more than are counted.

    Three queries at most, and none of them while nothing has changed.
    """
    seq, today, left_out = seq_of(user), today_of(user, now), frozenset(shown)
    kept = _kept.get(user.pk, seq)
    if kept is not None and kept[:3] == (day, today, left_out):
        return kept[3]
    others = Habit.objects.owned_by(user).active().exclude(pk__in=left_out).select_related("state")
    habits = list(others[: MOST_COUNTED + 1])
    cells = _cells(user, habits, day, today) if len(habits) <= MOST_COUNTED else None
    _kept.put(user.pk, seq, (day, today, left_out, cells))
    return cells


def forget() -> None:
    """Work everything out anew."""
    _kept.clear()


def _cells(user: User, habits: list[Habit], day: date, today: date) -> Cells:
    rules = rules_of(user, habits)
    first = min(day, today).toordinal()
    bases = {habit.pk: _base(rules[habit.pk], usable_folds(habit.state, rules[habit.pk]), first) for habit in habits}
    rows = rows_since([(pk, needs_from(base)) for pk, base in bases.items()])
    last, now = day.toordinal(), today.toordinal()
    return tuple(
        (rules[pk].kind, history(rules[pk], rows[pk], last, last, now, base=base).days[0]) for pk, base in bases.items()
    )


def _base(rules: Rules, folds: Folds, first: int) -> Fold:
    """The latest fold that closed only days before the first that is told."""
    for fold in (folds.fold, folds.anchor):
        if fold.through is not None and fold.through < first:
            return fold
    return start(rules)
