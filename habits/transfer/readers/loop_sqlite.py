"""Loop Habit Tracker's backup, an SQLite database of any version since 9: opened to be read, trusted with nothing."""

import sqlite3
import time as stopwatch
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import time
from pathlib import Path
from typing import Any, Final

from habits.transfer.limits import MIB, NOTE_LENGTH, Limits
from habits.transfer.neutral import (
    FileRefusedError,
    ImportedEntry,
    ImportedHabit,
    ImportedRevision,
    Refusal,
    Refuse,
    Tally,
)
from habits.transfer.readers import cells, loop
from habits.transfer.readers.records import SeenDays

MAGIC: Final = b"SQLite format 3\x00"
_HABIT_COLUMNS: Final = (
    "id",
    "name",
    "archived",
    "color",
    "description",
    "freq_den",
    "freq_num",
    "position",
    "reminder_hour",
    "reminder_min",
    "type",
    "target_type",
    "target_value",
    "unit",
    "question",
    "uuid",
)
_ENTRY_COLUMNS: Final = ("habit", "timestamp", "value", "notes")
_TEXTS: Final = {"name": 500, "description": 2000, "question": 2000, "unit": 100, "uuid": 64, "notes": NOTE_LENGTH + 1}
"""Of these columns only so many characters are read."""
_DESCRIPTION_WAS_QUESTION: Final = 23
_READS: Final = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ}
_PRAGMAS: Final = {"user_version", "table_info"}
_STEPS: Final = 50_000
"""Virtual machine steps between two looks at the watch."""


