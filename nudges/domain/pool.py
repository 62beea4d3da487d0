"""What all people have in common: the distribution of types, learned from everybody's posteriors.

Each user-habit's row keeps what it last contributed (its posterior over scales, over where the peak lies from the
chosen slot, and of no peak at all), so that the sums are right whenever one row changes. Every second day the
distribution takes one step of expectation-maximisation, over-relaxed because single people say little about
themselves and plain steps would take months (Salakhutdinov and Roweis 2003, adaptive overrelaxed bound optimization).

Whether nudges do anything at all in this population is learned faster, by one factor for everybody (`effect.reach`),
to which every message adds. All of it fades slowly towards what was assumed at first, so that silence is not for ever.
"""

from typing import Final

import numpy as np

from nudges.domain import effect, prior
from nudges.domain.prior import Floats
from nudges.domain.state import MARGINAL, Row

STEP: Final = 4.0
TURN_EVERY: Final = 2  # days
WEAR_TRUST: Final = 0.5
REACH_FADE: Final = 0.01  # of what is known of the common factor, each time
FADE: Final = 0.04  # of the hours people do things, each time
_NO_PEAK = (prior.TYPE_SHAPE == 0) & (prior.TYPE_SCALE > 0)
_PEAKED = prior.TYPE_SHAPE > 0
_SCALES = len(prior.SCALES) + 1
_OFFSETS = slice(_SCALES, _SCALES + prior.OFFSETS)


def contribute(row: Row, shared: Row) -> None:
    """Replace what this row had put into the pool by its posterior of now."""
    weight = effect.posterior(row, effect.log_prior(shared))[0]
    bins = prior.OFFSET_BIN[int(row["chosen"][0])][prior.TYPE_SHAPE[_PEAKED] - 1]
    parts = (
        np.bincount(prior.TYPE_SCALE, weight, _SCALES),
        np.bincount(bins, weight[_PEAKED], prior.OFFSETS),
        [weight[_NO_PEAK].sum()],
    )
    new = np.rint(MARGINAL * np.concatenate(parts)).astype(np.uint8)
    shared["pooled"][0] += new.astype(np.int64) - row["pooled"][0]
    row["pooled"][0] = new


def withdraw(row: Row, shared: Row) -> None:
    """Take back what this row had put into the pool."""
    shared["pooled"][0] -= row["pooled"][0]
    row["pooled"] = 0


def turn(shared: Row, day: int) -> None:
    """Once every TURN_EVERY days: learn the distribution of types from the sums."""
    people = float(shared["people"].sum())
    if day < int(shared["day"][0]) + TURN_EVERY or people == 0:
        return
    shared["day"] = day
    shared["wear"] = _wear(shared["wear_evidence"][0])
    shared["at_risk"] += FADE * (prior.HAZARD_DAYS - shared["at_risk"])
    shared["done"] += FADE * (prior.HAZARD_DAYS * prior.PRIOR_HAZARD - shared["done"])
    shared["reach"] += REACH_FADE * (prior.REACH_INFORMATION - shared["reach"])
    sums = shared["pooled"][0] / MARGINAL
    expected = _expected_offsets(shared)
    shared["scale"][0] = _step(shared["scale"][0], sums[:_SCALES] / people, prior.PRIOR_SCALE, people)
    offset = shared["offset"][0]
    seen = np.where(expected > 0, offset * sums[_OFFSETS] / np.maximum(expected, 1e-9), offset)
    shared["offset"][0] = _step(offset, seen / seen.sum(), prior.PRIOR_OFFSET, people)
    flat = np.array([shared["flat"][0], 1 - shared["flat"][0]])
    share = sums[-1] / sums[1:_SCALES].sum()
    first = np.array([prior.PRIOR_FLAT, 1 - prior.PRIOR_FLAT])
    shared["flat"] = np.clip(_step(flat, np.array([share, 1 - share]), first, people)[0], 0.02, 0.95)


def _wear(evidence: Floats) -> Floats:
    """How fast wordings wear out in this population, from everybody's evidence, tempered and never quite certain."""
    weight = np.exp(WEAR_TRUST * (evidence - evidence.max())) * prior.PRIOR_WEAR
    return np.asarray(0.9 * weight / weight.sum() + 0.1 / len(evidence))


def _expected_offsets(shared: Row) -> Floats:
    """How much of the pool would lie at each offset if everybody's posterior were the prior."""
    by_chosen = np.exp(effect.log_prior(shared))[:, _PEAKED]
    bins = prior.OFFSET_BIN[:, prior.TYPE_SHAPE[_PEAKED] - 1]
    mass = by_chosen * shared["people"][0][:, None]
    return np.bincount(bins.ravel(), mass.ravel(), prior.OFFSETS).astype(float)


def _step(now: Floats, seen: Floats, first: Floats, people: float) -> Floats:
    """One over-relaxed step from `now` towards `seen`, then the prior's weight of PRIOR_PEOPLE."""
    target = now * np.clip(seen / now, 0.5, 2.0) ** STEP
    target /= target.sum()
    return np.asarray((prior.PRIOR_PEOPLE * first + people * target) / (prior.PRIOR_PEOPLE + people))
