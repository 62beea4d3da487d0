"""Filters of habits, each from the owner on."""

from __future__ import annotations

from typing import Self

from smarthabit.kernel.querysets import M, OwnedQuerySet

__all__ = ["HabitQuerySet", "OwnedQuerySet"]


class HabitQuerySet(OwnedQuerySet[M]):
    """A user's habits: active or archived, by tag, in the user's order."""

    def active(self) -> Self:
        """Habits that are not archived."""
        return self.filter(archived_on__isnull=True)

    def archived(self) -> Self:
        """Habits that are archived."""
        return self.filter(archived_on__isnull=False)

    def tagged(self, name: str) -> Self:
        """Habits that carry the tag ``name``."""
        return self.filter(tags__name=name)
