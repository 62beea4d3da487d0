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
from analytics.domain.risk_mornings import Forecasts, Ledgers, Model, predict
from analytics.domain.risk_now import hold, weeks_ahead
from analytics.risk.model import current_model
from analytics.risk.stored import ledgers_of, places, stored_risks
from habits.domain.calendar import minute_of_day
from habits.selectors.evidence import evidence_in_use
from smarthabit.accounts.selectors import today_of
from smarthabit.accounts.user import User
from smarthabit.kernel.bulk import Rows
from smarthabit.kernel.kept import Kept

if TYPE_CHECKING:
    from analytics.domain.risk_reasons import Reason

KEPT_FOR = timedelta(minutes=1)
"""How long a board is used again: by then another model, or what was learnt overnight, is noticed."""
KEPT_ONCE_LEARNT = timedelta(minutes=10)
"""The same once the day's forecasts are stored: then nothing more is learnt before it ends."""


@dataclass(frozen=True)
class Board:
    """A user's habits in use side by side; arrays are in the order of ``ids``."""

    user: User
    now: datetime
    today: date
    ids: Ints
    """Of the habits, ascending."""
    model: Model
    states: States
    kept: Ledgers
    before: Rows
    """What is stored of them."""
    learnt: bool
    """Whether the day's forecasts of all of them are stored."""
    whole: bool
    """Whether all states are those of this morning; see ``evidence_in_use``."""
    made: datetime
    """When all this was read."""

    @cached_property
    def place(self) -> dict[int, int]:
        """Where each habit stands."""
        return {pk: at for at, pk in enumerate(self.ids.tolist())}

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

    def ahead(self, at: Sequence[int]) -> dict[int, list[float]]:
        """The risks of the days to come (see ``weeks_ahead``) of the habits at these places."""
        unknown = [place for place in at if place not in self._ahead]
        if unknown:
            inputs, chosen = self.forecasts.morning.inputs, np.array(unknown, dtype=np.int64)
            risks = weeks_ahead(
                self.states, self.days, inputs, chosen, model=self.model, corrections=self.kept.corrections
            )
            self._ahead.update(zip(unknown, risks.T.tolist(), strict=True))
        return self._ahead

    @cached_property
    def _ahead(self) -> dict[int, list[float]]:
        return {}

    @cached_property
    def explained(self) -> dict[int, list[Reason]]:
        """The reasons that have been worked out, by the habit's place."""
        return {}

    @property
    def kept_for(self) -> timedelta:
        """How long it may be used again."""
        return KEPT_ONCE_LEARNT if self.learnt and self.whole else KEPT_FOR

    @property
    def _owner(self) -> Ints:
        return np.zeros(len(self.states), dtype=np.int64)

    def at(self, now: datetime, *, learnt: bool = False) -> Board:
        """The same morning, looked at from another minute; without what only scoring needs."""
        known = {"place": self.place, "_ahead": self._ahead, **self.__dict__}
        moved = replace(self, now=now, before=self.before[:0], learnt=learnt or self.learnt)
        moved.__dict__.update({name: known[name] for name in _OF_THE_MORNING if name in known})
        return moved


_OF_THE_MORNING = ("place", "days", "forecasts", "_ahead")
kept_boards: Kept[Board] = Kept(most=100)
"""Boards as of a change of their user's. What is entered for today alone moves no morning's risk."""


def board_as_of(user: User, seq: int, now: datetime) -> Board | None:
    """The user's board where habits were read as of change ``seq``: the one that is kept, or else a new one."""
    kept = kept_boards.get(user.pk, seq)
    if kept is not None and kept.today == today_of(user, now) and abs(now - kept.made) < kept.kept_for:
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
    found, before = evidence_in_use(user, now), stored_risks(user.pk, user.pk)
    at, known = places(before["habit_id"], found.ids)
    kept = ledgers_of(before, at, known)
    today, before = today_of(user, now), before[at[known]]
    return Board(
        user=user,
        now=now,
        today=today,
        ids=found.ids,
        model=model,
        states=as_states(found.evidence),
        kept=kept,
        before=before,
        learnt=len(before) == len(found.ids) and bool((before["day"] == today.toordinal()).all()),
        whole=found.whole,
        made=now,
    )
