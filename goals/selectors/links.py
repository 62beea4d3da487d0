"""Which habits feed goals: asked at every check-in, and nearly always answered with no."""

from __future__ import annotations

from collections.abc import Collection

from goals.models import GoalHabit
from smarthabit.kernel.kept import Kept

kept_links: Kept[frozenset[int]] = Kept(most=1000)
"""The habits that feed goals, as of a change of their user's: every change of a goal takes a number, too."""


def feeds_goals(user_id: int, habit_ids: Collection[int], seq: int) -> bool:
    """Whether any of these habits of the user feeds a goal, given up or not; entries of theirs were change ``seq``."""
    kept_links.pass_on(user_id, seq)
    links = kept_links.get(user_id, seq)
    if links is None:
        links = frozenset(GoalHabit.objects.filter(goal__user_id=user_id).values_list("habit_id", flat=True))
        kept_links.put(user_id, seq, links)
    return not links.isdisjoint(habit_ids)
