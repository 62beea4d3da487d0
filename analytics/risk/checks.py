"""What the product says at its start about weights it cannot use."""

from __future__ import annotations

from typing import Any

from django.core import checks

from analytics.risk.model import trouble


def register() -> None:
    """Have ``manage.py check`` and every start look at the weights."""
    checks.register(_weights)


def _weights(**_: Any) -> list[checks.CheckMessage]:
    """A warning, not an error: without weights everything works but the forecasts."""
    told = trouble()
    hint = "Make a file with `manage.py fit_risk`, or leave RISK_WEIGHTS empty to use the one that is shipped."
    return [checks.Warning(told, hint=hint, id="analytics.W001")] if told else []
