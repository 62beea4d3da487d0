"""The model in use: the weights that ship with the product or were refitted here, and the recalibration with them."""

from __future__ import annotations

import logging
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from analytics.data import shipped_weights
from analytics.domain.risk_mornings import Model
from analytics.domain.risk_recalibration import Recalibration
from analytics.domain.risk_weights import BadWeightsError, Weights
from analytics.models import RiskModel

log = logging.getLogger(__name__)


def current_model() -> Model | None:
    """What to forecast with; None where the weights cannot be read, and then no risk is shown anywhere.

    Whoever looks after the site learns of it from the system check, /readyz and the log.
    """
    row = RiskModel.objects.filter(in_use=True).values_list("revision", "recalibration").first()
    revision, recalibration = row or (0, {})
    try:
        return Model(_weights(revision), as_recalibration(recalibration))
    except BadWeightsError as error:
        log.error("no risk is forecast: %s", error)  # noqa: TRY400 - the message says it all
        return None


def base_weights() -> Weights:
    """The weights an operator names in RISK_WEIGHTS, or the shipped ones. Raises BadWeightsError."""
    named = settings.RISK_WEIGHTS
    if not named:
        return shipped_weights()
    path = Path(named)
    try:
        stamp = path.stat().st_mtime_ns
    except OSError as error:
        raise BadWeightsError(f"{named}: {error.strerror}") from error
    return _from_file(named, stamp)


def trouble() -> str | None:
    """Why the weights cannot be used, in words for an operator; None when they can."""
    try:
        base_weights()
    except BadWeightsError as error:
        return f"The weights of the risk model are not used: {error}"
    return None


def as_recalibration(stored: Any) -> Recalibration:
    """A stored recalibration; none where nothing sound is stored."""
    try:
        a, ab, b = stored["precision"]
        found = Recalibration(float(stored["intercept"]), float(stored["slope"]), (float(a), float(ab), float(b)))
    except (KeyError, TypeError, ValueError):
        return Recalibration()
    return found if found.is_sound else Recalibration()


def stored_form(recalibration: Recalibration) -> dict[str, Any]:
    """As ``as_recalibration`` reads it."""
    return {
        "intercept": recalibration.intercept,
        "slope": recalibration.slope,
        "precision": list(recalibration.precision),
    }


def _weights(revision: int) -> Weights:
    if revision:
        try:
            return _refitted(revision)
        except BadWeightsError:
            log.exception("the refitted weights are not used", extra={"revision": revision})
    return base_weights()


@lru_cache(maxsize=4)
def _refitted(revision: int) -> Weights:
    text = RiskModel.objects.filter(revision=revision).values_list("weights", flat=True).first()
    return Weights.from_text(text) if text else base_weights()


@lru_cache(maxsize=4)
def _from_file(path: str, _stamp: int) -> Weights:
    try:
        return Weights.from_text(Path(path).read_text(encoding="utf-8"))
    except (BadWeightsError, OSError, ValueError) as error:
        raise BadWeightsError(f"{path}: {error}") from error
