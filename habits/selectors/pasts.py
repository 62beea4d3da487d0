"""Several habits' pasts at once, from a day of each on: for the apps above, which reckon with more than one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, QuerySet

from habits.domain.closing import move_on
from habits.domain.entry import EntryRow
from habits.domain.fold import Fold, carried, needs_from, start
from habits.domain.history import history
from habits.domain.opening import lay_today
from habits.domain.plan import Rules
from habits.domain.streak import Tally
from habits.domain.views import History
from habits.models import Habit
from habits.selectors.entries import rows_since
from habits.selectors.rules import rules_of
from habits.selectors.states import stored_folds
from smarthabit.accounts.selectors import today_of
from smarthabit.accounts.user import User
from smarthabit.kernel.among import among


@dataclass(frozen=True, slots=True)
class Past:
    """A habit's days and units up to today, at least from the wanted day on; from its first one if nothing is kept.

    It was told from ``base``, a fold of days before, and the entries after it.
    """

    habit: Habit
    rules: Rules
    history: History
    base: Fold
    rows: Sequence[EntryRow]
    today: int

    def tally(self) -> Tally:
        """The streak with its freezes as of today."""
        carry = carried(self.rules, self.base)
        move_on(self.rules, carry, self.rows, self.today - 1, None)
        lay_today(self.rules, carry, self.rows, self.today, None)
        return carry.tally


def owned_habits(user: User, ids: Sequence[int] | None = None, *, most: int | None = None) -> list[Habit]:
    """The user's habits in use, in their order; or those that are named, archived or not."""
    habits = Habit.objects.owned_by(user).select_related("state")
    habits = habits.active() if ids is None else habits.filter(pk__in=ids)
    return list(habits[:most])


def habits_in_use(user: User) -> QuerySet[Habit]:
    """The same as a list to take pages of, with their states."""
    return Habit.objects.owned_by(user).select_related("state").active()


def every_habit(user: User) -> list[Habit]:
    """All habits of the user with their states, those put away too, in their order."""
    return list(Habit.objects.owned_by(user).select_related("state"))


def first_habits(user: User, most: int) -> tuple[list[Habit], bool]:
    """The same, but of more than ``most`` only the first ones, those in use before those put away.

    Says, too, whether some are left out.
    """
    in_use_first = F("archived_on").asc(nulls_first=True), "position", "id"
    found = list(Habit.objects.owned_by(user).select_related("state").order_by(*in_use_first)[: most + 1])
    return sorted(found[:most], key=lambda habit: (habit.position, habit.pk)), len(found) > most


def named_habits(user: User, ids: Collection[int]) -> dict[int, Habit]:
    """Those of the user's habits that are named, by id, without their states; put away or not."""
    return {habit.pk: habit for habit in Habit.objects.owned_by(user).filter(among("pk", ids))}


def pasts_of(user: User, wanted: Sequence[tuple[Habit, int]], now: datetime) -> dict[int, Past]:
    """The pasts of these habits of the user (with their states selected), each from an ordinal day on (1: all of it).

    Takes one query for the entries, and two more where rules have to be looked up.
    """
    since = {habit.pk: first for habit, first in wanted}
    habits = {habit.pk: habit for habit, _ in wanted}
    rules = rules_of(user, habits.values())
    today = today_of(user, now).toordinal()
    bases = {pk: _base(habit, rules[pk], since[pk], today) for pk, habit in habits.items()}
    rows = rows_since([(pk, needs_from(base)) for pk, base in bases.items()])
    return {pk: _past(habit, rules[pk], bases[pk], rows[pk], today) for pk, habit in habits.items()}


def _base(habit: Habit, rules: Rules, since: int, today: int) -> Fold:
    """The fold that closed days before ``since`` only: the anchor of some weeks ago, or none."""
    folds = stored_folds(habit.state, rules)
    if folds is not None and folds.anchor.through is not None and folds.anchor.through < min(since, today):
        return folds.anchor
    return start(rules)


def _past(habit: Habit, rules: Rules, base: Fold, rows: Sequence[EntryRow], today: int) -> Past:
    first = None if base.through is None else base.through + 1
    return Past(habit, rules, history(rules, rows, first, None, today, base=base), base, rows, today)
