"""The open units of a user in the order in which they can be saved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from analytics.domain.risk_model import Wording
from analytics.risk.chips import chip_of
from analytics.risk.reading import RiskNow, risks_of
from analytics.risk.words import chance_words, reason_words
from habits.rows import Chip
from habits.selectors import habit_views
from smarthabit.accounts.user import User

MOST = 200
"""Habits looked at."""
_LOST = 0.995


@dataclass(frozen=True, slots=True)
class Save:
    """One open unit."""

    habit_id: int
    name: str
    chip: Chip | None
    """None while nothing is known of the habit."""
    chance: str
    reason: str
    streak: int


def saves_of(user: User, now: datetime) -> list[Save]:
    """First streaks that are alive and in danger, then what is open besides, at the end what is out of reach."""
    views = habit_views(user, now, limit=MOST)
    risks = sorted(risks_of(user, views, now).values(), key=_order)
    return [_save(risk) for risk in risks]


def order_words() -> str:
    """By what the list is ordered."""
    return _("First the streaks that can still be saved, the riskiest at the top; at the end what is out of reach.")


def _order(risk: RiskNow) -> tuple[bool, bool, bool, float]:
    alert = risk.wording is Wording.ALERT
    return risk.risk >= _LOST, not alert, risk.streak == 0, -risk.risk if risk.streak else risk.risk


def _save(risk: RiskNow) -> Save:
    limit = risk.view.rules.kind == "limit"
    reason = reason_words(risk.reasons[0], limit=limit) if risk.reasons else ""
    chip = chip_of(risk) if risk.units else None
    return Save(risk.habit_id, risk.view.habit.name, chip, chance_words(risk), reason, risk.streak)
