"""The risk chip of a row, and what a live event says of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse

from analytics.risk.describe import describe_risk
from analytics.risk.reading import RiskNow, risks_of
from analytics.risk.words import ICONS, RETURN_ICON, label_words, returns
from habits.domain.states import DayState
from habits.rows import Chip
from habits.selectors import HabitView, habit_views
from smarthabit.accounts.selectors import user_of
from smarthabit.accounts.user import User
from smarthabit.kernel import clock

_OPEN = {DayState.PENDING.value, DayState.OFF.value}


def chips_of(user: User, views: Sequence[HabitView]) -> Mapping[int, Chip]:
    """The chips of these habits of the user, where something is open and something is known."""
    return {pk: chip_of(risk) for pk, risk in risks_of(user, views, clock.now()).items() if risk.units}


def chip_of(risk: RiskNow) -> Chip:
    """The chip of one risk."""
    back = returns(risk)
    look = "return" if back else risk.level.value
    icon = RETURN_ICON if back else ICONS[risk.level]
    return Chip(label_words(risk), icon, look, reverse("risk:why", args=[risk.habit_id]))


def risks_in_events(user_id: int, events: Sequence[Mapping[str, Any]]) -> list[dict[str, Any] | None]:
    """What scripts are told of the risk of habits that were written on; with nothing open, nothing is worked out."""
    wanted = [int(event["habit"]) for event in events if event["state"] in _OPEN]
    user = user_of(user_id) if wanted else None
    if user is None:
        return [None] * len(events)
    now = clock.now()
    risks = risks_of(user, habit_views(user, now, ids=wanted), now)
    return [describe_risk(risks[pk]) if (pk := int(event["habit"])) in risks else None for event in events]


def risk_event(risk: RiskNow) -> dict[str, Any]:
    """A change of risk alone, as scripts are told."""
    return {"type": "risk", "habit": str(risk.habit_id), "risk": describe_risk(risk)}
