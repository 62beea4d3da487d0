"""Closing days: as users' days end, their states are moved on, and what broke is told.

A late or missed run changes no result, for every read folds forward by itself; the run keeps reads short and tells open
screens. What it costs grows with the users whose day ends, not with all users: a statement a table and one event serve
a whole portion of them.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import NamedTuple

from django.db import connection, transaction

from habits.domain.calendar import day_closes_at
from habits.domain.fold import needs_from, read
from habits.domain.plan import Rules
from habits.events import DaysClosed, Standing, Streaks
from habits.models import HabitState
from habits.selectors.closing import habits_in_use
from habits.selectors.entries import rows_since
from habits.selectors.rules import rules_for
from habits.selectors.states import Folds, stored_folds
from habits.services.bulk_closing import close_plain
from habits.services.entries import standing
from habits.services.states import ANCHOR_REACH, folds_from_scratch, lock_all_states, moved_on, save_states, store
from smarthabit.accounts.closing import EndedDay, claim_ended, mark_closed
from smarthabit.accounts.services import set_next_rollover
from smarthabit.accounts.user import User
from smarthabit.kernel.events import publish

USERS_AT_ONCE = 5_000
HABITS_AT_ONCE = {"postgresql": 2_500, "sqlite": 1_000}
"""States locked together: what a check-in of one of their users - on SQLite of anybody - may have to wait for."""
_LATER = timedelta(hours=1)

log = logging.getLogger(__name__)


class _Day(NamedTuple):
    """What users share whose days are closed together; see ``EndedDay``."""

    today: date
    ends_at: datetime
    known: bool
    lease: datetime


@dataclass(frozen=True, slots=True)
class _Portion:
    """Users who live in the same day, each with the ids of their habits in use."""

    day: _Day
    habits: Mapping[int, Sequence[int]]


@dataclass(frozen=True, slots=True)
class _Fate:
    """What became of a streak: it broke, or a freeze saved it."""

    broken: bool
    standing: Standing


def roll_over(now: datetime, *, most: int = 100_000) -> int:
    """Close the days that have ended by ``now``, of at most ``most`` users; gives back of how many."""
    closed = 0
    while closed < most:
        limit = min(USERS_AT_ONCE, most - closed)
        ended = claim_ended(now, limit=limit)
        for portion in _portions(ended):
            _close_or_put_off(portion, now)
        claimed = sum(len(one.user_ids) for one in ended)
        closed += claimed
        if claimed < limit:
            break
    return closed


def _portions(ended: Sequence[EndedDay]) -> Iterator[_Portion]:
    """Users together as long as their habits are not too many; nobody is divided."""
    owned, most = habits_in_use([pk for one in ended for pk in one.user_ids]), HABITS_AT_ONCE[connection.vendor]
    for day, user_ids in _alike(ended).items():
        habits: dict[int, Sequence[int]] = {}
        size = 0
        for user_id in user_ids:
            theirs = owned.get(user_id, ())
            if habits and size + len(theirs) > most:
                yield _Portion(day, habits)
                habits, size = {}, 0
            habits[user_id] = theirs
            size += len(theirs) or 1
        yield _Portion(day, habits)


def _alike(ended: Sequence[EndedDay]) -> dict[_Day, list[int]]:
    """The users of all zones in which it is the same day until the same instant."""
    alike: defaultdict[_Day, list[int]] = defaultdict(list)
    for one in ended:
        ends_at = day_closes_at(one.today, one.zone, one.day_starts_at)
        alike[_Day(one.today, ends_at, one.known, one.lease)] += one.user_ids
    return alike


def _close_or_put_off(portion: _Portion, now: datetime) -> None:
    """One account that cannot be closed does not hold up the others; it is tried again later."""
    try:
        _close(portion)
    except Exception:
        if len(portion.habits) > 1:
            for user_id, habits in portion.habits.items():
                _close_or_put_off(_Portion(portion.day, {user_id: habits}), now)
            return
        (user_id,) = portion.habits
        log.exception("a day could not be closed", extra={"user": user_id})
        set_next_rollover(user_id, at=now + _LATER)


@transaction.atomic
def _close(portion: _Portion) -> None:
    """Move all states of these users on to yesterday, set when to come back, and tell which streaks ended."""
    day, yesterday = portion.day, portion.day.today - timedelta(days=1)
    fates = _move(portion)
    told = [user_id for user_id, habits in portion.habits.items() if habits and day.known]
    others = portion.habits.keys() - told
    mark = partial(mark_closed, lease=day.lease, closed=yesterday, next_end=day.ends_at)
    mark(others, told=False)
    if numbers := mark(told, told=True):
        marked = dict(numbers)
        streaks = {user_id: _streaks(of) for user_id, of in fates.items() if user_id in marked}
        publish(DaysClosed(yesterday, numbers, streaks))


def _streaks(fates: Sequence[_Fate]) -> Streaks:
    broken, frozen = (tuple(fate.standing.habit_id for fate in fates if fate.broken is kind) for kind in (True, False))
    return Streaks(broken, frozen, tuple(fate.standing for fate in fates))


def _move(portion: _Portion) -> Mapping[int, list[_Fate]]:
    """Move the states on; what became of streaks, by user."""
    today = portion.day.today.toordinal()
    habit_ids = [pk for habits in portion.habits.values() for pk in habits]
    plain = close_plain(habit_ids, today) if habit_ids else set()
    rest = [pk for pk in habit_ids if pk not in plain]
    return _move_one_by_one(rest, today) if rest else {}


def _move_one_by_one(habit_ids: Sequence[int], today: int) -> Mapping[int, list[_Fate]]:
    """``_move`` for habits that are not plain: each by its own rules, read and stored together."""
    states = lock_all_states(habit_ids)
    users = User.objects.in_bulk({state.user_id for state in states})
    rules = rules_for([(users[state.user_id], state.habit) for state in states])
    held = {state.habit_id: _standing_folds(state, rules[state.habit_id], today) for state in states}
    rows = rows_since([(state.habit_id, _since(held[state.habit_id], today)) for state in states])
    changed = []
    fates: defaultdict[int, list[_Fate]] = defaultdict(list)
    for state in states:
        pk = state.habit_id
        before, entries = held[pk], rows[pk]
        if before is None:
            after = folds_from_scratch(rules[pk], entries, today)
        else:
            after = moved_on(rules[pk], before, entries, today)
        if store(state, after, rules[pk]):
            changed.append(state)
        if before is not None and (broken := _fate(before, after)) is not None:
            snapshot = read(rules[pk], after.fold, entries, today)
            fates[state.user_id].append(_Fate(broken, standing(pk, snapshot)))
    save_states(changed)
    return fates


def _since(folds: Folds | None, today: int) -> int:
    """The first day whose entries are needed: those of the anchor only when it will be moved up."""
    if folds is None:
        return 1
    far = today - 1 - (folds.anchor.through or 0) > ANCHOR_REACH
    return needs_from(folds.anchor if far else folds.fold)


def _fate(before: Folds, after: Folds) -> bool | None:
    """True for a streak that broke, False for one that a freeze saved, None for anything else."""
    if before.fold.current and not after.fold.current:
        return True
    saved = before.fold.current and after.fold.freezes < before.fold.freezes
    return False if saved else None


def _standing_folds(state: HabitState, rules: Rules, today: int) -> Folds | None:
    """The stored folds, unless they have closed a day that is open again (the user travelled west)."""
    folds = stored_folds(state, rules)
    return folds if folds is not None and needs_from(folds.fold, today) > 1 and folds.seen < today else None