class LoopSqlite:
    """The database file as a source."""

    format = "loop_sqlite"

    def __init__(self, path: Path, limits: Limits) -> None:
        self.habits: list[ImportedHabit] = []
        self.extras: dict[str, Any] = {}
        self._limits = limits
        self._numerical: list[bool] = []
        self._index: dict[int, int] = {}
        self._unnamed: list[Refusal] = []
        self._connection = _connect(path)
        self._deadline = 0.0
        self._connection.set_progress_handler(self._too_late, _STEPS)
        try:
            self._prepare()
        except sqlite3.Error as error:
            self.close()
            raise self._refused(error) from error
        except FileRefusedError:
            self.close()
            raise

    def rows(self, refuse: Refuse) -> Iterator[ImportedEntry]:
        """The repetitions in the order in which they were stored; of a day that is there twice the first counts."""
        for refusal in self._unnamed:
            refuse(refusal)
        seen = SeenDays()
        query = f"SELECT rowid, {self._entry_columns} FROM Repetitions ORDER BY rowid"  # noqa: S608 - our own names
        try:
            for row, *columns in self._query(query):
                try:
                    entry = self._entry(row, columns, refuse)
                    if entry is None:
                        continue
                    seen.take(entry.habit, entry.day)
                except cells.BadCellError as error:
                    refuse(Refusal("Repetitions", row, error.code, error.detail))
                else:
                    yield entry
        except sqlite3.Error as error:
            raise self._refused(error) from error

    def revisions(self, refuse: Refuse) -> Iterator[ImportedRevision]:  # noqa: ARG002 - as every source
        """None: the format knows no history of entries."""
        return iter(())

    def settle(self, tallies: Mapping[int, Tally]) -> None:
        """Each habit starts on its first known entry."""
        for index, habit in enumerate(self.habits):
            tally = tallies.get(index)
            habit.started_on = tally.first if tally else None
            loop.anchored(habit)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def _query(self, sql: str) -> Iterator[tuple[Any, ...]]:
        self._deadline = stopwatch.monotonic() + self._limits.seconds
        return self._connection.execute(sql)

    def _too_late(self) -> bool:
        return stopwatch.monotonic() > self._deadline

    def _refused(self, error: sqlite3.Error) -> FileRefusedError:
        return FileRefusedError("too_slow" if "interrupted" in str(error) else "broken_sqlite")

    def _prepare(self) -> None:
        tables = {
            str(name).lower()
            for name, kind, sql in self._query("SELECT name, type, sql FROM sqlite_master")
            if kind == "table" and not str(sql).lstrip().upper().startswith("CREATE VIRTUAL")
        }
        if not {"habits", "repetitions"} <= tables:
            raise FileRefusedError("not_loop")
        self._version = int(next(self._query("PRAGMA user_version"))[0])
        self._entry_columns = self._columns("Repetitions", _ENTRY_COLUMNS, {"value": str(loop.YES_MANUAL)})
        columns = self._columns("Habits", _HABIT_COLUMNS, {})
        named: Counter[str] = Counter()
        for row in self._query(f"SELECT {columns} FROM Habits ORDER BY position, id"):  # noqa: S608 - our own names
            if len(self.habits) >= self._limits.foreign_habits:
                raise FileRefusedError("too_many_habits", self._limits.foreign_habits)
            self._add(dict(zip(_HABIT_COLUMNS, row, strict=True)), named)

    def _columns(self, table: str, wanted: tuple[str, ...], otherwise: Mapping[str, str]) -> str:
        """The wanted columns as SQL; one that this version of the schema lacks reads as NULL or its old meaning."""
        there = {str(row[1]).lower() for row in self._query(f"PRAGMA table_info({table})")}
        if not {wanted[0], wanted[1]} <= there:
            raise FileRefusedError("not_loop")
        return ", ".join(_shortened(name) if name in there else otherwise.get(name, "NULL") for name in wanted)

    def _add(self, row: dict[str, Any], named: Counter[str]) -> None:
        numerical, limit = row["type"] == 1, row["type"] == 1 and row["target_type"] == 1
        name, description, question = (_text(row[column]) for column in ("name", "description", "question"))
        if self._version < _DESCRIPTION_WAS_QUESTION and not question:
            question, description = description, ""
        plan = loop.plan_of(
            _whole(row["freq_num"], 1),
            _whole(row["freq_den"], 1),
            row["target_value"],
            numerical=numerical,
            kind="limit" if limit else "build",
            at=_reminder(row["reminder_hour"], row["reminder_min"]),
        )
        by_name = loop.name_key(name.strip(), named[name.strip()])
        named[name.strip()] += 1
        uuid = cells.line_of(_text(row["uuid"]), 64)
        habit = loop.habit_of(
            key=f"loop:{uuid}" if uuid else by_name,
            name=name,
            question=question,
            description=description,
            numerical=numerical,
            limit=limit,
            unit=_text(row["unit"]),
            plan=plan,
        )
        habit.aliases = (by_name,) if uuid else ()
        habit.position = len(self.habits) + 1
        if not habit.name:
            habit.name = f"{habit.position:03d}"
            self._unnamed.append(Refusal("Habits", _whole(row["id"], 0), "no_name", habit.name))
        habit.colour = loop.colour_of_index(row["color"], self._version)
        habit.archived = row["archived"] == 1
        self._index[row["id"]] = len(self.habits)
        self.habits.append(habit)
        self._numerical.append(numerical)

    def _entry(self, row: int, columns: list[object], refuse: Refuse) -> ImportedEntry | None:
        habit, stamp, number, note = columns
        index = self._index.get(habit) if isinstance(habit, int) else None
        if index is None:
            raise cells.BadCellError("unknown_habit", habit)
        if not isinstance(number, int):
            raise cells.BadCellError("bad_value", number)
        value, skipped = loop.stated(number, numerical=self._numerical[index])
        text, cut = cells.note(_text(note))
        if value is None and not skipped and not text:
            return None
        if cut:
            refuse(Refusal("Repetitions", row, "note_cut"))
        return ImportedEntry(index, "Repetitions", row, cells.day_of_timestamp(stamp), value, skipped, text)


def _connect(path: Path) -> sqlite3.Connection:
    """A connection that can do nothing but read ordinary tables."""
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)
    connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
    for limit, most in (
        (sqlite3.SQLITE_LIMIT_LENGTH, 128 * MIB),
        (sqlite3.SQLITE_LIMIT_ATTACHED, 0),
        (sqlite3.SQLITE_LIMIT_SQL_LENGTH, 100_000),
        (sqlite3.SQLITE_LIMIT_COLUMN, 200),
    ):
        connection.setlimit(limit, most)
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    connection.execute("PRAGMA mmap_size = 0")
    connection.execute("PRAGMA query_only = ON")
    connection.set_authorizer(_authorize)
    return connection


def _authorize(action: int, first: str | None, second: str | None, *_: object) -> int:
    allowed = (
        action in _READS
        or (action == sqlite3.SQLITE_PRAGMA and first in _PRAGMAS)
        or (action == sqlite3.SQLITE_FUNCTION and second == "substr")
    )
    return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY


def _shortened(column: str) -> str:
    return f"substr({column}, 1, {_TEXTS[column]})" if column in _TEXTS else column


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _whole(value: object, otherwise: int) -> int:
    return value if isinstance(value, int) else otherwise


def _reminder(hour: object, minute: object) -> time | None:
    """When Loop reminds of the habit, as the time of day that suits it."""
    if isinstance(hour, int) and 0 <= hour < 24:
        return time(hour, minute if isinstance(minute, int) and 0 <= minute < 60 else 0)
    return None
