"""What closing one day of many habits needs, as arrays: the states with what was stated, and the plans in force."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, Final, NamedTuple

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from habits.domain import evidence, fold
from habits.domain.schedule import DaySchedule, Interval, Monthdays, Weekdays, due_days, parse_schedule
from habits.domain.strength import pace_of
from habits.models import Habit
from smarthabit.accounts.user import User
from smarthabit.kernel.among import among, among_sql
from smarthabit.kernel.bulk import Column, Rows, fetch_rows

NOT_STATED: Final = -1
"""Stands for a value that was not stated, and for a minute that is not known."""
_PIECES: Final = {
    "postgresql": {
        "streak": ", ".join(f"COALESCE((state.fold -> 'streak' ->> {at})::bigint, 0)" for at in range(5)),
        "strength": "(state.fold ->> 'strength')::double precision",
        "fold_version": "(state.fold ->> 'v')::int",
        "besides": "state.fold - ARRAY['v', 'through', 'streak', 'strength'] = '{}'::jsonb",
        "anchor_version": "(state.anchor ->> 'v')::int",
        "anchored": "(state.anchor ->> 'through')::int",
        "schedule": "plan.schedule::text",
    },
    "sqlite": {
        "streak": ", ".join(f"COALESCE(json_extract(state.fold, '$.streak[{at}]'), 0)" for at in range(5)),
        "strength": "json_extract(state.fold, '$.strength')",
        "fold_version": "json_extract(state.fold, '$.v')",
        "besides": "json_remove(state.fold, '$.v', '$.through', '$.streak', '$.strength') = '{}'",
        "anchor_version": "json_extract(state.anchor, '$.v')",
        "anchored": "json_extract(state.anchor, '$.through')",
        "schedule": "plan.schedule",
    },
}
# By itself: what waits for a lock reads of other tables what they held before it waited.
_LOCK: Final = """
SELECT habit_id FROM habits_habitstate WHERE habit_id {among} ORDER BY habit_id FOR UPDATE
"""
_STATES: Final = """
SELECT state.habit_id, CAST(CASE WHEN habit.kind = 'limit' THEN 1 ELSE 0 END AS bigint), {streak}, {strength},
  state.evidence, COALESCE(entry.value_milli, -1), CAST(CASE WHEN entry.skipped THEN 1 ELSE 0 END AS bigint),
  CAST(COALESCE(entry.minute, -1) AS bigint)
FROM habits_habitstate state JOIN habits_habit habit ON habit.id = state.habit_id
  JOIN {users} person ON person.id = state.user_id AND person.week_starts_on = state.week_starts_on
  LEFT JOIN habits_entry entry ON entry.habit_id = state.habit_id AND entry.day = %s
WHERE state.habit_id {among} AND state.through = %s AND state.evidence_through = %s AND state.rules_key <> 0
  AND {fold_version} = %s AND {besides} AND {anchor_version} = %s AND {anchored} >= %s
  AND length(state.evidence) = %s AND substr(state.evidence, 1, 1) = %s
  AND (length(state.anchor_evidence) = 0
    OR length(state.anchor_evidence) = %s AND substr(state.anchor_evidence, 1, 1) = %s)
  AND habit.started_on <= %s AND NOT EXISTS (
    SELECT 1 FROM habits_pause pause WHERE pause.user_id = state.user_id
      AND (pause.habit_id IS NULL OR pause.habit_id = state.habit_id)
      AND pause.starts_on <= %s AND (pause.ends_on IS NULL OR pause.ends_on >= %s))
