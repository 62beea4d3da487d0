"""How likely the habit is done in each slot of the day without a nudge.

Counts of (still open, done) per slot, for weekdays and the weekend apart, decay with every due day. They are shrunk in
three steps: the population's hazard by distance from the chosen slot, scaled to the person's level; the person's own
hazard over all days; the hazard of this kind of day. What follows a nudge counts as far as it came by itself, so that
what is learned is the day without one; people's hours change, so everybody's counts fade too (`pool.turn`).
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


def day_without_nudge(minute: int, nudge: int, own: float, hazard: Floats) -> tuple[Floats, Floats]:
    """(open, done) by slot of one due day, as far as they tell of the day without a nudge.

    `nudge`: the slot of the nudge, SLOTS without one. What came after a nudge came by itself with probability `own`;
    if the nudge brought it about, the day was watched until then and no longer (competing risks). A day done at an
    unknown time is spread over the slots as the `hazard` believed on that day has it; leaving such days out would make
    the habit look rarer than it is.
    """
    still_open, done = np.ones(SLOTS), np.zeros(SLOTS)
    if minute == DONE_SOME_TIME:
        first = nudge % SLOTS  # open at the nudge: done in its slot or later
        reach = np.concatenate([np.ones(first + 1), np.cumprod(1 - hazard[first:])])
        done[first:] = (reach[:-1] * hazard)[first:] / (1 - reach[-1])
        still_open = 1 - np.concatenate([[0.0], np.cumsum(done)[:-1]])
        done *= own
    elif minute != NOT_DONE:
        at = slot_of(minute)
        done[at], still_open[at + 1 :] = own if at >= nudge else 1, 0
    return still_open, done


def count_day(row: Row, shared: Row, day: tuple[Floats, Floats], *, weekend: int, weight: float) -> None:
    """Add one due day of `day_without_nudge`, or take it back; `weight`: what it has decayed to by now, signed."""
    shift = FROM_CHOSEN[int(row["chosen"][0])]
    for name, counts in zip(("at_risk", "done"), day, strict=True):
        row[name][0, weekend] += weight * counts
        shared[name][0, shift] += np.sign(weight) * counts


def decay(row: Row) -> None:
    """One more due day: all earlier ones weigh a little less."""
    row["at_risk"] *= np.float32(prior.HAZARD_DECAY)
    row["done"] *= np.float32(prior.HAZARD_DECAY)
