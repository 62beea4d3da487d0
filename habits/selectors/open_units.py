"""What is still open right now, of many people at once: for whoever speaks to all whose time has come."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from habits.domain.entry import EntryRow
from habits.domain.fold import Fold, needs_from, read, start
from habits.domain.history import history
from habits.domain.plan import Plan, Rules, is_off, plan_on
from habits.domain.states import DayState, UnitState
from habits.domain.views import Snapshot
from habits.models import Habit
from habits.selectors.entries import rows_since
from habits.selectors.rules import rules_for
from habits.selectors.states import stored_folds
from smarthabit.accounts.selectors import today_of
from smarthabit.accounts.user import User

MOST_HABITS = 200
"""Habits of one person that are looked at, the first ones in their order: each is read from weeks of entries."""
LOOK_BACK = 14
"""Days in which a run of misses is counted."""
_HABITS_AT_ONCE = 300  # SQLite takes no deeper a query


@dataclass(frozen=True, slots=True)
class Standing:
    """A habit as it stands today. ``missed_run`` counts the units missed in a row before today's, recent ones only."""

    habit: Habit
    plan: Plan
    snapshot: Snapshot
    paused: bool
    missed_run: int

    @property
    def open(self) -> bool:
        """Whether something is still to be done today."""
        today = self.snapshot.today
        return today.due and not today.skipped and today.state is DayState.PENDING and not self.paused


def standings_of(
    users: Sequence[User], now: datetime, *, ids: Sequence[int] | None = None
) -> dict[int, list[Standing]]:
    """What each user builds (habits in use that are not limits), in their order, as of now; by the user's id.

    The number of queries grows with the hundreds of habits, not with the people. Of very many habits of one person the
    first ones are told, unless ``ids`` names single ones.
    """
    habits = Habit.objects.filter(user_id__in=[user.pk for user in users], kind=Habit.Kind.BUILD).active()
    if ids is not None:
        habits = habits.filter(pk__in=ids)
    else:
        place = Window(RowNumber(), partition_by=[F("user_id")], order_by=[F("position").asc(), F("id").asc()])
        numbered: Any = habits.annotate(place=place)
        habits = numbered.filter(place__lte=MOST_HABITS)
    by_id = {user.pk: user for user in users}
    owned = [(by_id[habit.user_id], habit) for habit in habits.select_related("state")]
    found: defaultdict[int, list[Standing]] = defaultdict(list)
    for at in range(0, len(owned), _HABITS_AT_ONCE):
        for standing in _standings(owned[at : at + _HABITS_AT_ONCE], now):
            found[standing.habit.user_id].append(standing)
    return found


def _standings(owned: Sequence[tuple[User, Habit]], now: datetime) -> Iterator[Standing]:
    rules = rules_for(owned)
    todays = {user.pk: today_of(user, now) for user, _ in owned}
    bases = {habit.pk: _base(habit, rules[habit.pk], todays[user.pk].toordinal() - LOOK_BACK) for user, habit in owned}
    rows = rows_since([(pk, needs_from(base)) for pk, base in bases.items()])
    for user, habit in owned:
        today, mine = todays[user.pk], rules[habit.pk]
        snapshot = read(mine, bases[habit.pk], rows[habit.pk], today.toordinal())
        due = snapshot.today.due
        missed = _missed_run(mine, bases[habit.pk], rows[habit.pk], today.toordinal()) if due else 0
        yield Standing(habit, plan_on(mine, today), snapshot, is_off(mine, today.toordinal()), missed)


def _base(habit: Habit, rules: Rules, first: int) -> Fold:
    folds = stored_folds(habit.state, rules)
    if folds is not None and folds.anchor.through is not None and folds.anchor.through < first:
        return folds.anchor
    return start(rules)


def _missed_run(rules: Rules, base: Fold, rows: Sequence[EntryRow], today: int) -> int:
    run = 0
    units = history(rules, rows, today - LOOK_BACK, today, today, base=base).units
    for unit in reversed(units):
        if unit.state is UnitState.MISSED:
            run += 1
        elif unit.state in {UnitState.KEPT, UnitState.FROZEN}:
            break
    return run
