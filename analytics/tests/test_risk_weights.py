"""Weights travel as text, and a damaged text is refused as a whole."""

import json
from typing import Any

import pytest

from analytics.data import shipped_weights
from analytics.domain.risk_features import FEATURES
from analytics.domain.risk_weights import SCHEMA, BadWeightsError, Weights


def changed(**fields: Any) -> str:
    return json.dumps(json.loads(shipped_weights().to_text()) | fields)


def test_the_shipped_weights_are_sound_and_small() -> None:
    text = shipped_weights().to_text()
    assert Weights.from_text(text).to_text() == text
    assert len(text) < 30_000


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '"x"'])
def test_what_is_no_object_is_refused(text: str) -> None:
    with pytest.raises(BadWeightsError, match="not"):
        Weights.from_text(text)


def test_a_text_cut_short_is_refused() -> None:
    text = shipped_weights().to_text()
    with pytest.raises(BadWeightsError):
        Weights.from_text(text[: len(text) // 2])


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"schema": SCHEMA + 1}, "schema"),
        ({"schema": None}, "schema"),
        ({"features": ["rate_2"]}, "other features"),
        ({"pair_names": []}, "other features"),
        ({"intercept": float("nan")}, "intercept"),
        ({"intercept": "0"}, "intercept"),
        ({"revision": 0}, "revision"),
        ({"revision": True}, "revision"),
        ({"main": [0.0]}, "main"),
        ({"main": [float("inf")] * len(FEATURES)}, "main"),
        ({"main": None}, "main"),
        ({"centre": [True] * len(FEATURES)}, "centre"),
        ({"spread": [0.0] * len(FEATURES)}, "above zero"),
        ({"day_shape": [0.0] * 24}, "above zero"),
    ],
)
def test_damaged_fields_are_named(fields: dict[str, Any], says: str) -> None:
    with pytest.raises(BadWeightsError, match=says):
        Weights.from_text(changed(**fields))
