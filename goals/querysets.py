"""Filters of goals, each from the owner on."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.apps import apps
from django.db import models

from smarthabit.kernel.querysets import M, OwnedQuerySet


class GoalQuerySet(OwnedQuerySet[M]):
    """A user's goals, the latest first."""

    def detailed(self) -> Self:
        """With all that a reading needs besides the entries; three queries whatever their number."""
        links: models.QuerySet[models.Model] = models.QuerySet(apps.get_model("goals", "GoalHabit")).select_related(
            "habit__state"
        )
        return self.select_related("state", "user").prefetch_related("milestones", models.Prefetch("links", links))

    def fed_by(self, habit_ids: list[int]) -> Self:
        """Goals that at least one of these habits feeds."""
        return self.filter(links__habit_id__in=habit_ids).distinct()

    def kept_up(self) -> Self:
        """Goals that were not given up."""
        return self.filter(abandoned_on__isnull=True)

    def going_on(self) -> Self:
        """Goals with something still to be found out: neither reached nor missed nor given up."""
        return self.filter(state__next_look__isnull=False)

    def to_be_looked_at(self, now: datetime) -> Self:
        """Goals, of active accounts, that have something to be found out by now; the longest due first."""
        return self.filter(state__next_look__lte=now, user__is_active=True).order_by("state__next_look")
