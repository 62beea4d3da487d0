"""The risk of each open unit at this moment, from the states alone, whatever jobs have run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

import numpy as np

from analytics.domain.risk_features import Inputs
from analytics.domain.risk_model import Level, Wording, level, may_show_percent, wording
from analytics.domain.risk_now import Counted, OpenUnit, unit_risk
from analytics.domain.risk_reasons import Reason, reasons
from analytics.risk.boards import Board, board_as_of
from habits.domain.schedule import Monthly, Weekly, asks_for_total
from habits.domain.states import DayState, UnitState
from habits.domain.views import UnitView
from habits.selectors import HabitView
from habits.selectors.evidence import coming_days, usual_amount
from smarthabit.accounts.user import User

_MILLI = 1000


@dataclass(frozen=True)
class RiskNow:
    """How likely it is, as of the board's moment, that a habit's open unit is missed."""

    board: Board
    view: HabitView
    unit: UnitView
    risk: float

    @property
    def habit_id(self) -> int:
        """Whose."""
        return self.view.habit.pk

    @property
    def units(self) -> int:
        """How many days that were asked for it rests on."""
        return int(self.board.states["due_units"][self._at])

    @property
    def told(self) -> float | None:
        """The risk as a number, where there is history enough for one."""
        return self.risk if may_show_percent(self.units) else None

    @property
    def level(self) -> Level:
        """The risk in a word."""
        return level(self.risk)

    @property
    def streak(self) -> int:
        """Units kept in a row, as every screen counts them."""
        return self.view.snapshot.streak.current

    @property
    def lapse(self) -> int:
        """Days asked for and missed in a row, up to yesterday."""
        return int(self.board.states["lapse"][self._at])

    @property
    def wording(self) -> Wording:
        """What may be said about it unasked."""
        return wording(self.risk, self.streak, self.lapse)

    @property
    def later(self) -> bool:
        """Whether the unit goes on after today."""
        return self.unit.last > self.board.today

    @property
    def pressing(self) -> bool:
        """Whether a unit of several days has hardly a day to spare."""
        if not self.later:
            return True
        if asks_for_total(self.view.plan.schedule):
            return (self.unit.last - self.board.today).days <= 1
        return self.view.snapshot.days_left - (self.unit.need - self.unit.done) // _MILLI <= 1

    @property
    def past(self) -> float:
        """The share of the habit's usual day that is over."""
        return float(self.board.shares[self._at])

    @cached_property
    def reasons(self) -> list[Reason]:
        """The two strongest."""
        explained = self.board.explained
        if self._at not in explained:
            explained[self._at] = self._explained()
        return explained[self._at]

    def _explained(self) -> list[Reason]:
        board, at = self.board, slice(self._at, self._at + 1)
        morning = board.forecasts.morning.inputs
        inputs = Inputs(morning.matrix[at], morning.staleness[at])
        late = None if self.view.rules.kind == "limit" else board.shares[at]
        return reasons(board.states[at], inputs, board.model.weights, board.today.weekday(), late)[0]

    @property
    def _at(self) -> int:
        return self.board.place[self.habit_id]


def risks_of(user: User, views: Sequence[HabitView], now: datetime) -> dict[int, RiskNow]:
    """The risk of each of these habits of the user whose unit is open and asked for, by its id."""
    wanted = [view for view in views if is_open(view)]
    board = board_as_of(user, wanted[0].version, now) if wanted else None
    return {} if board is None else read(board, wanted)


def read(board: Board, views: Iterable[HabitView]) -> dict[int, RiskNow]:
    """The same, from a board that was made already."""
    opened = [
        (view, unit)
        for view in views
        if (unit := view.snapshot.open_unit) is not None and is_open(view) and view.habit.pk in board.place
    ]
    ahead = board.ahead([board.place[view.habit.pk] for view, unit in opened if unit.last > board.today])
    found = {}
    for view, unit in opened:
        risk = _risk(board, view, unit, ahead)
        if np.isfinite(risk):
            found[view.habit.pk] = RiskNow(board, view, unit, risk)
    return found


def is_open(view: HabitView) -> bool:
    """Whether something about today's unit is still to be decided."""
    snapshot = view.snapshot
    unit = snapshot.open_unit
    if unit is None or unit.state is not UnitState.PENDING:
        return False
    return isinstance(view.plan.schedule, Weekly | Monthly) or (
        snapshot.today.due and snapshot.today.state is DayState.PENDING
    )


def _risk(board: Board, view: HabitView, unit: UnitView, ahead: Mapping[int, Sequence[float]]) -> float:
    at = board.place[view.habit.pk]
    limit = view.rules.kind == "limit"
    now = board.held[at] if limit else board.survived[at]
    return unit_risk(_open_unit(view, unit, board.today), float(now), ahead.get(at, ()))


def _open_unit(view: HabitView, unit: UnitView, today: date) -> OpenUnit:
    schedule, snapshot = view.plan.schedule, view.snapshot
    counted: Counted = "total" if asks_for_total(schedule) else "day"
    if isinstance(schedule, Weekly | Monthly) and schedule.times is not None:
        counted = "times"
    later = [day - today.toordinal() for day in coming_days(view.rules, today, unit.last)]
    scale = _MILLI if counted == "times" else 1
    return OpenUnit(
        limit=view.rules.kind == "limit",
        counted=counted,
        need=unit.need // scale,
        done=unit.done // scale,
        usual=usual_amount(view) if counted == "total" else 0,
        today=snapshot.days_left > len(later),
        later=later,
    )
