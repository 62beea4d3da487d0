"""The SQL of bulk imports: one statement moves a batch. The ORM would spend most of its time on making objects."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connection

if TYPE_CHECKING:
    from habits.transfer.store import Row

COLUMNS = (
    "user_id",
    "habit_id",
    "day",
    "value_milli",
    "skipped",
    "note",
    "performed_at",
    "minute",
    "source",
    "version",
    "written_at",
    "stamps",
)
_TYPES = (
    "bigint",
    "bigint",
    "date",
    "bigint",
    "boolean",
    "text",
    "timestamptz",
    "smallint",
    "text",
    "integer",
    "timestamptz",
    "text",
)
_REPLACED = ("value_milli", "skipped", "note", "performed_at", "minute", "source", "version", "written_at", "stamps")
_LISTED = ", ".join(COLUMNS)


class Current(NamedTuple):
    """An entry as it is stored."""

    id: int
    version: int
    source: str
    value_milli: int | None
    skipped: bool
    note: str
    performed_at: datetime | None

    def says(self, row: Row) -> bool:
        """Whether it says what `row` would."""
        return (self.value_milli, self.skipped, self.note, self.performed_at) == (
            row.value_milli,
            row.skipped,
            row.note,
            row.performed_at,
        )


def current(rows: Sequence[Row]) -> dict[tuple[int, date], Current]:
    """The stored entries on the days of `rows`, by habit and day."""
    if not rows:
        return {}
    pairs = [(row.habit_id, row.day) for row in rows]
    if connection.vendor == "postgresql":
        wanted = "unnest(%s::bigint[], %s::date[]) AS w(habit_id, day)"
        parameters: list[Any] = [list(column) for column in zip(*pairs, strict=True)]
    else:
        habit_id, day = ("json_extract(value, '$[0]')", "json_extract(value, '$[1]')")
        wanted = f"(SELECT {habit_id} AS habit_id, {day} AS day FROM json_each(%s)) AS w"  # noqa: S608 - our own words
        parameters = [json.dumps([(row.habit_id, row.day.isoformat()) for row in rows])]
    sql = (
        "SELECT e.habit_id, e.day, e.id, e.version, e.source, e.value_milli, e.skipped, e.note, e.performed_at "  # noqa: S608 - our own words
        f"FROM {wanted} CROSS JOIN habits_entry AS e WHERE e.habit_id = w.habit_id AND e.day = w.day"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return {(row[0], row[1]): _current(row[2:]) for row in cursor.fetchall()}


def insert(rows: Sequence[Row]) -> None:
    """Add entries; where one was made in the meantime, that one stays."""
    if not rows:
        return
    into = f"INSERT INTO habits_entry ({_LISTED})"
    ending = "ON CONFLICT (habit_id, day) DO NOTHING"
    if connection.vendor == "postgresql":
        _execute(f"{into} SELECT {_unnested(COLUMNS)} {ending}", _columns(rows))
    else:
        _execute_many(f"{into} VALUES ({', '.join(['%s'] * len(COLUMNS))}) {ending}", _plain(rows))


def replace(changes: Sequence[tuple[Current, Row]], now: datetime) -> None:
    """Overwrite entries, one version on, and keep what they were."""
    if not changes:
        return
    ids = [entry.id for entry, _ in changes]
    _keep(ids, now)
    rows = [row._replace(version=max(entry.version + 1, row.version)) for entry, row in changes]
    if connection.vendor == "postgresql":
        sets = ", ".join(f"{name} = v.{name}{'::jsonb' if name == 'stamps' else ''}" for name in _REPLACED)
        source = ", ".join(f"%s::{kind}[]" for kind in (*_TYPES, "bigint"))
        sql = f"UPDATE habits_entry AS e SET {sets} FROM unnest({source}) AS v({_LISTED}, id) WHERE e.id = v.id"  # noqa: S608 - our own words
        _execute(sql, [*_columns(rows), ids])
    else:
        sets = ", ".join(f"{name} = %s" for name in _REPLACED)
        first = len(COLUMNS) - len(_REPLACED)
        _execute_many(
            f"UPDATE habits_entry SET {sets} WHERE id = %s",  # noqa: S608 - our own words
            ((*row[first:], entry_id) for row, entry_id in zip(_plain(rows), ids, strict=True)),
        )


def _keep(ids: Sequence[int], now: datetime) -> None:
    shared = "user_id, habit_id, day, value_milli, skipped, note, performed_at, version, source, stamps, written_at"
    if connection.vendor == "postgresql":
        chosen, listed = "SELECT unnest(%s::bigint[])", list(ids)
        at: Any = now
    else:
        chosen, listed = "SELECT value FROM json_each(%s)", json.dumps(list(ids))  # type: ignore[assignment]  # one parameter either way
        at = connection.ops.adapt_datetimefield_value(now)
    _execute(
        f"INSERT INTO habits_entryrevision ({shared}, outcome, recorded_at) "  # noqa: S608 - our own words
        f"SELECT {shared}, 'replaced', %s FROM habits_entry WHERE id IN ({chosen})",
        [at, listed],
    )


def _unnested(names: Sequence[str]) -> str:
    """The batch as a table, one array a column; the stamps turn into JSON on the way."""
    selected = ", ".join(f"{name}::jsonb" if name == "stamps" else name for name in names)
    arrays = ", ".join(f"%s::{kind}[]" for kind in _TYPES)
    return f"{selected} FROM unnest({arrays}) AS v({', '.join(names)})"


def _columns(rows: Sequence[Row]) -> list[Any]:
    return [list(column) for column in zip(*rows, strict=True)]


def _plain(rows: Iterable[Row]) -> Iterator[tuple[Any, ...]]:
    """The rows as SQLite stores them."""
    instants: dict[datetime | None, str | None] = {None: None}
    for row in rows:
        for at in (row.performed_at, row.written_at):
            if at not in instants:
                instants[at] = connection.ops.adapt_datetimefield_value(at)
        yield (
            *row[:2],
            row.day.isoformat(),
            *row[3:6],
            instants[row.performed_at],
            *row[7:10],
            instants[row.written_at],
            row.stamps,
        )


def _current(columns: Sequence[Any]) -> Current:
    entry_id, version, source, value, skipped, note, performed_at = columns
    if performed_at is not None and performed_at.tzinfo is None:
        performed_at = performed_at.replace(tzinfo=UTC)  # SQLite knows no zones: Django stores UTC there
    return Current(entry_id, version, source, value, bool(skipped), note, performed_at)


def _execute(sql: str, parameters: Sequence[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)


def _execute_many(sql: str, rows: Iterable[Sequence[Any]]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(sql, list(rows))
