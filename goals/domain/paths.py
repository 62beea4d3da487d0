"""Possible futures of one habit: many paths of what it will have brought after each block of scheduled units.

A habit's chance of keeping a unit has a level, known as well as discounted evidence tells (a Beta distribution, taken
over to the logit scale by its exact first two moments there, psi(a) - psi(b) and psi'(a) + psi'(b)), a distance from
it at which things stand right now and which fades, and a drift that wanders on its own (a stationary autoregression).
Given the chance, a block's hits are binomial, so that they are beta-binomial as a whole; amounts are negative binomial.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import groupby
from math import log, sqrt

import numpy as np
from numpy.typing import NDArray

from goals.domain.evidence import Evidence
from goals.domain.population import Population

Floats = NDArray[np.float64]
Chances = NDArray[np.float32]
Bars = NDArray[np.uint16]
Hits = NDArray[np.uint8]

SINGLE_UNITS = 28
WEEKS = 24
"""The first units are drawn one by one, the next half year in sevens, what is further off in blocks of 28."""
_SIDES = 2**16
_CERTAIN = 1e-3
_LARGEST_SHAPE = 1e6
_LARGEST_RATE = 1e15
AMOUNT_DRIFT = 0.1
"""Relative change of the mean amount that is always thought possible. Set by judgement."""
GUESSED_SPREAD = 0.5
"""Relative spread that one imagined amount adds while few are known."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is thought of a habit's chance, in logits: its level and how far that is known, and the distance to now."""

    level: float
    spread: float
    distance: float


@dataclass(frozen=True, slots=True)
class Amounts:
    """What a hit brings, in thousandths: `least` plus `grain` times a negative binomial of this mean and shape."""

    least: float
    grain: float
    mean: float
    shape: float
    unsure: float
    """Relative standard deviation of what is known of the mean."""


def digamma(x: float) -> float:
    """The logarithmic derivative of the gamma function for x > 0 (Abramowitz and Stegun 6.3.5 and 6.3.18)."""
    shift = 0.0
    while x < 6:
        shift -= 1 / x
        x += 1
    square = 1 / (x * x)
    return shift + log(x) - 0.5 / x - square * (1 / 12 - square * (1 / 120 - square / 252))


def trigamma(x: float) -> float:
    """The derivative of `digamma` for x > 0 (Abramowitz and Stegun 6.4.6 and 6.4.12)."""
    shift = 0.0
    while x < 6:
        shift += 1 / (x * x)
        x += 1
    square = 1 / (x * x)
    return shift + 1 / x + square / 2 + square / x * (1 / 6 - square * (1 / 30 - square / 42))


def outlook_of(evidence: Evidence, people: Population) -> Outlook:
    """What the evidence says, with the population as prior."""
    rates = evidence.rates()
    hits = rates.slow_hits + people.prior_weight * people.prior_mean
    misses = rates.slow_misses + people.prior_weight * (1 - people.prior_mean)
    usual = hits / (hits + misses)
    known = rates.fast_hits + rates.fast_misses + people.fast_weight
    now = (rates.fast_hits + people.fast_weight * usual) / known
    return Outlook(
        level=digamma(hits) - digamma(misses),
        spread=sqrt(trigamma(hits) + trigamma(misses)),
        distance=people.pull * (_logit(now) - _logit(usual)),
    )


def always(amount: int) -> Amounts:
    """Every hit brings the same."""
    return Amounts(float(amount), 0.0, 0.0, 1.0, 0.0)


def amounts_of(evidence: Evidence, usual: int) -> Amounts:
    """What a hit brings by the evidence; `usual` (thousandths) while there was none."""
    if not evidence.grain:
        return always(evidence.least if evidence.hits else usual)
    mean = evidence.total / evidence.weight
    guessed = (GUESSED_SPREAD * mean) ** 2
    variance = (max(0.0, evidence.squares - evidence.weight * mean * mean) + guessed) / (evidence.weight + 1)
    excess = max(mean - evidence.least, 0.0) / evidence.grain
    spread = variance / evidence.grain**2 - excess
    shape = min(_LARGEST_SHAPE, excess * excess / spread) if spread > 0 else _LARGEST_SHAPE
    unsure = sqrt(variance / (mean * mean) / evidence.weight + AMOUNT_DRIFT**2)
    return Amounts(float(evidence.least), float(evidence.grain), excess, max(shape, 1e-6), unsure)


def block_sizes(units: int) -> list[int]:
    """Whole blocks that hold at least `units` units, always cut in the same places."""
    fine, weekly = min(units, SINGLE_UNITS), min(WEEKS, _blocks(units - SINGLE_UNITS, 7))
    return [1] * fine + [7] * weekly + [28] * _blocks(units - SINGLE_UNITS - 7 * WEEKS, 28)


class Use(IntEnum):
    """What a stream of random numbers is for."""

    STEPS = 1
    HITS = 2
    MEAN = 3
    GAMMA = 4
    POISSON = 5
    OTHER = 6


@dataclass(frozen=True, slots=True)
class Draws:
    """The random numbers of one habit: its first draws, shared in part with the others, and a stream for each use.

    A stream is read from its beginning, block after block, so that more blocks leave those before as they are.
    """

    key: tuple[int, int]
    level: Floats
    drift: Floats

    def stream(self, use: Use) -> np.random.Generator:
        """The stream for a use, at its beginning."""
        return np.random.default_rng([*self.key, use])


