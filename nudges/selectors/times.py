"""What was learned about the best times of a user's habits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from habits.selectors.pasts import owned_habits
from nudges.domain.times import Times, times_of
from nudges.models import NudgeMemory
from nudges.selectors.memories import habit_row, pool_now
from smarthabit.accounts.user import User

MOST = 50


@dataclass(frozen=True, slots=True)
class Learned:
    """The habits something was learned about, by name, and the figures of the one that was asked for."""

    habits: Sequence[tuple[int, str]]
    habit_id: int | None
    times: Times | None


def learned(user: User, habit_id: int | None = None) -> Learned:
    """The figures of this habit, of the first one without a wish; a constant number of queries."""
    names = {habit.pk: habit.name for habit in owned_habits(user, most=MOST)}
    stored = NudgeMemory.objects.filter(user_id=user.pk, habit_id__in=names).values_list("habit_id", flat=True)
    known = {int(pk or 0) for pk in stored}
    habits = [(pk, name) for pk, name in names.items() if pk in known]
    chosen = habit_id if habit_id in known else (habits[0][0] if habits and habit_id is None else None)
    return Learned(habits, chosen, _times(chosen) if chosen is not None else None)


def _times(habit_id: int) -> Times | None:
    """The figures, None for a row that another version has written: the learning job is about to make it anew."""
    row = habit_row(bytes(NudgeMemory.objects.values_list("state", flat=True).get(habit_id=habit_id)))
    return times_of(row, pool_now()[1]) if row is not None else None
