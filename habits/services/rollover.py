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
from datetime import datetime, time, timedelta

from django.db import transaction

from habits.domain.calendar import day_closes_at
from habits.domain.fold import needs_from, read
from habits.domain.plan import Rules
from habits.events import ClosedDay, DaysClosed, Standing
from habits.models import Habit, HabitState
from habits.selectors.entries import rows_since
from habits.selectors.rules import rules_for
from habits.selectors.states import Folds, stored_folds
from habits.services.bulk_closing import close_plain
from habits.services.entries import standing
from habits.services.states import ANCHOR_REACH, folds_from_scratch, lock_all_states, moved_on, save_states, store
from smarthabit.accounts.closing import EndedDay, claim_ended, mark_closed
from smarthabit.accounts.services import set_next_rollover
from smarthabit.kernel.among import among
from smarthabit.kernel.events import publish

USERS_AT_ONCE = 2_000
HABITS_AT_ONCE = 1_000
"""States that are locked together: what a check-in of one of their users may have to wait for."""
_LATER = timedelta(hours=1)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Ending:
    """A claimed user with the ids of their habits in use."""

    day: EndedDay
    habits: Sequence[int]


@dataclass(frozen=True, slots=True)
class _Fate:
    """What became of a streak: it broke, or a freeze saved it."""

    broken: bool
    standing: Standing


def roll_over(now: datetime, *, most: int = 10_000) -> int:
    """Close the days that have ended by ``now``, of at most ``most`` users; gives back of how many."""
    closed = 0
    while closed < most:
        limit = min(USERS_AT_ONCE, most - closed)
        ended = claim_ended(now, limit=limit)
        for portion in _portions(ended):
            _close_or_put_off(portion, now)
        closed += len(ended)
        if len(ended) < limit:
            break
    return closed


def _portions(ended: Sequence[EndedDay]) -> Iterator[list[_Ending]]:
    """Users together as long as their habits are not too many; nobody is divided."""
    owned: defaultdict[int, list[int]] = defaultdict(list)
    active = Habit.objects.filter(among("user_id", [one.user.pk for one in ended])).active()
    for user_id, pk in active.order_by().values_list("user_id", "pk"):
        owned[user_id].append(pk)
    portion: list[_Ending] = []
    size = 0
    for one in ended:
        habits = owned[one.user.pk]
        if portion and size + len(habits) > HABITS_AT_ONCE:
            yield portion
            portion, size = [], 0
        portion.append(_Ending(one, habits))
        size += len(habits) or 1
    if portion:
        yield portion


def _close_or_put_off(portion: Sequence[_Ending], now: datetime) -> None:
    """One account that cannot be closed does not hold up the others; it is tried again later."""
    try:
        _close(portion)
    except Exception:
        if len(portion) > 1:
            for one in portion:
                _close_or_put_off([one], now)
            return
        user = portion[0].day.user
        log.exception("a day could not be closed", extra={"user": user.pk})
        set_next_rollover(user, at=now + _LATER)


@transaction.atomic
def _close(portion: Sequence[_Ending]) -> None:
    """Move all states of these users on to yesterday, set when to come back, and tell which streaks ended."""
    fates = _move(portion)
    told = {one.day.user.pk for one in portion if one.habits and one.day.known}
    days = [one.day for one in portion]
    numbers = mark_closed(days, _next_ends(days), told)
    closed = tuple(_closed(day, numbers[day.user.pk], fates[day.user.pk]) for day in days if day.user.pk in numbers)
    if closed:
        publish(DaysClosed(closed))


def _next_ends(ended: Sequence[EndedDay]) -> list[datetime]:
    """When each one's new day ends; worked out once for all who share a zone."""
    known: dict[tuple[str, time], datetime] = {}
    for one in ended:
        kind = (one.user.timezone, one.user.day_starts_at)
        if kind not in known:
            known[kind] = day_closes_at(one.today, one.user.zone, one.user.day_starts_at)
    return [known[one.user.timezone, one.user.day_starts_at] for one in ended]


def _closed(day: EndedDay, seq: int, fates: Sequence[_Fate]) -> ClosedDay:
    broken, frozen = (tuple(fate.standing.habit_id for fate in fates if fate.broken is kind) for kind in (True, False))
    standings = tuple(fate.standing for fate in fates)
    return ClosedDay(day.user.pk, seq, day.today - timedelta(days=1), broken, frozen, standings)


def _move(portion: Sequence[_Ending]) -> Mapping[int, list[_Fate]]:
    """Move the states on; what became of streaks, by user."""
    plain = _close_plain(portion)
    days = {one.day.user.pk: one.day for one in portion}
    states = lock_all_states([pk for one in portion for pk in one.habits if pk not in plain])
    rules = rules_for([(days[state.user_id].user, state.habit) for state in states])
    held = {
        state.habit_id: _standing_folds(state, rules[state.habit_id], days[state.user_id].today.toordinal())
        for state in states
    }
    rows = rows_since(
        [(state.habit_id, _since(held[state.habit_id], days[state.user_id].today.toordinal())) for state in states]
    )
    changed = []
    fates: defaultdict[int, list[_Fate]] = defaultdict(list)
    for state in states:
        pk, today = state.habit_id, days[state.user_id].today.toordinal()
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


def _close_plain(portion: Sequence[_Ending]) -> set[int]:
    """Close the day of what can be folded as arrays, users of one day together: those a day ahead come first.

    Where days differ, states are locked one group of users after another; nobody else locks those of several users.
    """
    alike: defaultdict[int, list[_Ending]] = defaultdict(list)
    for one in portion:
        alike[one.day.today.toordinal()].append(one)
    closed: set[int] = set()
    for today, those in alike.items():
        weeks = {one.day.user.pk: one.day.user.week_starts_on for one in those}
        closed |= close_plain([pk for one in those for pk in one.habits], weeks, today)
    return closed


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
