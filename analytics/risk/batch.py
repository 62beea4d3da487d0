"""Scoring everybody: whole users at a time, as arrays, from what the states hold and without reading a log.

Only users whose day has moved on since they were last scored are looked at; those whose states have not been closed
through yesterday wait for the next run. A run may be late, repeated or cut short at any point.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
from django.db import IntegrityError, connection, transaction
from numpy.typing import NDArray

from analytics.domain.risk_features import as_states
from analytics.domain.risk_mornings import (
    PENDING_BYTES,
    Forecasts,
    Ledgers,
    Model,
    as_pending,
    predict,
    remember,
    settle,
)
from analytics.domain.risk_recalibration import HABIT_BYTES, HabitCorrections
from analytics.risk.model import current_model
from analytics.risk.tallying import count_outcomes
from habits.selectors.bulk import evidence_of_users
from smarthabit.accounts.selectors import UserDay, days_after
from smarthabit.kernel.bulk import Column, Rows, fetch_rows, insert_rows, row_type

log = logging.getLogger(__name__)

USERS_AT_ONCE: Final = {"postgresql": 4_000, "sqlite": 400}
_TABLE: Final = "analytics_habitrisk"
_COLUMNS: Final = (
    Column("habit_id", "bigint"),
    Column("user_id", "bigint"),
    Column("day", "day"),
    Column("risk", "real"),
    Column("correction", "bytes", HABIT_BYTES),
    Column("pending", "bytes", PENDING_BYTES),
)
_SELECT: Final = """
SELECT habit_id, user_id, day, risk, correction, pending FROM analytics_habitrisk
WHERE user_id BETWEEN %s AND %s AND length(correction) = %s AND length(pending) = %s ORDER BY habit_id
"""


def score_everyone(now: datetime) -> int:
    """Store this morning's forecasts of all users whose day has begun since; gives back of how many habits."""
    model = current_model()
    after, scored = 0, 0
    while model is not None and (users := days_after(now, after, limit=USERS_AT_ONCE[connection.vendor])):
        scored += _score_or_leave(users, model)
        after = users[-1].pk
    return scored


def _score_or_leave(users: Sequence[UserDay], model: Model) -> int:
    """One portion that cannot be scored does not hold up the others; the next run tries it again."""
    try:
        return _score(users, model)
    except IntegrityError:  # somebody's first score was stored by their own request in between
        log.warning("some risks are left to the next run", extra={"first": users[0].pk, "last": users[-1].pk})
    except Exception:
        log.exception("some risks could not be scored", extra={"first": users[0].pk, "last": users[-1].pk})
    return 0


@transaction.atomic
def _score(users: Sequence[UserDay], model: Model) -> int:
    portion = _portion(users)
    if not len(portion.rows):
        return 0
    rows = portion.rows
    states = as_states(rows["evidence"].tobytes())
    owner = np.unique(rows["user"], return_inverse=True)[1].ravel().astype(np.int64)
    kept, over = settle(states, portion.today, portion.kept)
    count_outcomes(rows["user"][over.at], over)
    made = predict(states, portion.today, owner, model, kept.corrections)
    _replace(portion, made, remember(kept, states, portion.today, made))
    return len(rows)


def stored_risks(first: int, last: int) -> Rows:
    """The rows of the users with ids between these two, in the order of habits; those of another form are left out."""
    return fetch_rows(_SELECT, [first, last, HABIT_BYTES, PENDING_BYTES], _COLUMNS)


@dataclass(frozen=True, slots=True, eq=False)
class _Portion:
    """The habits of some users, each with its user's today and what was kept of it."""

    rows: Rows
    today: NDArray[np.int64]
    kept: Ledgers


def _portion(users: Sequence[UserDay]) -> _Portion:
    """Those of ``users`` who are to be scored now, all their habits with them."""
    ids = np.array([user.pk for user in users], dtype=np.int64)
    days = np.array([user.today.toordinal() for user in users], dtype=np.int64)
    before = stored_risks(ids[0].item(), ids[-1].item())
    rows = evidence_of_users(ids[0].item(), ids[-1].item())
    rows = rows[np.isin(rows["user"], ids)]
    today = days[np.searchsorted(ids, rows["user"])]
    at, known = places(before["habit_id"], rows["habit"])
    ready = rows["through"] == today - 1
    scored = known & (before["day"][at] == today) if len(before) else np.zeros(len(rows), dtype=bool)
    wanted = _whole_users(rows["user"], ready) & ~_whole_users(rows["user"], scored)
    rows, today, at, known = rows[wanted], today[wanted], at[wanted], known[wanted]
    return _Portion(rows, today, _kept(before, at, known))


def places(sorted_ids: NDArray[np.int64], ids: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Where each id stands among the sorted ones, and whether it does."""
    at = np.minimum(np.searchsorted(sorted_ids, ids), max(len(sorted_ids) - 1, 0))
    known = sorted_ids[at] == ids if len(sorted_ids) else np.zeros(len(ids), dtype=bool)
    return at, known


def _whole_users(users: NDArray[np.int64], holds: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """For each row whether something holds for all rows of its user; users stand together."""
    group = np.unique(users, return_inverse=True)[1].ravel()
    lacking = np.bincount(group, weights=~holds)
    return np.asarray(lacking[group] == 0) if len(users) else np.zeros(0, dtype=bool)


def _kept(before: Rows, at: NDArray[np.int64], known: NDArray[np.bool_]) -> Ledgers:
    none = Ledgers.none(1)
    correction = np.frombuffer(none.corrections.to_bytes() * len(at), dtype=f"V{HABIT_BYTES}").copy()
    pending = np.frombuffer(none.pending.tobytes() * len(at), dtype=f"V{PENDING_BYTES}").copy()
    correction[known], pending[known] = before["correction"][at[known]], before["pending"][at[known]]
    return Ledgers(HabitCorrections.sound(correction.tobytes()), as_pending(pending.tobytes()))


def _replace(portion: _Portion, made: Forecasts, kept: Ledgers) -> None:
    """Put new rows in the place of the old ones: several times as quick as updating them."""
    rows = np.empty(len(portion.rows), dtype=row_type(_COLUMNS))
    rows["habit_id"], rows["user_id"], rows["day"] = portion.rows["habit"], portion.rows["user"], portion.today
    rows["risk"] = made.risk
    rows["correction"] = np.frombuffer(kept.corrections.to_bytes(), dtype=f"V{HABIT_BYTES}")
    rows["pending"] = np.frombuffer(kept.pending.tobytes(), dtype=f"V{PENDING_BYTES}")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"DELETE FROM {_TABLE} WHERE habit_id = ANY(%s)", [rows["habit_id"].tolist()])  # noqa: S608 - our own name
        else:
            gone = [(pk,) for pk in rows["habit_id"].tolist()]
            cursor.executemany(f"DELETE FROM {_TABLE} WHERE habit_id = %s", gone)  # noqa: S608 - our own name
    insert_rows(_TABLE, _COLUMNS, rows)
