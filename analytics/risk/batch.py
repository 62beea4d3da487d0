"""Scoring everybody: whole users at a time, as arrays, from what the states hold and without reading a log.

Only users whose day has moved on since they were last scored are looked at; those whose states have not been closed
through yesterday wait for the next run. A run may be late, repeated or cut short at any point.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
from django.db import IntegrityError, connection, transaction
from numpy.typing import NDArray

from analytics.domain.risk_features import as_states
from analytics.domain.risk_mornings import Ledgers, Model, predict, remember, settle
from analytics.risk.model import current_model
from analytics.risk.stored import ledgers_of, places, replace_risks, stored_risks
from analytics.risk.tallying import count_outcomes
from habits.selectors.bulk import evidence_of_users, habits_of_users
from smarthabit.accounts.selectors import UserDay, days_after
from smarthabit.kernel.bulk import Rows

log = logging.getLogger(__name__)

USERS_AT_ONCE: Final = {"postgresql": 4_000, "sqlite": 400}
HABITS_AT_ONCE: Final = 50_000
"""Some 4 kB each while they are reckoned with. Who has more is a portion of their own."""


def score_everyone(now: datetime) -> int:
    """Store this morning's forecasts of all users whose day has begun since; gives back of how many habits."""
    model = current_model()
    return 0 if model is None else sum(_score_or_leave(users, model) for users in portions(now))


def portions(now: datetime) -> Iterator[list[UserDay]]:
    """All users, by their ids, as many at once as memory has room for their habits."""
    after = 0
    while users := days_after(now, after, limit=USERS_AT_ONCE[connection.vendor]):
        counts = habits_of_users(users[0].pk, users[-1].pk)
        held = np.cumsum([counts.get(user.pk, 0) for user in users])
        users = users[: max(int(np.searchsorted(held, HABITS_AT_ONCE, side="right")), 1)]
        yield users
        after = users[-1].pk


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
    kept = remember(kept, states, portion.today, made)
    replace_risks(rows["habit"], rows["user"], portion.today, made.risk, kept)
    return len(rows)


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
    return _Portion(rows, today, ledgers_of(before, at, known))


def _whole_users(users: NDArray[np.int64], holds: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """For each row whether something holds for all rows of its user; users stand together."""
    group = np.unique(users, return_inverse=True)[1].ravel()
    lacking = np.bincount(group, weights=~holds)
    return np.asarray(lacking[group] == 0) if len(users) else np.zeros(0, dtype=bool)
