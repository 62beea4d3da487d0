"""All habits of one user as the model sees them this morning: what every risk of theirs is read from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from analytics.domain.risk_features import Ints, States, as_states
from analytics.domain.risk_model import done_by, survive
from analytics.domain.risk_mornings import Forecasts, Ledgers, Model, as_pending, predict
from analytics.domain.risk_now import hold, weeks_ahead
from analytics.domain.risk_recalibration import HabitCorrections
from analytics.models import HabitRisk
from analytics.risk.model import current_model
from habits.domain.calendar import minute_of_day
from habits.domain.evidence import Evidence
from habits.selectors.evidence import evidence_of
from habits.selectors.pasts import owned_habits
from smarthabit.accounts.selectors import today_of
from smarthabit.accounts.user import User
from smarthabit.kernel.kept import Kept

if TYPE_CHECKING:
    from analytics.domain.risk_reasons import Reason
    from habits.models import Habit

BLANK = Evidence().to_bytes()
"""Evidence of a habit nothing is known of."""
KEPT_FOR = timedelta(minutes=1)
"""How long a board is used again: by then another model, or what was learnt overnight, is noticed."""


@dataclass(frozen=True)
class Board:
    """A user's habits in use side by side; arrays are in the order of ``habits``."""

    user: User
    now: datetime
    today: date
    habits: Sequence[Habit]
    model: Model
    states: States
    kept: Ledgers
    stored: dict[int, HabitRisk]
    made: datetime
    """When all this was read."""

    @cached_property
    def place(self) -> dict[int, int]:
        """Where each habit stands."""
        return {habit.pk: at for at, habit in enumerate(self.habits)}

    @cached_property
    def days(self) -> Ints:
        """The ordinal of today, once for each habit."""
        return np.full(len(self.states), self.today.toordinal(), dtype=np.int64)

    @cached_property
    def forecasts(self) -> Forecasts:
        """This morning's."""
        return predict(self.states, self.days, self._owner, self.model, self.kept.corrections)

    @cached_property
    def shares(self) -> NDArray[np.float32]:
        """How much of each habit's usual day is over by now."""
        starts = self.user.day_starts_at.hour * 60 + self.user.day_starts_at.minute
        minute = np.full(len(self.states), minute_of_day(self.now, self.user.zone), dtype=np.int64)
        return done_by(self.states, minute, self.model.weights, starts)

    @cached_property
    def held(self) -> NDArray[np.float32]:
        """The risk of a limit as of now, were each habit one."""
        return hold(self.forecasts.risk, self.shares)

    @cached_property
    def survived(self) -> NDArray[np.float32]:
        """The risk of a habit to do as of now, given that it is open still, were each habit one."""
        return survive(self.forecasts.risk, self.shares)

    @cached_property
    def ahead(self) -> NDArray[np.float32]:
        """The risks of the days to come (14 x habits)."""
        inputs = self.forecasts.morning.inputs
        return weeks_ahead(self.states, self.days, inputs, self.model, self.kept.corrections)

    @cached_property
    def explained(self) -> dict[int, list[Reason]]:
        """The reasons that have been worked out, by the habit's place."""
        return {}

    @property
    def _owner(self) -> Ints:
        return np.zeros(len(self.states), dtype=np.int64)

    def at(self, now: datetime) -> Board:
        """The same morning, looked at from another minute; without what only scoring needs."""
        known = {"place": self.place, **self.__dict__}
        moved = replace(self, now=now, habits=(), stored={})
        moved.__dict__.update({name: known[name] for name in _OF_THE_MORNING if name in known})
        return moved


_OF_THE_MORNING = ("place", "days", "forecasts", "ahead")
kept_boards: Kept[Board] = Kept(most=100)
"""Boards as of a change of their user's. What is entered for today alone moves no morning's risk."""


def board_as_of(user: User, seq: int, now: datetime) -> Board | None:
    """The user's board where habits were read as of change ``seq``: the one that is kept, or else a new one."""
    kept = kept_boards.get(user.pk, seq)
    if kept is not None and kept.today == today_of(user, now) and abs(now - kept.made) < KEPT_FOR:
        if kept.now.replace(second=0, microsecond=0) == now.replace(second=0, microsecond=0):
            return kept
        board: Board | None = kept
    else:
        board = board_of(user, now)
    if board is not None:
        board = board.at(now)
        kept_boards.put(user.pk, seq, board)
    return board


def board_of(user: User, now: datetime) -> Board | None:
    """The user's board; None where there are no weights to forecast with. A constant number of queries."""
    model = current_model()
    if model is None:
        return None
    habits = owned_habits(user)
    evidence = evidence_of(user, habits, now)
    states = as_states(b"".join(evidence[habit.pk] or BLANK for habit in habits))
    stored = {row.habit_id: row for row in HabitRisk.objects.owned_by(user)}
    kept = _kept([stored.get(habit.pk) for habit in habits])
    return Board(user, now, today_of(user, now), habits, model, states, kept, stored, now)


def _kept(rows: Sequence[HabitRisk | None]) -> Ledgers:
    none = Ledgers.none(1)
    fresh = none.corrections.to_bytes(), none.pending.tobytes()
    corrections = b"".join(_fitting(row.correction if row else b"", fresh[0]) for row in rows)
    pending = b"".join(_fitting(row.pending if row else b"", fresh[1]) for row in rows)
    return Ledgers(HabitCorrections.sound(corrections), as_pending(pending))


def _fitting(stored: bytes | memoryview, fresh: bytes) -> bytes:
    """What is stored, unless it is of another form."""
    return bytes(stored) if len(stored) == len(fresh) else fresh
