"""From rows to the rules a history is judged by."""

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, time
from functools import lru_cache
from typing import Any

from django.db.models import Q

from habits.domain.plan import FOREVER, Off, Plan, Rules, merge_off
from habits.domain.schedule import Schedule, parse_schedule
from habits.models import Habit, Pause
from habits.models import Plan as PlanRow
from smarthabit.accounts.user import User

PauseRow = tuple[int | None, date, date | None]
_MOST_KEPT = 20_000
_kept: dict[tuple[int, int, int], Rules] = {}


@lru_cache(maxsize=4096)
def _parsed(text: str) -> Schedule:
    return parse_schedule(json.loads(text))


def schedule_of(stored: Any) -> Schedule:
    """The schedule a plan's JSON stands for. Few distinct ones exist, so they are kept parsed."""
    return _parsed(json.dumps(stored, sort_keys=True))


def plan_of(effective_from: date, schedule: Any, target: int, freezes: bool, preferred_time: time | None) -> Plan:
    """A plan row as the domain knows it."""
    return Plan(effective_from, schedule_of(schedule), target, freezes, preferred_time)


def off_days(habit: Habit, pauses: Iterable[PauseRow]) -> Off:
    """The days on which nothing is asked of ``habit``: its pauses, the account's, and the time after archiving."""
    intervals = [
        (start.toordinal(), end.toordinal() if end else FOREVER)
        for habit_id, start, end in pauses
        if habit_id is None or habit_id == habit.pk
    ]
    if habit.archived_on:
        intervals.append((habit.archived_on.toordinal() + 1, FOREVER))
    return merge_off(intervals)


def rules_of(user: User, habits: Iterable[Habit]) -> dict[int, Rules]:
    """The rules of each habit (with its state selected), by its id; two queries for those that are not kept."""
    return rules_for([(user, habit) for habit in habits])


def rules_for(owned: Iterable[tuple[User, Habit]]) -> dict[int, Rules]:
    """The same for habits of several people; two queries for those that are not kept, however many people there are.

    Rules are kept in the process under a key that the state holds and every change of plans or pauses replaces, so
    that one process never judges by rules that another has changed.
    """
    rules = {}
    unknown = []
    for user, habit in owned:
        known = _kept.get((habit.pk, habit.state.rules_key, user.week_starts_on)) if habit.state.rules_key else None
        if known is None:
            unknown.append((user, habit))
        else:
            rules[habit.pk] = known
    if unknown:
        rules.update(_looked_up(unknown))
    return rules


def _looked_up(owned: list[tuple[User, Habit]]) -> dict[int, Rules]:
    ids = [habit.pk for _, habit in owned]
    plans: defaultdict[int, list[Plan]] = defaultdict(list)
    rows = PlanRow.objects.filter(habit_id__in=ids).order_by("effective_from")
    for habit_id, *columns in rows.values_list(
        "habit_id", "effective_from", "schedule", "target_milli", "freezes", "preferred_time"
    ):
        plans[habit_id].append(plan_of(*columns))
    pauses: defaultdict[int, list[PauseRow]] = defaultdict(list)
    theirs = Pause.objects.filter(Q(habit_id=None) | Q(habit_id__in=ids), user_id__in={user.pk for user, _ in owned})
    for user_id, habit_id, starts_on, ends_on in theirs.order_by().values_list(
        "user_id", "habit_id", "starts_on", "ends_on"
    ):
        pauses[user_id].append((habit_id, starts_on, ends_on))
    rules = {habit.pk: _rules(user, habit, plans[habit.pk], pauses[user.pk]) for user, habit in owned}
    for user, habit in owned:
        keep_rules(user, habit, rules[habit.pk])
    return rules


def keep_rules(user: User, habit: Habit, rules: Rules) -> None:
    """Remember the rules under the key of the habit's state, if it has one."""
    if not habit.state.rules_key:
        return
    if len(_kept) >= _MOST_KEPT:
        _kept.clear()
    _kept[habit.pk, habit.state.rules_key, user.week_starts_on] = rules


def _rules(user: User, habit: Habit, plans: list[Plan], pauses: list[PauseRow]) -> Rules:
    return Rules(
        kind="limit" if habit.kind == Habit.Kind.LIMIT else "build",
        started_on=habit.started_on,
        plans=tuple(plans),
        off=off_days(habit, pauses),
        week_starts_on=user.week_starts_on,
    )
