"""What counts say about a chance: draws of Beta distributions, and what is read off them.

Draws rather than formulas, because what is asked for is mostly a difference of two chances times something. They are
seeded by the habit, so that a suggestion does not come and go with the luck of the draw.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from analytics.domain.suggestions.facts import Bools

DRAWS = 4000
JEFFREYS = 0.5
"""The prior of a chance, as imagined hits and as many misses."""
_EDGE = 1e-6

Floats = NDArray[np.float64]


class Spread(NamedTuple):
    """The 10 %, 50 % and 90 % points of something uncertain."""

    p10: float
    p50: float
    p90: float

    @property
    def around_zero(self) -> bool:
        """Whether it may well be nothing at all."""
        return self.p10 <= 0 <= self.p90


class Counts(NamedTuple):
    """Hits and misses, each perhaps discounted."""

    hits: float
    misses: float

    @property
    def mean(self) -> float:
        """The middle of what they say about the chance."""
        return (self.hits + JEFFREYS) / (self.hits + self.misses + 2 * JEFFREYS)


def count(outcomes: Bools | Sequence[bool], half_life: float | None = None) -> Counts:
    """Hits and misses of a series, the oldest first; with a half-life (in units) the older ones weigh less."""
    hit = np.asarray(outcomes, dtype=np.float64)
    ages = np.arange(len(hit) - 1, -1, -1, dtype=np.float64)
    weights = np.ones(len(hit)) if half_life is None else 0.5 ** (ages / half_life)
    hits = float((weights * hit).sum())
    return Counts(hits, max(0.0, float(weights.sum()) - hits))


def generator(habit_id: int, what: int) -> np.random.Generator:
    """The random numbers of one kind of suggestion for one habit."""
    return np.random.default_rng([habit_id, what])


def chance(rng: np.random.Generator, counts: Counts, prior: Counts | None = None) -> Floats:
    """Draws of the chance behind counts."""
    prior = prior or Counts(JEFFREYS, JEFFREYS)
    return rng.beta(counts.hits + prior.hits, counts.misses + prior.misses, DRAWS)


def lifted(chances: Floats, by: Floats) -> Floats:
    """Chances after a shift by so many logits."""
    held = np.clip(chances, _EDGE, 1 - _EDGE)
    lifted: Floats = 1 / (1 + (1 - held) / held * np.exp(-by))
    return lifted


def spread_of(draws: Floats) -> Spread:
    """The points that draws make."""
    return Spread(*(float(point) for point in np.quantile(draws, (0.1, 0.5, 0.9))))


def below(draws: Floats, share: float) -> float:
    """The point below which this share of the draws lies."""
    return float(np.quantile(draws, share))


def odds_that(claim: NDArray[np.bool_]) -> float:
    """How probable a claim is, over draws."""
    return float(claim.mean())
