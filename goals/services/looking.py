"""Looking at goals whose time has come: deadlines pass, and nothing that was lost stays lost for longer than a day."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from goals.events import GoalsChanged
from goals.models import Goal, GoalState
from goals.services.settling import settle
from smarthabit.accounts.user import User
from smarthabit.kernel.events import publish

AT_ONCE = 200
_LATER = timedelta(hours=1)

log = logging.getLogger(__name__)


def look_at_goals(now: datetime, *, most: int = 5_000, of: Sequence[int] | None = None) -> int:
    """Count the goals that are due anew, at most ``most`` (if given, ``of`` these users); gives back how many."""
    due = Goal.objects.to_be_looked_at(now).select_related("user")
    if of is not None:
        due = due.filter(user_id__in=of)
    looked_at = 0
    while looked_at < most:
        goals = list(due[: min(AT_ONCE, most - looked_at)])
        by_user: defaultdict[User, list[int]] = defaultdict(list)
        for goal in goals:
            by_user[goal.user].append(goal.pk)
        for user, ids in by_user.items():
            _look_or_put_off(user, ids, now)
        looked_at += len(goals)
        if len(goals) < AT_ONCE:
            break
    return looked_at


def _look_or_put_off(user: User, ids: list[int], now: datetime) -> None:
    """One account whose goals cannot be counted does not hold up the others; it is tried again later."""
    try:
        settled = settle(user, ids, now)
    except Exception:
        log.exception("goals could not be looked at", extra={"user": user.pk})
        GoalState.objects.filter(goal_id__in=ids).update(next_look=now + _LATER)
        return
    publish(GoalsChanged(user.pk, settled.seq, "", tuple(ids), "settled"))
