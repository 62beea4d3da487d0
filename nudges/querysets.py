"""Filters of nudges, each from the owner on."""

from __future__ import annotations

from typing import Self

from smarthabit.kernel.querysets import M, OwnedQuerySet


class NudgeQuerySet(OwnedQuerySet[M]):
    """A user's nudges: those that count as messages, those by one channel."""

    def counting(self) -> Self:
        """Nudges that are on their way or went out: what budgets count."""
        return self.filter(state__in=("due", "leased", "sent"))

    def by(self, channel: str) -> Self:
        """Nudges of one channel."""
        return self.filter(channel=channel)
