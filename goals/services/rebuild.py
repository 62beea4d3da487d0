"""Holding the stored states of goals against their rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from goals.domain.progress import recompute
from goals.models import Goal
from goals.selectors.readings import Reading, read_goals
from goals.services.settling import settle
from smarthabit.accounts.user import User

_BATCH = 100


def rebuild(*, now: datetime, email: str | None = None, write: bool) -> Iterator[tuple[int, str, bool]]:
    """For every goal its id, its owner's email, and whether its state differed; with ``write`` it is mended."""
    users = User.objects.order_by("pk")
    if email:
        users = users.filter(email=email.strip().lower())
    for user in users.iterator(chunk_size=_BATCH):
        ids = list(Goal.objects.owned_by(user).order_by("pk").values_list("pk", flat=True))
        for at in range(0, len(ids), _BATCH):
            for goal_id, differs in _rebuild_some(user, ids[at : at + _BATCH], now, write=write):
                yield goal_id, user.email, differs


def _rebuild_some(user: User, ids: list[int], now: datetime, *, write: bool) -> list[tuple[int, bool]]:
    goals = list(Goal.objects.owned_by(user).filter(pk__in=ids).order_by("pk").detailed())
    found = [(reading.goal.pk, _differs(reading)) for reading in read_goals(user, goals, now, afresh=ids)]
    wrong = [goal_id for goal_id, differs in found if differs]
    if write and wrong:
        settle(user, wrong, now)
    return found


def _differs(reading: Reading) -> bool:
    """Whether the row is not what the entries come to as of its own day, or was made for other rules."""
    state = reading.goal.state
    through = int(state.fold.get("through", 0))
    again = recompute(reading.spec, reading.facts(), through).to_json()
    return state.basis != reading.basis or state.fold != again
