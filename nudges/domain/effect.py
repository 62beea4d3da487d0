"""Which type a person is, and what a nudge would do for them.

The posterior over types is the population's distribution of types (learned, see `pool`) times the person's own
likelihood. On top of the type come multipliers for single slots and for the four wordings: gamma-Poisson ratios of
responses caused to responses expected, shrunk to 1 and to everybody's taste.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from nudges.domain import prior
from nudges.domain.prior import Floats
from nudges.domain.state import NATS, Row

LEVELS = np.array([0.0, *prior.WEARS])  # of wear; the first belongs to the type that does not respond
LEVEL_OF_TYPE = np.where(prior.TYPE_SCALE > 0, prior.TYPE_WEAR + 1, 0)


def log_prior(shared: Row) -> Floats:
    """(chosen slot, types): log probability of each type for a user who chose that slot."""
    population = shared[0]
    return _log_prior(*(population[name].tobytes() for name in ("scale", "offset", "flat", "wear")))


@lru_cache(maxsize=8)
def _log_prior(*raw: bytes) -> Floats:
    scale, offset, flat, wear = (np.frombuffer(part) for part in raw)
    of_peak = offset[prior.OFFSET_BIN]  # (chosen, peak)
    of_peak = (1 - flat) * of_peak / of_peak.sum(1, keepdims=True)
    of_shape = np.column_stack([np.full(len(of_peak), flat), of_peak])
    table = np.log(scale)[prior.TYPE_SCALE] + np.log(wear)[prior.TYPE_WEAR]
    table = table + np.log(of_shape)[:, prior.TYPE_SHAPE]
    table[:, 0] = np.log(scale[0])
    table.flags.writeable = False
    return np.asarray(table)


def posterior(rows: Row, table: Floats) -> Floats:
    """(rows, types): probability of each type given what was observed; `table` is `log_prior`'s."""
    score = table[rows["chosen"]] + rows["likelihood"] / NATS
    weight = np.exp(score - score.max(1, keepdims=True))
    return np.asarray(weight / weight.sum(1, keepdims=True))


def reach(shared: Row) -> float:
    """What everybody's effects have to be multiplied by: the mean of a normal posterior cut off at 0."""
    total, information = float(shared["reach"][0, 0]), float(shared["reach"][0, 1])
    at, spread = total / information, 1 / math.sqrt(information)
    z = max(at / spread, -6.0)
    below = math.erfc(-z / math.sqrt(2)) / 2
    mean = at + spread * math.exp(-z * z / 2) / math.sqrt(2 * math.pi) / below
    return min(max(mean, prior.LEAST_REACH), prior.MOST_REACH)


@dataclass(frozen=True, slots=True)
class Multipliers:
    """What scales the effect apart from the type: by slot (rows, slots), by wording (rows, styles), by tiredness."""

    slot: Floats
    style: Floats
    style_spread: Floats
    tired: Floats
    used: Floats
    reach: float


def multipliers(rows: Row, shared: Row, days_since: Floats, load: Floats) -> Multipliers:
    """`days_since`: from the row's last closed day to today; `load`: the user's messages in the last seven days."""
    taste = shared["style"][0, 0] / shared["style"][0, 1]
    total = rows["style_expected"] + prior.TASTE_WEIGHT
    return Multipliers(
        slot=(rows["slot_caused"] + prior.SLOT_WEIGHT) / (rows["slot_expected"] + prior.SLOT_WEIGHT),
        style=(rows["style_caused"] + prior.TASTE_WEIGHT * taste) / total,
        style_spread=1 / np.sqrt(total),
        tired=np.exp(-prior.TIRE * load),
        used=rows["used"] * np.exp(-np.maximum(days_since - 1, 0) / prior.WEAR_DAYS)[:, None],
        reach=reach(shared),
    )


def by_type(slot: int, strength: NDArray[np.floating], used: NDArray[np.floating]) -> Floats:
    """(rows, types): effect at a slot of a nudge of given strength whose wording was used so much."""
    worn = np.exp(-used[:, None] * LEVELS)[:, LEVEL_OF_TYPE]
    return np.asarray(np.clip(prior.EFFECT_AT[:, slot] * worn * strength[:, None], 0, 0.9))
