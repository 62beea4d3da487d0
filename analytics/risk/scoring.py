"""Scoring one user: the morning's forecasts are stored, and those whose day is over are learnt from and counted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import numpy as np
from django.db import transaction
from numpy.typing import NDArray

from analytics.domain.risk_mornings import Ledgers, remember, settle
from analytics.models import HabitRisk
from analytics.risk.boards import Board, board_of
from analytics.risk.tallying import count_outcomes
from habits.domain.calendar import day_closes_at
from smarthabit.accounts.selectors import today_of, user_of
from smarthabit.accounts.user import User

NOTICEABLE = 0.01
"""By how much a risk has to change for a screen to be told."""


@dataclass(frozen=True, slots=True)
class Scored:
    """What scoring a user came to: the habits whose risk is another than the one stored before for the same day."""

    day: date
    moved: tuple[int, ...]


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

    Repeating it changes nothing. Takes a constant number of queries.
    """
    _lock(user)
    board = board_of(user, now)
    if board is None or not board.habits:
        return None
    kept, over = settle(board.states, board.days, board.kept)
    if len(over.at):
        board = replace(board, kept=kept)
        count_outcomes(np.full(len(over.at), user.pk, dtype=np.int64), over)
    kept = remember(kept, board.states, board.days, board.forecasts)
    _store(board, kept)
    _note(user, board.today)
    return Scored(board.today, _moved(board))


def _note(user: User, today: date) -> None:
    if len(_noted) >= _MOST_NOTED:
        _noted.clear()
    _noted[user.pk] = today, day_closes_at(today, user.zone, user.day_starts_at)


def _lock(user: User) -> None:
    """Two requests of one user do not count the same outcome twice."""
    list(HabitRisk.objects.owned_by(user).order_by("habit_id").select_for_update().values_list("habit_id"))


def _store(board: Board, kept: Ledgers) -> None:
    rows = [
        HabitRisk(
            habit_id=habit.pk,
            user_id=board.user.pk,
            day=board.today,
            risk=risk,
            correction=correction,
            pending=pending,
        )
        for habit, risk, correction, pending in zip(
            board.habits,
            board.forecasts.risk.tolist(),
            _rows(kept.corrections.to_bytes(), len(board.habits)),
            _rows(kept.pending.tobytes(), len(board.habits)),
            strict=True,
        )
    ]
    HabitRisk.objects.bulk_create(
        rows,
        batch_size=500,
        update_conflicts=True,
        unique_fields=["habit"],
        update_fields=["user", "day", "risk", "correction", "pending"],
    )


def _rows(packed: bytes, count: int) -> Sequence[bytes]:
    size = len(packed) // count
    return [packed[at : at + size] for at in range(0, len(packed), size)]


def _moved(board: Board) -> tuple[int, ...]:
    before = board.stored
    risks: NDArray[np.float32] = board.forecasts.risk
    return tuple(
        habit.pk
        for habit, risk in zip(board.habits, risks.tolist(), strict=True)
        if (row := before.get(habit.pk)) and row.day == board.today and abs(row.risk - risk) >= NOTICEABLE
    )
