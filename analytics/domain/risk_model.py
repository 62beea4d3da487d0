"""The probability that an open due unit is missed: at the start of the day, and as the day passes.

A logistic regression with interactions over the evidence. Everything a user is told about a risk starts here.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from analytics.domain.risk_features import COLUMN, PAIRS, Floats, Inputs, Ints, States, build_inputs
from analytics.domain.risk_weights import Weights
from habits.domain.evidence import TIME_BINS, TIME_DECAY, TIME_UNIT

LOWEST: Final = 0.002  # no forecast is ever certain
HIGHEST: Final = 1 - LOWEST
LOW_BELOW: Final = 0.20
HIGH_FROM: Final = 0.50
ALERT_FROM: Final = 0.30
UNITS_FOR_PERCENT: Final = 14
SHAPE_WEIGHT: Final = 6.0  # completions the population's day shape counts for
CLIP: Final = np.float32(3.5)  # spreads beyond which an input counts no further
_RETURN: Final = np.float32(-0.4)  # log odds of a miss on the first due day after a very long break
_PAIR_A: Final = np.array([COLUMN[a] for a, _ in PAIRS])
_PAIR_B: Final = np.array([COLUMN[b] for _, b in PAIRS])
_MINUTES: Final = 24 * 60


class Level(StrEnum):
    """How high a risk is, in three words."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Wording(StrEnum):
    """What may be pushed about an open unit: nothing, an alert for a streak, or an invitation to start again."""

    NONE = "none"
    ALERT = "alert"
    RESTART = "restart"


@dataclass(frozen=True, slots=True)
class Morning:
    """Start-of-day forecasts of n habits: log odds of a miss, and the inputs they rest on."""

    inputs: Inputs
    log_odds: Floats

    @property
    def risk(self) -> Floats:
        """P(miss) of each habit, within LOWEST and HIGHEST."""
        return probability(self.log_odds)


def probability(log_odds: Floats) -> Floats:
    """P from log odds; never nan, never certain."""
    risk = 1 / (1 + np.exp(-np.clip(np.nan_to_num(log_odds), -12, 12)))
    return np.clip(risk, LOWEST, HIGHEST).astype(np.float32)


def standardised(inputs: Inputs, weights: Weights) -> Floats:
    """The main inputs in spreads from their centre, clipped."""
    scaled: Floats = np.clip((inputs.matrix - weights.centre) / weights.spread, -CLIP, CLIP)
    return scaled


def pair_products(scaled: Floats) -> Floats:
    """Products of the core inputs, in PAIRS' order, not yet standardised."""
    products: Floats = scaled[:, _PAIR_A] * scaled[:, _PAIR_B]
    return products


def log_odds(inputs: Inputs, weights: Weights) -> Floats:
    """Log odds of a miss at the start of the day, drawn in where a long break has aged the evidence."""
    scaled = standardised(inputs, weights)
    total = np.float32(weights.intercept) + scaled @ weights.main
    pairs = np.clip((pair_products(scaled) - weights.pair_centre) / weights.pair_spread, -CLIP, CLIP)
    return aged(total + pairs @ weights.pairs, inputs)


def aged(fresh: Floats, inputs: Inputs) -> Floats:
    """Log odds drawn from the habit's own towards those of people coming back after a break."""
    drawn: Floats = fresh + inputs.staleness * (_RETURN - fresh)
    return drawn


def forecast(states: States, today: Ints, owner: Ints, weights: Weights) -> Morning:
    """Start-of-day forecasts; arguments as in build_inputs."""
    inputs = build_inputs(states, today, owner)
    return Morning(inputs, log_odds(inputs, weights))


def done_by(states: States, minute: Ints, weights: Weights, day_starts: Ints | int = 0) -> Floats:
    """F: the share of each habit's completions that lie between the start of the user's day and this minute, 0 to 1.

    Both are minutes of the clock; before the start it is the end of the day that began on the date before. The habit's
    decayed histogram by hour, the population's shape weighing as much as SHAPE_WEIGHT completions; within an hour
    completions are taken as even.
    """
    bins = states["time_bins"].astype(np.float32)
    newest = np.maximum(states["time_step"].astype(np.float32), 1) - 1
    bins /= TIME_UNIT * np.float32(TIME_DECAY) ** -newest[:, None]  # the newest completion weighs 1
    bins += np.float32(SHAPE_WEIGHT) * weights.day_shape / weights.day_shape.sum()
    before = np.concatenate([np.zeros((len(bins), 1), dtype=np.float32), np.cumsum(bins, axis=1)], axis=1)
    starts = np.broadcast_to(np.asarray(day_starts), minute.shape)
    wrapped = np.where(minute < starts, before[:, -1], 0)
    share = (_until(bins, before, minute) - _until(bins, before, starts) + wrapped) / before[:, -1]
    return np.asarray(np.clip(share, 0, 1), dtype=np.float32)


def _until(bins: Floats, before: Floats, minute: Ints) -> Floats:
    """The weight of the completions between midnight and a minute."""
    at = np.clip(minute, 0, _MINUTES) / 60
    hour = np.minimum(at.astype(np.int64), TIME_BINS - 1)
    row = np.arange(len(bins))
    return np.asarray(before[row, hour] + (at - hour) * bins[row, hour], dtype=np.float32)


def survive(risk: Floats, share_done_by: Floats) -> Floats:
    """P(miss | not done yet) = p / (p + (1 - p)(1 - F)): Bayes' rule on 'still open' - it only rises as F does."""
    left = risk + (1 - risk) * (1 - share_done_by)
    return np.clip(risk / np.maximum(left, np.float32(1e-6)), LOWEST, HIGHEST).astype(np.float32)


def level(risk: float) -> Level:
    """The word for a risk: low below .20, high from .50."""
    if risk < LOW_BELOW:
        return Level.LOW
    return Level.MEDIUM if risk < HIGH_FROM else Level.HIGH


def may_show_percent(due_units: int) -> bool:
    """Whether there is history enough for a number; before that, words only."""
    return due_units >= UNITS_FOR_PERCENT


def wording(risk: float, streak: int, lapse: int) -> Wording:
    """What to push: an alert while a streak is alive and the risk at least .30; in a lapse, a restart."""
    if lapse > 0:
        return Wording.RESTART
    return Wording.ALERT if streak > 0 and risk >= ALERT_FROM else Wording.NONE
