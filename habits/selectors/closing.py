"""What closing one day of many habits needs, in few columns: the states, the plans in force, and what was stated."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, Final, NamedTuple

from django.db import connection

from habits.domain import fold
from habits.domain.evidence import SIZE, is_packed
from habits.domain.schedule import DaySchedule, Interval, Monthdays, Weekdays, due_days, parse_schedule
from habits.domain.strength import pace_of
from smarthabit.kernel.among import among_sql

_PLAIN_KEYS: Final = {"v", "through", "streak", "strength"}
_PIECES: Final = {
    "postgresql": {
        "fold": "state.fold::text",
        "anchored": "(state.anchor->>'v')::int, (state.anchor->>'through')::int",
        "schedule": "plan.schedule::text",
    },
    "sqlite": {
        "fold": "state.fold",
        "anchored": "json_extract(state.anchor, '$.v'), json_extract(state.anchor, '$.through')",
        "schedule": "plan.schedule",
    },
}
# By itself: what waits for a lock reads of other tables what they held before it waited.
_LOCK: Final = """
SELECT habit_id FROM habits_habitstate WHERE habit_id {among} ORDER BY habit_id FOR UPDATE
"""
_STATES: Final = """
SELECT state.habit_id, state.user_id, state.week_starts_on, habit.kind, {fold}, {anchored}, state.evidence,
  state.anchor_evidence,
  state.through = %s AND state.evidence_through = %s AND state.rules_key <> 0 AND habit.started_on <= %s
  AND NOT EXISTS (
    SELECT 1 FROM habits_pause pause WHERE pause.user_id = state.user_id
      AND (pause.habit_id IS NULL OR pause.habit_id = state.habit_id)
      AND pause.starts_on <= %s AND (pause.ends_on IS NULL OR pause.ends_on >= %s))
FROM habits_habitstate state JOIN habits_habit habit ON habit.id = state.habit_id
WHERE state.habit_id {among} ORDER BY state.habit_id
"""
_PLANS: Final = """
SELECT plan.habit_id, {schedule}, plan.target_milli, plan.freezes, plan.effective_from <= %s
FROM habits_plan plan WHERE plan.habit_id {among} ORDER BY plan.effective_from
"""
_ENTRIES: Final = """
SELECT habit_id, value_milli, skipped, minute FROM habits_entry WHERE day = %s AND habit_id {among}
"""


class PlainState(NamedTuple):
    """A state that lacks nothing but the day, on a schedule made of days. ``streak`` is that of the stored fold."""

    habit_id: int
    user_id: int
    limit: bool
    streak: Sequence[int | None]
    strength: float
    evidence: bytes


class InForce(NamedTuple):
    """The plan of the day: whether it asks for it, and how it moves the strength."""

    due: bool
    target: int
    freezes: bool
    held: float
    gained: float


def lock_and_find_plain(
    habit_ids: Sequence[int], weeks: Mapping[int, int], day: int, anchored_since: int
) -> list[PlainState]:
    """Lock the states of these habits; those among them that have closed all days before ``day`` and fold by days.

    ``weeks`` tells each user's first weekday. Left out is whatever is out of the ordinary: a pause on the day, an
    anchor that is older than ``anchored_since``, a form that is no longer written.
    """
    if connection.features.has_select_for_update:
        _rows(_LOCK, [], habit_ids)
    before, on = date.fromordinal(day - 1).isoformat(), date.fromordinal(day).isoformat()
    found = []
    for pk, user_id, week, kind, stored, version, anchored, evidence, anchor_evidence, fresh in _rows(
        _STATES, [before, before, on, on, on], habit_ids
    ):
        if not fresh or week != weeks[user_id] or version != fold.VERSION or (anchored or 0) < anchored_since:
            continue
        held = json.loads(stored)
        if held.keys() == _PLAIN_KEYS and held["v"] == fold.VERSION and _readable(evidence, anchor_evidence):
            found.append(PlainState(pk, user_id, kind == "limit", held["streak"], held["strength"], bytes(evidence)))
    return found


def _readable(evidence: bytes, anchored: bytes) -> bool:
    return len(evidence) == SIZE and is_packed(evidence) and is_packed(anchored)


def plans_in_force(habit_ids: Collection[int], day: int) -> dict[int, InForce]:
    """The plan of each habit on ``day``; habits that ever had a schedule not made of days are left out."""
    found: dict[int, InForce] = {}
    others = set()
    on = date.fromordinal(day).isoformat()
    for pk, text, target, freezes, begun in _rows(_PLANS, [on], habit_ids):
        moves = _moves(text, day)
        if moves is None:
            others.add(pk)
        elif begun or pk not in found:
            found[pk] = InForce(moves[0], target, bool(freezes), moves[1], moves[2])
    return {pk: plan for pk, plan in found.items() if pk not in others}


def entries_on(habit_ids: Collection[int], day: int) -> dict[int, tuple[int | None, bool, int | None]]:
    """What was stated about these habits on ``day``: value, skipped, minute."""
    rows = _rows(_ENTRIES, [date.fromordinal(day).isoformat()], habit_ids)
    return {pk: (value, bool(skipped), minute) for pk, value, skipped, minute in rows}


@lru_cache(maxsize=4096)
def _moves(text: str, day: int) -> tuple[bool, float, float] | None:
    """Whether a stored schedule asks for the day, and its pace; None for one that is not made of days."""
    schedule = parse_schedule(json.loads(text))
    if not isinstance(schedule, (Weekdays, Interval, Monthdays)):
        return None
    pace = pace_of(schedule)
    return _is_due(schedule, day), pace.held, pace.gained


def _is_due(schedule: DaySchedule, day: int) -> bool:
    return len(due_days(schedule, day, day)) == 1


def _rows(sql: str, values: list[Any], habit_ids: Collection[int]) -> list[Any]:
    among, ids = among_sql(habit_ids)
    with connection.cursor() as cursor:
        cursor.execute(sql.format(among=among, **_PIECES[connection.vendor]), [*values, *ids])
        rows: list[Any] = cursor.fetchall()
    return rows
