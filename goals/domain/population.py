"""What is true of people in general, fitted once on real logs.

The numbers come from `benchmarks/forecast_fit.py`; docs/forecasts.md tells how and how well they do.
"""

from dataclasses import dataclass
from math import pow as power


@dataclass(frozen=True, slots=True)
class Population:
    """The hyper-parameters of the forecast. Half-lives and per-unit factors count scheduled units, not days."""

    slow: float
    """Half-life of the memory that sets a habit's level."""
    prior_weight: float
    """How many imagined units the prior of the level is worth."""
    prior_mean: float
    """The share of those that are kept."""
    fast: float
    """Half-life of the memory of how things stand right now."""
    fast_weight: float
    """How many imagined units at the level the fast memory starts with."""
    pull: float
    """How much of the distance between the two memories, in logits, the forecast begins with."""
    fade: float
    """What is left of that distance after each unit."""
    drift: float
    """Standard deviation of the level's own wandering, in logits."""
    hold: float
    """Correlation of that wandering from one unit to the next."""
    shared: float
    """Correlation of level and drift between the habits of one goal."""

    @property
    def slow_kept(self) -> float:
        """What the slow memory keeps of the past with each unit."""
        return power(0.5, 1 / self.slow)

    @property
    def fast_kept(self) -> float:
        """What the fast memory keeps of the past with each unit."""
        return power(0.5, 1 / self.fast)


PEOPLE = Population(
    slow=56.8, prior_weight=5.04, prior_mean=0.1216, fast=2.4, fast_weight=1.052,
    pull=1.107, fade=0.9486, drift=1.107, hold=0.9911, shared=0.2,
)  # fmt: skip

VERSION = 1
"""Raised with every change of `PEOPLE` that changes stored evidence; states of another version are rebuilt."""