ORDER BY state.habit_id
"""
_PLANS: Final = """
SELECT plan.habit_id, {schedule}, plan.target_milli, plan.freezes, plan.effective_from <= %s
FROM habits_plan plan WHERE plan.habit_id {among} ORDER BY plan.habit_id, plan.effective_from
"""
STREAK: Final = ("current", "longest", "since", "freezes", "run")
_COLUMNS: Final = (
    Column("habit_id", "bigint"),
    Column("limit", "bigint"),
    *(Column(name, "bigint") for name in STREAK),
    Column("strength", "real"),
    Column("evidence", "bytes", evidence.SIZE),
    Column("value", "bigint"),
    Column("skipped", "bigint"),
    Column("minute", "bigint"),
)


class InForce(NamedTuple):
    """Plans of one day, a column of each: whether they ask for it, and how they move the strength."""

    habit_id: NDArray[np.int64]
    due: NDArray[np.bool_]
    target: NDArray[np.int64]
    freezes: NDArray[np.bool_]
    held: NDArray[np.float64]
    gained: NDArray[np.float64]


def habits_in_use(user_ids: Collection[int]) -> dict[int, list[int]]:
    """The ids of the habits of these users that are not archived, by user."""
    owned: defaultdict[int, list[int]] = defaultdict(list)
    active = Habit.objects.filter(among("user_id", user_ids)).active().order_by()
    for user_id, pk in active.values_list("user_id", "pk"):
        owned[user_id].append(pk)
    return owned


def lock_and_find_plain(habit_ids: Collection[int], day: int, anchored_since: int) -> Rows:
    """Lock the states of these habits; those that have closed all days before ``day`` and fold by days, by habit.

    With each comes what was stated about the day. Left out is whatever is out of the ordinary: a pause on the day, an
    anchor that is older than ``anchored_since``, a form that is no longer written, weeks that are no longer the user's.
    """
    if connection.features.has_select_for_update:
        _rows(_LOCK, [], habit_ids)
    on, before = date.fromordinal(day).isoformat(), date.fromordinal(day - 1).isoformat()
    packed = [evidence.SIZE, bytes([evidence.VERSION])]
    listed, ids = among_sql(habit_ids)
    sql = _STATES.format(among=listed, users=User._meta.db_table, **_PIECES[connection.vendor])
    versions = [fold.VERSION, fold.VERSION, anchored_since]
    return fetch_rows(sql, [on, *ids, before, before, *versions, *packed, *packed, on, on, on], _COLUMNS)


def plans_in_force(habit_ids: Collection[int], day: int) -> InForce:
    """The plan of each habit on ``day``, by habit; habits that ever had a schedule not made of days are left out."""
    rows = _rows(_PLANS, [date.fromordinal(day).isoformat()], habit_ids)
    pks, texts, targets, freezes, begun = zip(*rows, strict=True) if rows else [()] * 5
    numbers = {text: number for number, text in enumerate(dict.fromkeys(texts))}
    moves = np.array([_moves(text, day) for text in numbers]).reshape(-1, 4)
    of_days, due, held, gained = moves[np.array([numbers[text] for text in texts], dtype=np.intp)].T
    habit_id = np.array(pks, dtype=np.int64)
    first = np.unique(habit_id, return_index=True)[1]
    in_force = first + np.maximum(np.add.reduceat(np.array(begun, dtype=np.int64), first) - 1, 0)
    at = in_force[np.logical_and.reduceat(of_days != 0, first)]
    target, frozen = np.array(targets, dtype=np.int64), np.array(freezes, dtype=np.bool_)
    return InForce(habit_id[at], due[at] != 0, target[at], frozen[at], held[at], gained[at])


@lru_cache(maxsize=4096)
def _moves(text: str, day: int) -> tuple[float, float, float, float]:
    """Of a stored schedule: whether it is made of days, whether it asks for the day (1 or 0 each), and its pace."""
    schedule = parse_schedule(json.loads(text))
    if not isinstance(schedule, (Weekdays, Interval, Monthdays)):
        return 0, 0, 1, 0
    pace = pace_of(schedule)
    return 1, _is_due(schedule, day), pace.held, pace.gained


def _is_due(schedule: DaySchedule, day: int) -> bool:
    return len(due_days(schedule, day, day)) == 1


def _rows(sql: str, values: Sequence[Any], habit_ids: Collection[int]) -> list[Any]:
    listed, ids = among_sql(habit_ids)
    with connection.cursor() as cursor:
        cursor.execute(sql.format(among=listed, **_PIECES[connection.vendor]), [*values, *ids])
        rows: list[Any] = cursor.fetchall()
    return rows
