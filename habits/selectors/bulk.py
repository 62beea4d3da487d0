"""What every history says about the next day, for jobs that go through all users: no entry and no rule is read."""

from __future__ import annotations

from typing import Final

from django.db import connection

from habits.domain.evidence import SIZE, Evidence
from smarthabit.kernel.bulk import Column, Rows, fetch_rows

COLUMNS: Final = (
    Column("user", "bigint"),
    Column("habit", "bigint"),
    Column("limit", "bigint"),
    Column("through", "day"),
    Column("evidence", "bytes", SIZE),
)
_BLANK: Final = Evidence().to_bytes()
_SELECT: Final = """
SELECT state.user_id, state.habit_id,
  CAST(CASE WHEN habit.kind = 'limit' THEN 1 ELSE 0 END AS bigint), state.evidence_through,
  CASE WHEN length(state.evidence) = %s THEN state.evidence ELSE %s END
FROM habits_habitstate state JOIN habits_habit habit ON habit.id = state.habit_id
WHERE state.user_id BETWEEN %s AND %s AND state.evidence_through IS NOT NULL AND habit.archived_on IS NULL
ORDER BY state.user_id, state.habit_id
"""
_COUNT: Final = """
SELECT user_id, COUNT(*) FROM habits_habitstate WHERE user_id BETWEEN %s AND %s GROUP BY user_id
"""


def habits_of_users(first: int, last: int) -> dict[int, int]:
    """How many habits, put away or not, each user has whose id lies between these two, where there are any."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [first, last])
        return dict(cursor.fetchall())


def evidence_of_users(first: int, last: int) -> Rows:
    """The stored evidence of all habits in use whose users' ids lie between these two, by users and habits.

    `limit` is 1 for limits; `through` is the day up to which it has seen all. A state that was never moved on is left
    out.
    """
    return fetch_rows(_SELECT, [SIZE, _BLANK, first, last], COLUMNS)
