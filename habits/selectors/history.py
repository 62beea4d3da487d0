"""A habit's past."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from habits.domain.entry import EntryRow
from habits.domain.history import history
from habits.domain.ledger import is_done
from habits.domain.milestones import Milestone, milestones
from habits.domain.plan import Rules, is_off, plan_on, spans_of
from habits.domain.schedule import streak_unit
from habits.domain.views import DayView, History
from habits.models import Habit, Plan
from habits.selectors.entries import entry_rows, rows_since
from habits.selectors.rules import rules_of
from smarthabit.accounts.selectors import today_of
from smarthabit.accounts.user import User
from smarthabit.kernel.errors import NotFound

LONGEST_DAYS = 366 * 12
"""The most days one answer covers."""
NOTHING_ASKED = -1
"""The level of a day that is off, skipped, before the start or still to come."""
FULL = 4


def owned_habit(user: User, habit_id: int) -> Habit:
    """The user's habit of this id, with its state. Raises NotFound."""
    habit = Habit.objects.owned_by(user).select_related("state").filter(pk=habit_id).first()
    if habit is None:
        raise NotFound
    return habit


def history_of(
    user: User, habit_id: int, now: datetime, first: date | None = None, last: date | None = None
) -> History:
    """The days first..last of a habit with their states, streak and strength, and the units that touch them."""
    habit = owned_habit(user, habit_id)
    rules = rules_of(user, [habit])[habit.pk]
    return history(
        rules,
        entry_rows(habit.pk),
        first.toordinal() if first else None,
        last.toordinal() if last else None,
        today_of(user, now).toordinal(),
    )


def whole_past(user: User, habit: Habit, now: datetime) -> tuple[History, list[Milestone]]:
    """All days of a habit (with its state selected) up to today, and the milestones among them, the latest first."""
    rules, today = rules_of(user, [habit])[habit.pk], today_of(user, now)
    past = history(rules, entry_rows(habit.pk), None, None, today.toordinal())
    unit = streak_unit(plan_on(rules, today).schedule)
    return past, milestones(past.days, today, kind=rules.kind, unit=unit, totals=bool(habit.unit))


def day_views(user: User, habit_id: int, days: Sequence[date], now: datetime) -> dict[date, DayView]:
    """These days of a habit, each as it came out."""
    if not days:
        return {}
    past = history_of(user, habit_id, now, min(days), max(days))
    wanted = set(days)
    return {view.day: view for view in past.days if view.day in wanted}


def plans_of(user: User, habit_id: int) -> list[Plan]:
    """All plan versions of a habit, the earliest first."""
    habit = owned_habit(user, habit_id)
    return list(Plan.objects.owned_by(user).filter(habit=habit).order_by("effective_from"))


def day_levels(user: User, habits: Sequence[Habit], first: date, last: date, now: datetime) -> dict[int, list[int]]:
    """For each habit a level 0-4 for every day first..last: how much of the target was done; or NOTHING_ASKED."""
    rules = rules_of(user, habits)
    rows = rows_since([(habit.pk, first.toordinal()) for habit in habits])
    today = today_of(user, now).toordinal()
    days = range(first.toordinal(), last.toordinal() + 1)
    return {habit.pk: _levels(rules[habit.pk], rows[habit.pk], days, today) for habit in habits}


def _levels(rules: Rules, rows: Sequence[EntryRow], days: range, today: int) -> list[int]:
    by_day = {row.day: row for row in rows}
    spans = spans_of(rules)
    levels = []
    for day in days:
        while len(spans) > 1 and spans[1].first <= day:
            spans.pop(0)
        row = by_day.get(day)
        if row is None:
            silent = NOTHING_ASKED if day > today or is_off(rules, day) else 0
            levels.append(FULL if silent == 0 and rules.kind == "limit" and day < today else silent)
        elif row.skipped or day > today:
            levels.append(NOTHING_ASKED)
        elif is_done(rules.kind, spans[0].schedule, spans[0].target, row.value):
            levels.append(FULL)
        else:
            levels.append(_part(rules, row.value or 0, spans[0].target))
    return levels


def _part(rules: Rules, value: int, target: int) -> int:
    """The level of a day that was not done: thirds of the target on the way up, nothing for a limit that broke."""
    if rules.kind == "limit" or target == 0:
        return 0
    return min(FULL - 1, value * FULL // target)
