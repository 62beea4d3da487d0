"""The model's fitted numbers, as one small versioned text.

Nothing here reads a file: callers hand over the text, and a text that is old, cut short or holds anything but finite
numbers is refused as a whole - a forecast is either made by a sound model or not made.
"""

import json
import math
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from analytics.domain.risk_features import FEATURES, PAIRS
from habits.domain.evidence import TIME_BINS

SCHEMA: Final = 1
_SIZES: Final = {
    "centre": len(FEATURES),
    "spread": len(FEATURES),
    "pair_centre": len(PAIRS),
    "pair_spread": len(PAIRS),
    "main": len(FEATURES),
    "pairs": len(PAIRS),
    "day_shape": TIME_BINS,
}


class BadWeightsError(ValueError):
    """The text does not hold weights this code can use; the message says what is wrong."""


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """A fitted model. Inputs are standardised by centre and spread, clipped, and weighted by main and pairs.

    `day_shape` is the share of the population's completions in each hour of the day. `revision` counts refits.
    """

    revision: int
    intercept: float
    centre: NDArray[np.float32]
    spread: NDArray[np.float32]
    pair_centre: NDArray[np.float32]
    pair_spread: NDArray[np.float32]
    main: NDArray[np.float32]
    pairs: NDArray[np.float32]
    day_shape: NDArray[np.float32]

    def to_text(self) -> str:
        """The weights as JSON, five significant digits a number."""
        body: dict[str, Any] = {"schema": SCHEMA, "revision": self.revision, "intercept": _short(self.intercept)}
        body |= {"features": list(FEATURES), "pair_names": [list(pair) for pair in PAIRS]}
        body |= {name: [_short(x) for x in getattr(self, name).tolist()] for name in _SIZES}
        return json.dumps(body, separators=(",", ":")) + "\n"

    @classmethod
    def from_text(cls, text: str) -> Self:
        """The weights in a text. Raises BadWeightsError unless it is of this schema, complete and finite."""
        body = _parsed(text)
        if body.get("schema") != SCHEMA:
            raise BadWeightsError(f"schema {body.get('schema')!r}, this code reads {SCHEMA}")
        if body.get("features") != list(FEATURES) or body.get("pair_names") != [list(pair) for pair in PAIRS]:
            raise BadWeightsError("made for other features: fit the model again")
        columns = {name: _column(body, name, size) for name, size in _SIZES.items()}
        if (columns["spread"] <= 0).any() or (columns["pair_spread"] <= 0).any() or (columns["day_shape"] <= 0).any():
            raise BadWeightsError("spreads and shares must be above zero")
        return cls(revision=_revision(body), intercept=_number(body, "intercept"), **columns)


def _short(x: float) -> float:
    return float(f"{x:.5g}")


def _parsed(text: str) -> dict[str, Any]:
    try:
        body = json.loads(text)
    except ValueError as error:
        raise BadWeightsError(f"not JSON: {error}") from error
    if not isinstance(body, dict):
        raise BadWeightsError("not a JSON object")
    return body


def _is_number(x: object) -> bool:
    return isinstance(x, int | float) and not isinstance(x, bool) and math.isfinite(x)


def _number(body: dict[str, Any], name: str) -> float:
    if not _is_number(body.get(name)):
        raise BadWeightsError(f"{name} is not a finite number")
    return float(body[name])


def _revision(body: dict[str, Any]) -> int:
    revision = body.get("revision")
    if not isinstance(revision, int) or isinstance(revision, bool) or revision < 1:
        raise BadWeightsError("revision is not a positive whole number")
    return revision


def _column(body: dict[str, Any], name: str, size: int) -> NDArray[np.float32]:
    values = body.get(name)
    if not isinstance(values, list) or len(values) != size or not all(_is_number(x) for x in values):
        raise BadWeightsError(f"{name} is not a list of {size} finite numbers")
    return np.array(values, dtype=np.float32)
