"""The product's risk model behind the interface of a risk judge: observe a day, forecast the due items of the next.

Only translation happens here: states, inputs, weights, corrections and the update through the day are the product's.

    python <judge>/risk_judge.py benchmarks/risk_predictor.py [--split cv|time] [--intraday]
"""

import sys
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from analytics.data import shipped_weights
from analytics.domain.risk_features import Inputs, States, as_states
from analytics.domain.risk_fit import LogRow
from analytics.domain.risk_fit import fit as fit_logs
from analytics.domain.risk_model import Morning, done_by, forecast, probability, survive
from analytics.domain.risk_recalibration import HabitCorrections
from analytics.domain.risk_weights import Weights
from habits.domain.evidence import Evidence, observe

Row = dict[str, Any]
_fitted: list[Weights] = []


def fit(rows_by_user: dict[str, list[Row]]) -> None:
    """Fit the weights on these people; forecasts after this call use them."""
    _fitted[:] = [fit_logs([_log_row(row) for row in rows] for rows in rows_by_user.values())]


def _log_row(row: Row) -> LogRow:
    day = date.fromisoformat(row["date"]).toordinal()
    return LogRow(row["habit"], day, bool(row["due"]), bool(row["done"]), bool(row["skipped"]), row["tod_min"])


class Predictor:
    """One user's states, kept as the product keeps them: packed evidence and a correction for each habit."""

    def __init__(self) -> None:
        self.weights = _fitted[0] if _fitted else shipped_weights()
        self.reset()

    def reset(self) -> None:
        """Forget the user."""
        self.habits: dict[str, Evidence] = {}
        self.packed: dict[str, bytes] = {}
        self.corrections: dict[str, bytes] = {}
        self.morning: tuple[int, States, Morning, HabitCorrections] | None = None

    def predict(self, due_items: list[Row]) -> list[float]:
        """P(miss) of each due item: for the start of the day, or as of its now_min."""
        states, morning, corrections = self._forecast(date.fromisoformat(due_items[0]["date"]).toordinal())
        risk = probability(corrections.applied(morning.log_odds, morning.inputs))
        now = due_items[0]["now_min"]
        if now is not None:
            risk = survive(risk, done_by(states, np.full(len(states), now), self.weights))
        at = {habit: k for k, habit in enumerate(self.packed)}
        return [float(risk[at[item["habit"]]]) for item in due_items]

    def observe(self, rows_of_one_day: list[Row]) -> None:
        """Close a day: learn from its outcomes, then fold it into the evidence."""
        rows = [_log_row(row) for row in rows_of_one_day]
        self._learn([row for row in rows if row.due and self._has_history(row.habit)])
        for row in rows:
            state = self.habits.setdefault(row.habit, Evidence())
            observe(state, row.day, due=row.due, done=row.done, skipped=row.skipped, minute=row.minute)
            self.packed[row.habit] = state.to_bytes()

    def _has_history(self, habit: str) -> bool:
        return habit in self.habits and self.habits[habit].due_units > 0

    def _forecast(self, day: int) -> tuple[States, Morning, HabitCorrections]:
        if self.morning is None or self.morning[0] != day:
            states = as_states(b"".join(self.packed.values()))
            count = len(states)
            made = forecast(states, np.full(count, day), np.zeros(count, dtype=np.int64), self.weights)
            fresh = HabitCorrections.none(1).to_bytes()
            known = b"".join(self.corrections.get(habit, fresh) for habit in self.packed)
            self.morning = day, states, made, HabitCorrections.from_bytes(known)
        return self.morning[1:]

    def _learn(self, rows: list[LogRow]) -> None:
        if not rows:
            return
        _, morning, corrections = self._forecast(rows[0].day)
        place = {habit: k for k, habit in enumerate(self.packed)}
        at = np.array([place[row.habit] for row in rows])
        inputs = Inputs(morning.inputs.matrix[at], morning.inputs.staleness[at])
        before = HabitCorrections(corrections.mean[at], corrections.variance[at])
        after = before.learnt(morning.log_odds[at], inputs, np.array([not row.done for row in rows]))
        packed, size = after.to_bytes(), len(after.to_bytes()) // len(rows)
        for k, row in enumerate(rows):
            self.corrections[row.habit] = packed[k * size : (k + 1) * size]
