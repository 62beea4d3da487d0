"""Habits by name."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import F

from habits.models import Habit
from smarthabit.accounts.user import User


def habits_called(user: User, words: Sequence[str], limit: int) -> list[Habit]:
    """The first habits whose names contain each of these words: those in use before those put away."""
    habits = Habit.objects.owned_by(user).select_related("state")
    for word in words:
        habits = habits.filter(name__icontains=word)
    return list(habits.order_by(F("archived_on").asc(nulls_first=True), "position", "pk")[:limit])
