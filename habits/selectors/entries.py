"""A habit's entries as the folds read them: as few columns and conversions as possible, years of them at a time."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

import numpy as np
from django.db import connection

from habits.domain.columns import MINUTES_AND_NONE, NOTHING, Columns
from habits.domain.entry import EntryRow
from habits.models import Entry
from smarthabit.accounts.user import User
from smarthabit.kernel.among import among_sql

_ORDINAL = {
    "sqlite": "CAST(julianday(day) - 1721424.5 AS INTEGER)",
    "postgresql": "(day - DATE '0001-01-01') + 1",
}
"""A date as its proleptic ordinal, worked out by the database: ten times cheaper than by way of date objects."""

_FEW = 50
"""Habits up to which conditions are quicker than a join; SQLite takes at most a thousand of them."""


def row_of(entry: Entry) -> EntryRow:
    """One entry as the domain knows it."""
    return EntryRow(entry.day.toordinal(), entry.value_milli, entry.skipped, entry.minute)


def entry_rows(habit_id: int, since: int = 1) -> list[EntryRow]:
    """All entries of a habit from the ordinal ``since`` on, ascending by day."""
    return rows_since([(habit_id, since)])[habit_id]


def rows_since(wanted: Sequence[tuple[int, int]]) -> dict[int, list[EntryRow]]:
    """For each (habit id, first ordinal) its entries from that day on, ascending; one query for all of them."""
    found: defaultdict[int, list[EntryRow]] = defaultdict(list)
    if not wanted:
        return found
    with connection.cursor() as cursor:
        cursor.execute(*_rows_query(wanted))
        for habit_id, *columns in cursor.fetchall():
            found[habit_id].append(EntryRow(*columns))
    return found


def _rows_query(wanted: Sequence[tuple[int, int]]) -> tuple[str, list[Any]]:
    columns = f"habit_id, {_ORDINAL[connection.vendor]}, value_milli, skipped, minute"
    if len(wanted) > _FEW and connection.vendor == "postgresql":
        ids, days = zip(*wanted, strict=True)
        made = "unnest(%s::bigint[], %s::date[]) AS wanted(habit, since)"
        values: list[Any] = [list(ids), [_iso(since) for since in days]]
    else:
        values = [value for habit_id, since in wanted for value in (habit_id, _iso(since))]
        if len(wanted) <= _FEW:
            either = " OR ".join(["(habit_id = %s AND day >= %s)"] * len(wanted))
            return f"SELECT {columns} FROM habits_entry WHERE {either} ORDER BY day", values  # noqa: S608 - no input
        listed = ", ".join(["(%s, %s)"] * len(wanted))
        made = f"(SELECT column1 AS habit, column2 AS since FROM (VALUES {listed})) AS wanted"  # noqa: S608 - no input
    joined = f"{made} JOIN habits_entry ON habit_id = wanted.habit AND day >= wanted.since"
    return f"SELECT {columns} FROM {joined} ORDER BY day", values  # noqa: S608 - no input


def all_rows(user_id: int) -> dict[int, list[EntryRow]]:
    """Every entry of a user by habit, ascending by day; one query, however many habits there are."""
    found: defaultdict[int, list[EntryRow]] = defaultdict(list)
    day = _ORDINAL[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT habit_id, {day}, value_milli, skipped, minute FROM habits_entry WHERE user_id = %s ORDER BY day",  # noqa: S608 - no input
            [user_id],
        )
        for habit_id, *columns in cursor.fetchall():
            found[habit_id].append(EntryRow(*columns))
    return found


def all_columns(user_id: int, habit_ids: Collection[int] | None = None) -> dict[int, Columns]:
    """The same as columns: three numbers a row come out of the database, and are put in order here.

    With ``habit_ids`` those of these habits of the user only.
    """
    where, parameters = among_sql(habit_ids) if habit_ids is not None else ("= %s", [user_id])
    where = f"{'user_id' if habit_ids is None else 'habit_id'} {where}"
    day, skipped = _ORDINAL[connection.vendor], f"CASE WHEN skipped THEN {MINUTES_AND_NONE} ELSE 0 END"
    when = f"({day}) * {2 * MINUTES_AND_NONE} + {skipped} + COALESCE(minute + 1, 0)"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT habit_id, {when}, COALESCE(value_milli, {NOTHING}) FROM habits_entry WHERE {where}",  # noqa: S608 - no input
            parameters,
        )
        found = np.array(cursor.fetchall(), dtype=np.int64).reshape(-1, 3)
    found = found[np.lexsort((found[:, 1], found[:, 0]))]
    ids, begins = np.unique(found[:, 0], return_index=True)
    parts = np.split(found, begins[1:])
    return {
        int(habit_id): Columns(part[:, 1].copy(), part[:, 2].copy())
        for habit_id, part in zip(ids, parts[: len(ids)], strict=True)
    }


def _iso(ordinal: int) -> str:
    return date.fromordinal(ordinal).isoformat()


def has_checked_in(user: User, times: int) -> bool:
    """Whether something was stated as done on at least so many (habit, day)s."""
    rows = Entry.objects.owned_by(user).filter(value_milli__gt=0)
    return len(rows.values_list("pk", flat=True)[:times]) >= times
