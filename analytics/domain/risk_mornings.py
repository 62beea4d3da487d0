"""Start-of-day forecasts of many habits: made, kept until their day is safely over, and learnt from.

A forecast waits for its outcome beside its habit, with what learning needs of it, for a day longer than its own:
what is entered on the next morning still counts. The outcome is read off the evidence; no log is opened.
"""

from dataclasses import dataclass, field
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from analytics.domain.risk_features import Floats, Ints, States
from analytics.domain.risk_model import Morning, forecast, probability
from analytics.domain.risk_recalibration import WIDTH, HabitCorrections, Recalibration, habit_basis
from analytics.domain.risk_weights import Weights
from habits.domain.evidence import CALENDAR_DAYS

GRACE: Final = 1
"""Days after its own that a forecast waits, for entries that come late."""
KEPT: Final = GRACE + 1
RECORD: Final = np.dtype([("day", "<u4"), ("odds", "<f4"), ("risk", "<f4"), ("basis", "<f2", (WIDTH,))])
"""A forecast that waits: its day (0: none), log odds before the population's recalibration, the risk that was shown."""
PENDING_BYTES: Final = KEPT * RECORD.itemsize
Pending = NDArray[np.void]


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """What a forecast is made with."""

    weights: Weights
    recalibration: Recalibration = field(default_factory=Recalibration)


@dataclass(frozen=True, slots=True, eq=False)
class Outcomes:
    """Forecasts whose day is over: the row each belongs to, its day, what was said, and what came of it."""

    at: NDArray[np.int64]
    day: NDArray[np.int64]
    odds: Floats
    risk: Floats
    missed: NDArray[np.bool_]

    @classmethod
    def joined(cls, parts: list[Self]) -> Self:
        """All of them as one."""
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in cls.__dataclass_fields__))


@dataclass(frozen=True, slots=True, eq=False)
class Forecasts:
    """This morning's forecasts of n habits, and the log odds they rest on after the habits' own corrections."""

    morning: Morning
    corrected: Floats
    risk: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Ledgers:
    """What is kept of n habits from one morning to the next."""

    corrections: HabitCorrections
    pending: Pending

    @classmethod
    def none(cls, count: int) -> Self:
        """Of habits that were never forecast."""
        return cls(HabitCorrections.none(count), np.zeros((count, KEPT), dtype=RECORD))

    def of(self, at: NDArray[np.int64]) -> Self:
        """What is kept of some of the habits."""
        return type(self)(self.corrections.of(at), self.pending[at])


def as_pending(packed: bytes) -> Pending:
    """PENDING_BYTES a habit. Raises ValueError on another length."""
    return np.frombuffer(packed, dtype=RECORD).reshape(-1, KEPT)


def predict(states: States, today: Ints, owner: Ints, model: Model, corrections: HabitCorrections) -> Forecasts:
    """The forecasts for `today`; arguments as in build_inputs."""
    morning = forecast(states, today, owner, model.weights)
    corrected = corrections.applied(morning.log_odds, morning.inputs)
    return Forecasts(morning, corrected, probability(model.recalibration.applied(corrected)))


def settle(states: States, today: Ints, kept: Ledgers) -> tuple[Ledgers, Outcomes]:
    """Learn from the forecasts whose day, and the grace after it, is over; they wait no longer."""
    pending = kept.pending.copy()
    mean, variance = kept.corrections.mean.copy(), kept.corrections.variance.copy()
    parts = []
    for slot in range(KEPT):  # the older ones stand first
        record = pending[:, slot]
        over = (record["day"] > 0) & (record["day"].astype(np.int64) < today - GRACE)
        found = _outcomes(states, record, over)
        if len(found.at):
            basis = record["basis"][found.at].astype(np.float32)
            learnt = HabitCorrections(mean, variance).of(found.at).learnt_from(basis, found.missed)
            stored = HabitCorrections.from_bytes(learnt.to_bytes())  # rounded, so that scoring again comes to the same
            mean[found.at], variance[found.at] = stored.mean, stored.variance
        parts.append(found)
        record["day"][over] = 0
    return Ledgers(HabitCorrections(mean, variance), pending), Outcomes.joined(parts)


def remember(kept: Ledgers, states: States, today: Ints, made: Forecasts) -> Ledgers:
    """Today's forecasts kept beside yesterday's; one made for today before is replaced. Without history, none is."""
    before = kept.pending["day"].astype(np.int64)
    waits = (before < today[:, None]) & (before >= today[:, None] - GRACE)
    pending = np.zeros_like(kept.pending)
    row = np.arange(len(pending))
    pending[:, 0] = np.where(waits.any(axis=1), kept.pending[row, waits.argmax(axis=1)], pending[:, 0])
    new = pending[:, 1]
    known = states["due_units"] > 0
    new["day"] = np.where(known, today, 0)
    new["odds"], new["risk"] = made.corrected, made.risk
    new["basis"] = habit_basis(made.morning.log_odds, made.morning.inputs)
    return Ledgers(kept.corrections, pending)


def _outcomes(states: States, record: NDArray[np.void], over: NDArray[np.bool_]) -> Outcomes:
    """Of the records that are `over`, those whose day was asked for."""
    day = record["day"].astype(np.int64)
    back = states["first_day"].astype(np.int64) + states["last_day"] - day
    bit = np.clip(back, 0, CALENDAR_DAYS - 1).astype(np.uint32)
    asked = over & (back == bit) & (states["due_mask"] >> bit & 1 > 0)
    at = np.flatnonzero(asked)
    missed = (states["done_mask"] >> bit & 1 == 0)[at]
    return Outcomes(at, day[at], record["odds"][at], record["risk"][at], missed)
