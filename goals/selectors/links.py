"""Which habits feed goals: asked at every check-in, and nearly always answered with no."""

from __future__ import annotations

from collections.abc import Sequence

from goals.models import GoalHabit
from smarthabit.kernel.statements import KeptQuery

_links_of_one = KeptQuery(lambda habit: GoalHabit.objects.filter(habit_id=habit).order_by()[:1], 2)


def feeds_goals(habit_ids: Sequence[int]) -> bool:
    """Whether any of these habits feeds a goal, given up or not."""
    if len(habit_ids) == 1:
        return bool(_links_of_one(habit_ids[0]))
    return GoalHabit.objects.filter(habit_id__in=habit_ids).exists()
