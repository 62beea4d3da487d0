"""Closing days: as users' days end, their states are moved on, and what broke is told.

A late or missed run changes no result, for every read folds forward by itself; the run keeps reads short and tells open
screens. What it costs grows with the users whose day ends, not with all users.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from habits.domain.calendar import day_closes_at
from habits.domain.fold import Fold, needs_from, read
from habits.domain.plan import Rules
from habits.domain.views import Snapshot
from habits.events import DayClosed
from habits.models import Habit, HabitState
from habits.selectors.entries import rows_since
from habits.selectors.rules import rules_of
from habits.selectors.states import Folds, stored_folds
from habits.services.entries import standing
from habits.services.states import STATE_FIELDS, folds_from_scratch, lock_states, moved_on, store
from smarthabit.accounts.selectors import closed_through, today_of, users_to_roll_over
from smarthabit.accounts.services import bump_seq, set_next_rollover
from smarthabit.accounts.user import User
from smarthabit.kernel.events import publish

USERS_AT_ONCE = 200
_HABITS_AT_ONCE = 500
_LATER = timedelta(hours=1)

log = logging.getLogger(__name__)


def roll_over(now: datetime, *, most: int = 10_000) -> int:
    """Close the days that have ended by ``now``, of at most ``most`` users; gives back of how many."""
    closed = 0
    while closed < most:
        users = users_to_roll_over(now, limit=min(USERS_AT_ONCE, most - closed))
        for user in users:
            _close_or_put_off(user, now)
        closed += len(users)
        if len(users) < USERS_AT_ONCE:
            break
    return closed


def _close_or_put_off(user: User, now: datetime) -> None:
    """One account that cannot be closed does not hold up the others; it is tried again later."""
    try:
        close_days(user, now)
    except Exception:
        log.exception("a day could not be closed", extra={"user": user.pk})
        set_next_rollover(user, at=now + _LATER)


@transaction.atomic
def close_days(user: User, now: datetime) -> None:
    """Move all states of a user on to yesterday, tell which streaks ended, and set when to come back."""
    today = today_of(user, now)
    ids = sorted(Habit.objects.owned_by(user).active().values_list("pk", flat=True))
    moves: list[_Move] = []
    for at in range(0, len(ids), _HABITS_AT_ONCE):
        moves += _move(user, lock_states(user, ids[at : at + _HABITS_AT_ONCE]), today)
    yesterday = today - timedelta(days=1)
    had_a_day = closed_through(user) is not None
    set_next_rollover(user, at=day_closes_at(today, user.zone, user.day_starts_at), closed_through=yesterday)
    if ids and had_a_day:
        publish(_closed(user, yesterday, moves))


@dataclass(frozen=True, slots=True)
class _Move:
    """A state that was moved on: its streak before and after, and the habit as of today."""

    habit_id: int
    before: Fold | None
    after: Fold
    snapshot: Snapshot

    @property
    def broken(self) -> bool:
        return bool(self.before and self.before.current and not self.after.current)

    @property
    def frozen(self) -> bool:
        return bool(self.before and self.after.current and self.after.freezes < self.before.freezes)


def _closed(user: User, day: date, moves: Sequence[_Move]) -> DayClosed:
    told = [move for move in moves if move.broken or move.frozen]
    return DayClosed(
        user.pk,
        bump_seq(user.pk),
        day,
        tuple(move.habit_id for move in told if move.broken),
        tuple(move.habit_id for move in told if move.frozen),
        tuple(standing(move.habit_id, move.snapshot) for move in told),
    )


def _move(user: User, states: Sequence[HabitState], today: date) -> list[_Move]:
    ordinal = today.toordinal()
    rules = rules_of(user, [state.habit for state in states])
    held = {state.habit_id: _standing_folds(state, rules[state.habit_id], ordinal) for state in states}
    rows = rows_since([(pk, needs_from(folds.anchor) if folds else 1) for pk, folds in held.items()])
    changed, moves = [], []
    for state in states:
        pk, folds = state.habit_id, held[state.habit_id]
        if folds is None:
            after = folds_from_scratch(rules[pk], rows[pk], ordinal)
        else:
            after = moved_on(rules[pk], folds, rows[pk], ordinal)
        if store(state, after, rules[pk]):
            changed.append(state)
            moves.append(
                _Move(pk, folds.fold if folds else None, after.fold, read(rules[pk], after.fold, rows[pk], ordinal))
            )
    HabitState.objects.bulk_update(changed, STATE_FIELDS, batch_size=200)
    return moves


def _standing_folds(state: HabitState, rules: Rules, today: int) -> Folds | None:
    """The stored folds, unless they have closed a day that is open again (the user travelled west)."""
    folds = stored_folds(state, rules)
    return folds if folds is not None and needs_from(folds.fold, today) > 1 and folds.seen < today else None
