"""What the passing of time does to risks: screens are told whose word has changed, people which streak is in danger.

Made in arrays from the stored forecasts of the morning; only what looks like an alert is looked at one by one.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analytics.domain.risk_features import as_states
from analytics.domain.risk_model import ALERT_FROM, HIGH_FROM, LOW_BELOW, done_by, survive
from analytics.domain.risk_mornings import Model
from analytics.domain.risk_now import hold
from analytics.risk.alerts import raise_alerts
from analytics.risk.batch import portions
from analytics.risk.model import current_model
from analytics.risk.stored import places, stored_risks
from habits.selectors.bulk import evidence_of_users
from smarthabit.accounts.selectors import UserDay, user_of
from smarthabit.accounts.services import bump_seq
from smarthabit.kernel import live
from smarthabit.kernel.bulk import Rows

log = logging.getLogger(__name__)

SPREAD: Final = 3.0
"""Seconds over which screens are told."""
MOST_KEYS: Final = 20
CHARTS: Final = "charts"
"""Where the board of risks hears of changes, like all figures over several habits."""
_DAY: Final = 24 * 60
_LEVELS: Final = np.array([LOW_BELOW, HIGH_FROM])


def tell_passing(now: datetime, *, minutes: int) -> int:
    """Tell what has changed in the last ``minutes``; gives back how many alerts were raised."""
    model = current_model()
    if model is None:
        return 0
    raised = 0
    for users in portions(now):
        changed, endangered = _looked_at(users, model, minutes)
        _tell(changed)
        raised += sum(_alert(user_id, habits, now) for user_id, habits in endangered.items())
    return raised


Found = dict[int, list[int]]
"""Ids of habits by their user's."""


def _looked_at(users: Sequence[UserDay], model: Model, minutes: int) -> tuple[Found, Found]:
    """The habits whose level has changed, and those that may be alerts, the riskiest first."""
    ids = np.array([user.pk for user in users], dtype=np.int64)
    rows, before = evidence_of_users(ids[0].item(), ids[-1].item()), stored_risks(ids[0].item(), ids[-1].item())
    rows = rows[np.isin(rows["user"], ids)]
    at, known = places(before["habit_id"], rows["habit"])
    rows, at = rows[known], at[known]
    days = np.array([(one.today.toordinal(), one.minute, one.starts) for one in users], dtype=np.int64)
    today, minute, starts = days[np.searchsorted(ids, rows["user"])].T
    fresh = before["day"][at] == today
    if not fresh.any():
        return {}, {}
    rows, morning, minute, starts = rows[fresh], before["risk"][at][fresh], minute[fresh], starts[fresh]
    passed = (minute - starts) % _DAY
    earlier = (starts + np.maximum(passed - minutes, 0)) % _DAY
    states = as_states(rows["evidence"].tobytes())
    then, now = (
        _risks(rows, morning.astype(np.float32), done_by(states, at, model.weights, starts)) for at in (earlier, minute)
    )
    changed = (states["due_units"] > 0) & (np.digitize(then, _LEVELS) != np.digitize(now, _LEVELS))
    endangered = (now >= ALERT_FROM) & (states["streak"] > 0)
    riskiest = np.argsort(-now, kind="stable")
    return _by_user(rows, np.flatnonzero(changed)), _by_user(rows, riskiest[endangered[riskiest]])


def _risks(rows: Rows, morning: NDArray[np.float32], shares: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.where(rows["limit"] == 1, hold(morning, shares), survive(morning, shares)).astype(np.float32)


def _by_user(rows: Rows, chosen: NDArray[np.int64]) -> Found:
    found: defaultdict[int, list[int]] = defaultdict(list)
    for user_id, habit_id in zip(rows["user"][chosen].tolist(), rows["habit"][chosen].tolist(), strict=True):
        found[user_id].append(habit_id)
    return found


def _tell(changed: Found) -> None:
    changes = [live.Change([(pk, bump_seq(pk))], _keys(habits), ()) for pk, habits in changed.items()]
    live.publish_to_many(changes, spread_seconds=SPREAD)


def _keys(habits: Sequence[int]) -> list[str]:
    keys = [f"habit:{pk}" for pk in habits] if len(habits) <= MOST_KEYS else ["list:today"]
    return [*keys, CHARTS]


def _alert(user_id: int, habits: Sequence[int], now: datetime) -> int:
    """One user's failure does not hold up the others."""
    user = user_of(user_id)
    try:
        return raise_alerts(user, habits, now) if user is not None else 0
    except Exception:
        log.exception("alerts could not be raised", extra={"user": user_id})
        return 0
