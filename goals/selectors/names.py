"""Goals by title."""

from __future__ import annotations

from collections.abc import Sequence

from goals.models import Goal
from smarthabit.accounts.user import User


def goals_called(user: User, words: Sequence[str], limit: int) -> list[Goal]:
    """The latest goals whose titles contain each of these words."""
    goals = Goal.objects.owned_by(user)
    for word in words:
        goals = goals.filter(title__icontains=word)
    return list(goals.order_by("-pk")[:limit])
