"""Learning from outcomes after the weights are fitted: for everybody, for one user, for one habit.

Three layers, each a Bayesian logistic correction of the log odds that starts at "no correction" and moves as outcomes
come in, so that a little history changes little. The first two have an intercept and a slope; the last a short vector
over a fixed basis, which lets a habit follow its own logic (every other day, never after a miss) more than people do.
Updates are extended Kalman steps on the logit (assumed density filtering); an intercept and slope on the logit is Cox's
recalibration (1958).
"""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from analytics.domain.risk_features import COLUMN, Floats, Inputs

_LEAST_SPREAD: Final = np.float32(1e-3)  # of a Bernoulli outcome: a certain forecast must not explode the step
_BOUND: Final = np.float32(12)  # log odds
# Basis of a habit's own correction besides intercept and slope: input, centre, spread. Fixed numbers, not refitted, so
# that what a habit has learnt survives a new set of weights.
_BASIS: Final = (
    ("rate_2", -0.81, 1.5), ("rate_10", -1.04, 1.93), ("rate_60", -1.24, 2.13), ("weekday", -0.27, 0.81),
    ("pattern_3", -0.37, 1.15), ("run", -0.44, 1.17), ("weeks_ago_1", 0.0, 0.34), ("lag_0", 0.0, 0.48),
    ("lag_1", 0.0, 0.48), ("lag_6", 0.0, 0.48),
)  # fmt: skip
_AT: Final = np.array([COLUMN[name] for name, _, _ in _BASIS])
_CENTRE: Final = np.array([centre for _, centre, _ in _BASIS], dtype=np.float32)
_SPREAD: Final = np.array([spread for _, _, spread in _BASIS], dtype=np.float32)
_VARIANCE: Final = np.array([0.02, 0.01] + [0.007] * len(_BASIS), dtype=np.float32)
# What each outcome adds to the variance: lives change, so a habit's level (its intercept) wanders and is never known
# for good. It stays below .6, however one-sided the outcomes, as every outcome tells at least _LEAST_SPREAD.
_DRIFT: Final = np.array([3e-4] + [0] * (len(_BASIS) + 1), dtype=np.float32)
WIDTH: Final = len(_VARIANCE)
HABIT_BYTES: Final = WIDTH * 2 * 2


@dataclass(frozen=True, slots=True)
class Recalibration:
    """Correction a + b z of log odds z, with how sure it is: `precision` is the inverse covariance (aa, ab, bb)."""

    intercept: float = 0.0
    slope: float = 1.0
    precision: tuple[float, float, float] = (50.0, 0.0, 100.0)

    @property
    def is_sound(self) -> bool:
        """Whether its numbers are such that risks keep their order: finite, a slope above zero."""
        return bool(np.isfinite([self.intercept, self.slope, *self.precision]).all()) and self.slope > 0

    def applied(self, log_odds: Floats) -> Floats:
        """Corrected log odds."""
        corrected: Floats = np.clip(self.intercept + self.slope * log_odds, -_BOUND, _BOUND).astype(np.float32)
        return corrected

    def learnt(
        self, log_odds: Floats, missed: NDArray[np.bool_] | Floats, count: NDArray[np.generic] | float = 1
    ) -> Self:
        """After these outcomes, given the uncorrected log odds of their forecasts; order does not matter.

        Outcomes may be pooled: `missed` is then the share missed of `count` forecasts of about these log odds.
        """
        z = np.clip(np.nan_to_num(log_odds.astype(np.float64)), -_BOUND, _BOUND)
        pooled = np.broadcast_to(np.asarray(count, dtype=np.float64), z.shape)
        prior, mean = self._matrix(), np.array([self.intercept, self.slope])
        basis = np.stack([np.ones_like(z), z], axis=1)
        at = mean
        for _ in range(8):
            p = 1 / (1 + np.exp(-(basis @ at)))
            spread = pooled * np.maximum(p * (1 - p), _LEAST_SPREAD)
            curve = prior + (basis * spread[:, None]).T @ basis
            at = at - np.linalg.solve(curve, basis.T @ (pooled * (p - missed)) + prior @ (at - mean))
        return type(self)(float(at[0]), float(at[1]), (float(curve[0, 0]), float(curve[0, 1]), float(curve[1, 1])))

    def loosened(self, keep: float) -> Self:
        """The same correction, surer by a factor `keep` (0 to 1) only: time passes and people drift."""
        a, ab, b = self.precision
        return type(self)(self.intercept, self.slope, (a * keep, ab * keep, b * keep))

    def _matrix(self) -> NDArray[np.float64]:
        a, ab, b = self.precision
        return np.array([[a, ab], [ab, b]])


