"""How likely the habit is done in each slot of the day without a nudge.

Counts of (still open, done) per slot, for weekdays and the weekend apart, decay with every due day. They are shrunk in
three steps: the population's hazard by distance from the chosen slot, scaled to the person's level; the person's own
hazard over all days; the hazard of this kind of day. Only slots before a nudge count, so that what is learned is the
day without one.
"""

import numpy as np
from numpy.typing import NDArray

from nudges.domain import prior
from nudges.domain.slots import SLOTS, slot_of
from nudges.domain.state import DONE_SOME_TIME, NOT_DONE, Row

Floats = NDArray[np.float64]
FROM_CHOSEN = np.arange(SLOTS)[None] - np.arange(SLOTS)[:, None] + 5  # (chosen, slot) -> index of the shared counts


def hazards(rows: Row, shared: Row, weekend: NDArray[np.intp]) -> Floats:
    """(rows, slots): P(done in the slot | open at its start, no nudge) on a day of each kind (0 weekday, 1 weekend)."""
    population = (shared["done"][0] / shared["at_risk"][0])[FROM_CHOSEN[rows["chosen"]]]
    at_risk, done = rows["at_risk"].astype(float), rows["done"].astype(float)
    all_risk, all_done = at_risk.sum(1), done.sum(1)
    expected = (all_risk * population).sum(1)
    level = (all_done.sum(1) + prior.LEVEL_WEIGHT) / (expected + prior.LEVEL_WEIGHT)
    own = np.clip(population * level[:, None], prior.LEAST_HAZARD, 0.9)
    own = (all_done + prior.HAZARD_WEIGHT * own) / (all_risk + prior.HAZARD_WEIGHT)
    pick = np.arange(len(rows))
    that_kind = (done[pick, weekend] + prior.HAZARD_WEIGHT * own) / (at_risk[pick, weekend] + prior.HAZARD_WEIGHT)
    return np.asarray(np.clip(that_kind, prior.LEAST_HAZARD, prior.MOST_HAZARD))


def missed_from(hazard: Floats) -> Floats:
    """(rows, slots): P(not done in this slot nor later in the day | open at its start)."""
    return np.asarray(np.cumprod((1 - hazard)[:, ::-1], axis=1)[:, ::-1])


def count_day(row: Row, shared: Row, *, weekday: int, minute: int, until: int, weight: float, sign: float) -> None:
    """Add (sign 1) or take back (sign -1) one due day: `minute` of doing, slots before `until` were free of nudges.

    `weight` is what the day has decayed to by now. A day done at an unknown time says nothing about slots.
    """
    if minute == DONE_SOME_TIME:
        return
    at = SLOTS if minute == NOT_DONE else slot_of(minute)
    end = min(at + 1, until)
    kind = int(weekday >= 5)
    free = slice(0, end)
    shift = FROM_CHOSEN[int(row["chosen"][0])]
    row["at_risk"][0, kind, free] += sign * weight
    shared["at_risk"][0, shift[free]] += sign
    if at < end:
        row["done"][0, kind, at] += sign * weight
        shared["done"][0, shift[at]] += sign


def decay(row: Row) -> None:
    """One more due day: all earlier ones weigh a little less."""
    row["at_risk"] *= np.float32(prior.HAZARD_DECAY)
    row["done"] *= np.float32(prior.HAZARD_DECAY)
