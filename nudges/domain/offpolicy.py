"""What another policy would have brought, estimated from logged decisions and their propensities.

IPS weighs each logged reward by target over logged probability (Horvitz and Thompson 1952); SNIPS divides by the sum
of the weights (Swaminathan and Joachims 2015); DR adds a model of the reward and corrects it by IPS on what the model
missed (Dudik, Langford and Li 2011), right if either the propensities or the model are. Intervals take decisions of
one user as one observation, because they hang together.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nudges.domain.prior import Floats

Z: Final = 1.959964  # normal quantile of a two-sided 95 % interval


@dataclass(frozen=True, slots=True)
class Log:
    """Logged decisions, one an element: the user (any integer), the reward, the logged probability of the action
    taken (> 0), the target policy's probability of that action, and the reward model's prediction for that action
    and on the average over the target's actions (zeros without a model)."""

    user: NDArray[np.int64]
    reward: Floats
    logged: Floats
    target: Floats
    predicted: Floats
    predicted_target: Floats

    def __post_init__(self) -> None:
        """Raise ValueError for an empty log, or for an action that was logged as impossible."""
        if not len(self.reward) or float(self.logged.min()) <= 0:
            raise ValueError("a log needs decisions, each of an action with a probability above 0")


@dataclass(frozen=True, slots=True)
class Estimate:
    """Reward per decision, with a 95 % interval, and the number of decisions the weights are worth (Kish 1965)."""

    value: float
    low: float
    high: float
    effective: float


def ips(log: Log) -> Estimate:
    """Inverse propensity estimate of the target's mean reward: unbiased, wide when the policies differ much."""
    weight = log.target / log.logged
    return _mean(log, weight * log.reward, weight)


def snips(log: Log) -> Estimate:
    """Self-normalised IPS: slightly biased, steadier. NaN if the target never takes a logged action."""
    weight = log.target / log.logged
    if not weight.any():
        return Estimate(float("nan"), float("nan"), float("nan"), 0.0)
    value = float((weight * log.reward).sum() / weight.sum())
    influence = weight * (log.reward - value) / weight.mean()
    return _around(log, value, influence, weight)


def dr(log: Log) -> Estimate:
    """Doubly robust estimate of the target's mean reward."""
    weight = log.target / log.logged
    return _mean(log, log.predicted_target + weight * (log.reward - log.predicted), weight)


def _mean(log: Log, terms: Floats, weight: Floats) -> Estimate:
    value = float(terms.mean())
    return _around(log, value, terms - value, weight)


def _around(log: Log, value: float, influence: Floats, weight: Floats) -> Estimate:
    """An interval from the sums of the influence of each user's decisions."""
    _, index = np.unique(log.user, return_inverse=True)
    sums = np.bincount(index, influence)
    error = Z * float(np.sqrt((sums**2).sum())) / len(influence)
    square = float((weight**2).sum())
    effective = float(weight.sum()) ** 2 / square if square else 0.0
    return Estimate(value, value - error, value + error, effective)