@dataclass(frozen=True, slots=True, eq=False)
class HabitCorrections:
    """Corrections of n habits: means and variances (n x WIDTH) of their coefficients over the basis."""

    mean: Floats
    variance: Floats

    @classmethod
    def none(cls, count: int) -> Self:
        """Habits about which nothing has been learnt yet."""
        return cls(np.zeros((count, WIDTH), dtype=np.float32), np.tile(_VARIANCE, (count, 1)))

    @classmethod
    def from_bytes(cls, packed: bytes) -> Self:
        """HABIT_BYTES a habit, as to_bytes made them. Raises ValueError on another length or on what is no number."""
        if len(packed) % HABIT_BYTES:
            raise ValueError(f"{len(packed)} bytes are no multiple of {HABIT_BYTES}")
        both = np.frombuffer(packed, dtype="<f2").astype(np.float32).reshape(-1, 2, WIDTH)
        if not np.isfinite(both).all() or (both[:, 1] < 0).any():
            raise ValueError("habit corrections hold what is no number")
        return cls(both[:, 0], both[:, 1])

    @classmethod
    def sound(cls, packed: bytes) -> Self:
        """As from_bytes, but a habit whose correction holds what is no number starts afresh."""
        both = np.frombuffer(packed, dtype="<f2").astype(np.float32).reshape(-1, 2, WIDTH)
        bad = ~np.isfinite(both).all(axis=(1, 2)) | (both[:, 1] < 0).any(axis=1)
        both[bad, 0], both[bad, 1] = 0, _VARIANCE
        return cls(both[:, 0], both[:, 1])

    def to_bytes(self) -> bytes:
        """Half floats, habit by habit: the means, then the variances."""
        return np.stack([self.mean, self.variance], axis=1).astype("<f2").tobytes()

    def applied(self, log_odds: Floats, inputs: Inputs) -> Floats:
        """Corrected log odds."""
        return self.applied_to(habit_basis(log_odds, inputs))

    def applied_to(self, basis: Floats) -> Floats:
        """Corrected log odds, from what habit_basis made."""
        corrected: Floats = basis[:, 1] + (self.mean * basis).sum(axis=1)
        return np.clip(corrected, -_BOUND, _BOUND)

    def of(self, at: NDArray[np.int64]) -> Self:
        """The corrections of some of the habits."""
        return type(self)(self.mean[at], self.variance[at])

    def learnt(self, log_odds: Floats, inputs: Inputs, missed: NDArray[np.bool_]) -> Self:
        """After one outcome of each habit, given the log odds and inputs of its morning forecast."""
        return self.learnt_from(habit_basis(log_odds, inputs), missed)

    def learnt_from(self, basis: Floats, missed: NDArray[np.bool_]) -> Self:
        """The same, from what habit_basis made of that forecast."""
        p = 1 / (1 + np.exp(-self.applied_to(basis)))
        spread = np.maximum(p * (1 - p), _LEAST_SPREAD)
        before = self.variance + _DRIFT
        reach = before * basis
        gain = reach / (1 / spread + (reach * basis).sum(axis=1))[:, None]
        mean = self.mean + gain * ((missed - p) / spread)[:, None]
        return type(self)(mean, np.maximum(before - gain * reach, 0))


def habit_basis(log_odds: Floats, inputs: Inputs) -> Floats:
    """What a habit's coefficients multiply: 1, its log odds, and the scaled inputs of the basis."""
    basis = np.empty((len(log_odds), WIDTH), dtype=np.float32)
    basis[:, 0] = 1
    basis[:, 1] = np.clip(log_odds, -_BOUND, _BOUND)
    basis[:, 2:] = (inputs.matrix[:, _AT] - _CENTRE) / _SPREAD
    return basis
