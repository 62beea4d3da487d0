"""Scoring one user: the morning's forecasts are stored, and those whose day is over are learnt from and counted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

import numpy as np
from django.db import connection, transaction

from analytics.domain.risk_features import Floats, Ints
from analytics.domain.risk_mornings import remember, settle
from analytics.models import HabitRisk
from analytics.risk.boards import Board, board_of
from analytics.risk.stored import save_risks
from analytics.risk.tallying import count_outcomes
from habits.domain.calendar import day_closes_at
from smarthabit.accounts.selectors import today_of, user_of
from smarthabit.accounts.user import User

NOTICEABLE = 0.01
"""By how much a risk has to change for a screen to be told."""
SAME = 0.0005
"""By less than this a forecast is not stored anew: an edit of one habit moves those of all others by a trace."""


@dataclass(frozen=True, slots=True)
class Scored:
    """What scoring a user came to."""

    board: Board
    moved: tuple[int, ...]
    """The habits whose risk is another than the one stored before for the same day."""


_MOST_NOTED = 50_000
_noted: dict[int, tuple[date, datetime]] = {}
"""By user the day that is known to be scored, and when it ends. What is missing here is only looked up again."""


def needs_scoring(user_id: int, days: Iterable[date], now: datetime) -> bool:
    """Whether entries of these days may have moved a morning's risk. The database is asked once a day and process."""
    noted = _noted.get(user_id)
    if noted and now < noted[1]:
        return any(day < noted[0] for day in days)
    user = user_of(user_id)
    if user is None:
        return False
    today = today_of(user, now)
    if any(day < today for day in days) or not HabitRisk.objects.owned_by(user).filter(day=today).exists():
        return True
    _note(user, today)
    return False


@transaction.atomic
def score_user(user: User, now: datetime) -> Scored | None:
    """Store this morning's forecasts of the user's habits; None where there are no weights.

    None, too, while more habits than are moved on for a reading wait for their days to be closed: the job scores them
    once they are. Repeating it changes nothing. Takes a constant number of queries.
    """
    _lock(user)
    board = board_of(user, now)
    if board is None or not len(board.ids) or not board.whole:
        return None
    kept, over = settle(board.states, board.days, board.kept)
    if len(over.at):
        board = replace(board, kept=kept)
        count_outcomes(np.full(len(over.at), user.pk, dtype=np.int64), over)
    kept = remember(kept, board.states, board.days, board.forecasts)
    at = _to_store(board, settled=len(over.at) > 0)
    save_risks(user.pk, board.ids[at], board.today, board.forecasts.risk[at], kept.of(at))
    _note(user, board.today)
    return Scored(board.at(now, learnt=True), _moved(board))


def _note(user: User, today: date) -> None:
    if len(_noted) >= _MOST_NOTED:
        _noted.clear()
    _noted[user.pk] = today, day_closes_at(today, user.zone, user.day_starts_at)


def _lock(user: User) -> None:
    """Two requests of one user do not count the same outcome twice."""
    if connection.features.has_select_for_update:
        list(HabitRisk.objects.owned_by(user).order_by("habit_id").select_for_update().values_list("habit_id"))


def _to_store(board: Board, *, settled: bool) -> Ints:
    """The places of the habits to be stored: all of them but those of which the same is stored already."""
    wanted = np.ones(len(board.ids), dtype=bool)
    if not settled:
        at, risks = _stored_today(board)
        wanted[at] = np.abs(risks - board.forecasts.risk[at]) >= SAME
    return np.flatnonzero(wanted)


def _stored_today(board: Board) -> tuple[Ints, Floats]:
    """The places of the habits whose forecast for today is stored, and that forecast."""
    before = board.before[board.before["day"] == board.today.toordinal()]
    return np.searchsorted(board.ids, before["habit_id"]), before["risk"].astype(np.float32)


def _moved(board: Board) -> tuple[int, ...]:
    at, risks = _stored_today(board)
    return tuple(board.ids[at][np.abs(risks - board.forecasts.risk[at]) >= NOTICEABLE].tolist())