def draws_of(seed: int, index: int, paths: int, shared: float) -> Draws:
    """The draws of the habit at `index`, the same for the same seed, correlated by `shared` with those of the others.

    Half of the levels mirror the other half, which steadies the quantiles.
    """
    common = _mirrored(np.random.default_rng([seed, 0]), paths)
    own = _mirrored(np.random.default_rng([seed, index + 1]), paths)
    level, drift = (sqrt(shared) * both + sqrt(1 - shared) * mine for both, mine in zip(common, own, strict=True))
    return Draws((seed, index + 1), level, drift)


def chances(outlook: Outlook, people: Population, sizes: Sequence[int], draws: Draws) -> Chances:
    """The chance of keeping a unit: a row for each block, a column for each path."""
    lengths = np.array(sizes, dtype=np.int64)
    middles = np.cumsum(lengths) - (lengths + 1) / 2
    logits = _wandering(people, lengths, draws)
    logits += (outlook.level + outlook.spread * draws.level).astype(np.float32)
    logits += (outlook.distance * people.fade**middles).astype(np.float32)[:, None]
    np.clip(logits, -30, 30, out=logits)
    np.exp(np.negative(logits, out=logits), out=logits)
    logits += 1
    return np.reciprocal(logits, out=logits)


def _wandering(people: Population, lengths: NDArray[np.int64], draws: Draws) -> Chances:
    """The drift in each block: a stationary autoregression."""
    drift = np.empty((len(lengths), len(draws.drift)), dtype=np.float32)
    drift[:1] = people.drift * draws.drift
    draws.stream(Use.STEPS).standard_normal(out=drift[1:], dtype=np.float32)
    holds = people.hold ** lengths[:-1]
    drift[1:] *= (people.drift * np.sqrt(1 - holds * holds)).astype(np.float32)[:, None]
    for block, hold in enumerate(holds.tolist()):
        drift[block + 1] += hold * drift[block]
    return drift


def bars_of(chance: Chances) -> Bars:
    """Below which of 65,536 equally likely numbers a unit is kept: 16 random bits decide as well as 64, and sooner."""
    return np.minimum(np.rint(chance * _SIDES), _SIDES - 1).astype(np.uint16)


def throw(rng: np.random.Generator, shape: tuple[int, ...]) -> Bars:
    """Numbers to hold against the bars."""
    return rng.integers(0, _SIDES, shape, dtype=np.uint16)


def hits_of(chance: Chances, sizes: Sequence[int], rng: np.random.Generator) -> Hits:
    """How many units of each block are kept, on each path."""
    bars, begin = bars_of(chance), 0
    found = np.empty(chance.shape, dtype=np.uint8)
    for size, alike in groupby(sizes):
        rows = slice(begin, begin := begin + len(list(alike)))
        thrown = throw(rng, (rows.stop - rows.start, size, chance.shape[1]))
        np.sum(thrown < bars[rows, None], axis=1, out=found[rows], dtype=np.uint8)
    return found


def walk(outlook: Outlook, amounts: Amounts, people: Population, units: int, draws: Draws) -> tuple[Floats, Floats]:
    """The paths: (how many units there are at each knot, the amount in thousandths gathered by then on each path).

    The first knot is 0 units. More units only add knots; those before stay as they are.
    """
    sizes = block_sizes(units)
    hits = hits_of(chances(outlook, people, sizes, draws), sizes, draws.stream(Use.HITS))
    gathered = np.zeros((len(sizes) + 1, hits.shape[1]))
    np.cumsum(_brought(hits, amounts, draws), axis=0, out=gathered[1:])
    return np.cumsum([0, *sizes], dtype=np.float64), gathered


def _brought(hits: Hits, amounts: Amounts, draws: Draws) -> Floats:
    """The amounts of these hits, in thousandths."""
    brought = amounts.least * hits.astype(np.float64)
    if not amounts.grain:
        return brought
    unsure = sqrt(log(1 + amounts.unsure**2))
    normal = draws.stream(Use.MEAN).standard_normal(hits.shape[1])
    mean = amounts.mean * np.exp(unsure * normal - unsure * unsure / 2)
    rate = draws.stream(Use.GAMMA).standard_gamma(amounts.shape * hits) * (mean / amounts.shape)
    counts = draws.stream(Use.POISSON).poisson(np.minimum(rate, _LARGEST_RATE))
    brought += amounts.grain * counts
    return brought


def seed_of(name: str) -> int:
    """A seed for a name (FNV-1, 64 bits).

    Name the goal, not the version of its state: then a forecast moves by what was done, not by the luck of the draw.
    """
    seed = 14_695_981_039_346_656_037
    for byte in name.encode():
        seed = (seed * 1_099_511_628_211 ^ byte) % 2**64
    return seed


def _mirrored(rng: np.random.Generator, paths: int) -> tuple[Floats, Floats]:
    half = rng.standard_normal((2, -(-paths // 2)))
    both = np.concatenate([half, -half], axis=1)[:, :paths]
    return both[0], both[1]


def _blocks(units: int, size: int) -> int:
    return max(0, -(-units // size))


def _logit(share: float) -> float:
    share = min(1 - _CERTAIN, max(_CERTAIN, share))
    return log(share / (1 - share))
