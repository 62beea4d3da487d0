"""The weights the product ships with."""

from functools import cache
from importlib.resources import files

from analytics.domain.risk_weights import Weights


@cache
def shipped_weights() -> Weights:
    """The risk model's weights of this release. Raises BadWeightsError if the file was damaged."""
    return Weights.from_text((files(__name__) / "risk_weights_v1.json").read_text(encoding="utf-8"))
