"""Risks in the shapes the API promises."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from analytics.domain.risk_reliability import Reliability
from analytics.risk.reading import RiskNow, risks_of
from analytics.risk.words import reason_words
from habits.selectors import HabitView
from smarthabit.accounts.user import User
from smarthabit.kernel import clock
from smarthabit.kernel.api.fields import instant_text


def describe_risk(risk: RiskNow) -> dict[str, Any]:
    """The field of a habit. ``probability`` is null where the history is too short for a number."""
    limit = risk.view.rules.kind == "limit"
    return {
        "probability": _number(risk.told),
        "level": risk.level.value,
        "reasons": [{"code": one.code.value, "text": reason_words(one, limit=limit)} for one in risk.reasons],
        "days": risk.units,
    }


def describe_unit_risk(risk: RiskNow, now: datetime) -> dict[str, Any]:
    """One open unit of the list."""
    return {
        "habit": str(risk.habit_id),
        "unit": {"from": risk.unit.first.isoformat(), "to": risk.unit.last.isoformat()},
        **describe_risk(risk),
        "as_of": instant_text(now),
    }


def risk_fields(user: User, views: Sequence[HabitView]) -> dict[int, Any]:
    """The field ``risk`` of these habits, by id; habits with nothing open, or of which nothing is known, have none."""
    return {pk: describe_risk(risk) for pk, risk in risks_of(user, views, clock.now()).items() if risk.units}


def describe_reliability(found: Reliability) -> dict[str, Any]:
    """How right forecasts were. The scores are null while there are too few."""
    return {
        "n": found.n,
        "missed": found.missed,
        "brier": _number(found.brier),
        "base_rate": _number(found.base_rate),
        "skill": _number(found.skill),
        "calibration_error": _number(found.error),
        "bins": [
            {
                "from": _number(one.low),
                "to": _number(one.high),
                "n": one.n,
                "said": _number(one.said),
                "missed": _number(one.missed),
            }
            for one in found.bins
        ],
    }


def _number(value: float | None) -> str | None:
    """A probability with the places that mean something."""
    return None if value is None else f"{value:.4f}"
