"""How right forecasts were: counts and sums by how high the risk was said to be, which add up over days and people.

Brier's score is the mean squared error of a probability; the skill compares it with always saying the base rate
(Murphy, 1973). Everything is kept in ten bins of sixteen bytes.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analytics.domain.risk_features import Floats, Ints
from analytics.domain.risk_recalibration import Recalibration

BINS: Final = 10
TALLY: Final = np.dtype([("n", "<u4"), ("missed", "<u4"), ("risk", "<f4"), ("error", "<f4")])
TALLY_BYTES: Final = BINS * TALLY.itemsize
ODDS_BINS: Final = 24
_ODDS: Final = np.dtype([("n", "<u4"), ("missed", "<u4"), ("odds", "<f8")])
_ODDS_REACH: Final = 6.0  # log odds; the bins at both ends take what lies beyond
ENOUGH: Final = 20
"""Forecasts below which no skill is told."""
Tallies = NDArray[np.void]


@dataclass(frozen=True, slots=True)
class Bin:
    """The forecasts between two risks: how many, how high they were on average, and the share that was missed."""

    low: float
    high: float
    n: int
    said: float
    missed: float


@dataclass(frozen=True, slots=True)
class Reliability:
    """How forecasts turned out; the scores are None below ENOUGH forecasts, the skill also where all came out alike."""

    n: int
    missed: int
    bins: tuple[Bin, ...]
    brier: float | None
    base_rate: float | None
    skill: float | None
    error: float | None
    """Expected calibration error: the mean gap between said and missed."""


def no_tallies(groups: int) -> Tallies:
    """Empty tallies of so many people, months or days (groups x BINS)."""
    return np.zeros((groups, BINS), dtype=TALLY)


def tallied(risk: Floats, missed: NDArray[np.bool_], group: Ints, groups: int) -> Tallies:
    """Forecasts counted by group and bin."""
    key = group * BINS + np.clip((risk * BINS).astype(np.int64), 0, BINS - 1)
    size = groups * BINS
    found = np.zeros(size, dtype=TALLY)
    found["n"] = np.bincount(key, minlength=size)
    found["missed"] = np.bincount(key, weights=missed, minlength=size)
    found["risk"] = np.bincount(key, weights=risk, minlength=size)
    found["error"] = np.bincount(key, weights=(risk - missed) ** 2, minlength=size)
    return found.reshape(groups, BINS)


def added(one: Tallies, other: Tallies) -> Tallies:
    """Both together."""
    total = np.empty_like(one)
    for name in TALLY.names or ():
        total[name] = one[name] + other[name]
    return total


def as_tallies(packed: bytes) -> Tallies:
    """Tallies as they are stored, TALLY_BYTES a group. Raises ValueError on another length."""
    return np.frombuffer(packed, dtype=TALLY).reshape(-1, BINS)


def reliability(tallies: Tallies) -> Reliability:
    """What the tallies (groups x BINS) say together."""
    n, missed, risk, error = (tallies[name].sum(axis=0, dtype=np.float64) for name in ("n", "missed", "risk", "error"))
    total, misses = int(n.sum()), int(missed.sum())
    bins = tuple(
        Bin(at / BINS, (at + 1) / BINS, int(n[at]), float(risk[at] / n[at]), float(missed[at] / n[at]))
        for at in range(BINS)
        if n[at]
    )
    if total < ENOUGH:
        return Reliability(total, misses, bins, None, None, None, None)
    base = misses / total
    brier = float(error.sum() / total)
    skill = 1 - brier / (base * (1 - base)) if 0 < base < 1 else None
    gap = sum(one.n * abs(one.said - one.missed) for one in bins) / total
    return Reliability(total, misses, bins, brier, base, skill, gap)


def pooled_odds(odds: Floats, missed: NDArray[np.bool_]) -> bytes:
    """Outcomes by log odds, packed: enough to learn a recalibration from."""
    width = 2 * _ODDS_REACH / ODDS_BINS
    key = np.clip((odds + _ODDS_REACH) / width, 0, ODDS_BINS - 1).astype(np.int64)
    found = np.zeros(ODDS_BINS, dtype=_ODDS)
    found["n"] = np.bincount(key, minlength=ODDS_BINS)
    found["missed"] = np.bincount(key, weights=missed, minlength=ODDS_BINS)
    found["odds"] = np.bincount(key, weights=odds, minlength=ODDS_BINS)
    return found.tobytes()


def added_odds(one: bytes, other: bytes) -> bytes:
    """Both together. Raises ValueError where these are none."""
    a, b = np.frombuffer(one, dtype=_ODDS), np.frombuffer(other, dtype=_ODDS)
    total = np.empty_like(a)
    for name in _ODDS.names or ():
        total[name] = a[name] + b[name]
    return total.tobytes()


def learnt_from(recalibration: Recalibration, packed: bytes) -> Recalibration:
    """The recalibration after the outcomes that pooled_odds counted."""
    found = np.frombuffer(packed, dtype=_ODDS)
    found = found[found["n"] > 0]
    if not len(found):
        return recalibration
    mean = (found["odds"] / found["n"]).astype(np.float32)
    return recalibration.learnt(mean, (found["missed"] / found["n"]).astype(np.float32), found["n"])
