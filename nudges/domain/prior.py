"""What is assumed before anybody has been observed, and the constants of the model.

A person's response to nudges is one of a finite set of types. A type says how large a share of the days that would
have been missed a fresh nudge saves at the person's best time (`scale`), how fast a wording wears out (`wear`), and at
which slot the person listens (`peak`, or everywhere alike). The effect of a nudge is

    scale x shape(slot) x exp(-wear x recent use of the wording) x exp(-TIRE x messages of the last week) x own taste,

and times a factor common to all people, as a probability that the nudge brings about a completion that would not have
come by itself. The prior is wide on
purpose: it was chosen so that a new user gets about what a fixed reminder gives, not fitted to one population.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from nudges.domain.slots import SLOTS

Floats = NDArray[np.float64]

SCALES: Final = (0.04, 0.08, 0.14, 0.22, 0.34, 0.50)
WEARS: Final = (0.02, 0.15, 0.35)
OFFSETS: Final = 7  # peak minus chosen slot, from -3 or less to +3 or more

PRIOR_SCALE: Final = np.array([0.15, 0.102, 0.153, 0.170, 0.170, 0.153, 0.102])  # the first: no response at all
PRIOR_WEAR: Final = np.array([0.30, 0.35, 0.35])
PRIOR_OFFSET: Final = np.array([0.35, 0.65, 1.4, 3.2, 1.4, 0.65, 0.35]) / 8.0
PRIOR_FLAT: Final = 0.25
PRIOR_PEOPLE: Final = 25.0  # the prior weighs as much as this many people

FLAT_SHAPE: Final = 0.6
PEAK_FLOOR, PEAK_WIDTH = 0.15, 0.8
WEAR_DAYS: Final = 12.0  # a use of a wording is forgotten with this time constant
TIRE: Final = 0.06  # loss of effect per message in the last week (log scale)
TASTE_WEIGHT: Final = 5.0  # expected responses after which own taste in wordings counts as much as everybody's
SLOT_WEIGHT: Final = 4.0  # likewise for single slots
MOST_EFFECT: Final = 0.85

# Hazards: P(done in a slot | still open), by slot minus chosen slot from -5 to 5.
HAZARD_DAYS: Final = 40.0
PRIOR_HAZARD: Final = 0.05 + 0.13 * np.exp(-np.abs(np.arange(-5, 6)) / 1.2)
HAZARD_DECAY: Final = 0.985  # per due day
HAZARD_WEIGHT: Final = 5.0
LEVEL_WEIGHT: Final = 3.0
LEAST_HAZARD, MOST_HAZARD = 0.003, 0.95

# Minutes from a nudge to a completion it caused: a fast and a slow part (HeartSteps and Drink Less measured most of the
# response within half an hour to an hour), then learned.
DELAY_EDGES: Final = np.array([0.0, 10, 20, 40, 60, 90, 120, 180, 240, 360, 1000])
DELAY_WEIGHT: Final = 40.0
DOUBT: Final = 0.005  # added to hazards where they are set against responses
MOST_LIKELIHOOD_RATIO: Final = 20.0

# Everybody's effects are those of the types times a common factor, 1 at first.
REACH_INFORMATION: Final = 4.0  # of that 1: a standard deviation of 1/2
REACH_TRUST: Final = 0.5  # of what one message tells; neighbouring days of a person are alike
LEAST_REACH, MOST_REACH = 0.02, 3.0

# P(a message makes its user switch off), by the nudges wasted in a row before it (0, 1, 2-3, 4-6, more); as sure as
# after so many messages.
LEAVING_RATE: Final = np.array([0.0012, 0.0016, 0.0020, 0.0024, 0.0028])
LEAVING_SENDS: Final = 400.0


def _delays() -> Floats:
    """P(minutes to a caused completion in each bin) before anything was learned."""
    until = 0.6 * (1 - np.exp(-DELAY_EDGES / 20)) + 0.4 * (1 - np.exp(-DELAY_EDGES / 180))
    share = np.diff(until)
    return np.asarray(share / share.sum())


def _shapes() -> Floats:
    """(7, slots): receptive everywhere alike, then with a peak at each slot."""
    distance = np.abs(np.arange(SLOTS)[None] - np.arange(SLOTS)[:, None])
    peaks = PEAK_FLOOR + (1 - PEAK_FLOOR) * np.exp(-distance / PEAK_WIDTH)
    return np.vstack([np.full(SLOTS, FLAT_SHAPE), peaks])


PRIOR_DELAY: Final = _delays()
SHAPES: Final = _shapes()

# The types, one a row: the first does not respond; then scale by scale, wear by wear, shape by shape.
_PER_SCALE: Final = len(WEARS) * len(SHAPES)
TYPES: Final = 1 + len(SCALES) * _PER_SCALE
TYPE_SCALE: Final = np.concatenate([[0], np.repeat(np.arange(1, len(SCALES) + 1), _PER_SCALE)])
TYPE_WEAR: Final = np.concatenate([[0], np.tile(np.repeat(np.arange(len(WEARS)), len(SHAPES)), len(SCALES))])
TYPE_SHAPE: Final = np.concatenate([[0], np.tile(np.arange(len(SHAPES)), len(SCALES) * len(WEARS))])
SCALE_OF: Final = np.concatenate([[0.0], SCALES])[TYPE_SCALE]
EFFECT_AT: Final = SCALE_OF[:, None] * SHAPES[TYPE_SHAPE]  # (types, slots)


def offset_bin(peak: int, chosen: int) -> int:
    """Which of the OFFSETS a peak belongs to for a user who chose a slot."""
    return min(max(peak - chosen + 3, 0), OFFSETS - 1)


OFFSET_BIN: Final = np.array([[offset_bin(p, c) for p in range(SLOTS)] for c in range(SLOTS)])  # (chosen, peak)
