"""Loop's database backups, of every schema since 9, and files that only look like one."""

import datetime as dt
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from habits.domain.schedule import Rolling
from habits.tests.transfer.conftest import Read
from habits.transfer.limits import Limits
from habits.transfer.neutral import FileRefusedError

BASE = ["archived", "color", "description", "freq_den", "freq_num", "name", "position", "reminder_hour", "reminder_min"]
DAY = 86_400_000


def stamp(day: str) -> int:
    return (dt.date.fromisoformat(day) - dt.date(1970, 1, 1)).days * DAY


class Backup:
    """A database as Loop of that version makes it."""

    def __init__(self, folder: Path, version: int = 25) -> None:
        self.path = folder / "loop.db"
        self.connection = sqlite3.connect(self.path)
        columns = [*BASE, "type", "target_type", "target_value", "unit"] if version >= 18 else [*BASE]
        columns += ["question"] if version >= 23 else []
        columns += ["uuid"] if version >= 24 else []
        self.run(f"CREATE TABLE Habits (id INTEGER PRIMARY KEY, {', '.join(columns)})")
        value = ", value" if version >= 16 else ""
        notes = ", notes TEXT" if version >= 25 else ""
        self.run(f"CREATE TABLE Repetitions (id INTEGER PRIMARY KEY, habit, timestamp{value}{notes})")
        self.run(f"PRAGMA user_version = {version}")

    def run(self, sql: str, *values: Any) -> None:
        self.connection.execute(sql, values)

    def habit(self, **fields: Any) -> None:
        fields = {"name": "Read", "freq_num": 1, "freq_den": 1, "position": 0, **fields}
        marks = ", ".join("?" * len(fields))
        self.run(f"INSERT INTO Habits ({', '.join(fields)}) VALUES ({marks})", *fields.values())  # noqa: S608 - ours

    def entry(self, day: str | int | None, habit: Any = 1, **fields: Any) -> None:
        fields = {"habit": habit, "timestamp": stamp(day) if isinstance(day, str) else day, **fields}
        marks = ", ".join("?" * len(fields))
        self.run(f"INSERT INTO Repetitions ({', '.join(fields)}) VALUES ({marks})", *fields.values())  # noqa: S608 - ours

    def content(self) -> bytes:
        self.connection.commit()
        self.connection.close()
        return self.path.read_bytes()


def test_values_notes_and_reminders(read: Read, tmp_path: Path) -> None:
    backup = Backup(tmp_path)
    backup.habit(
        uuid="abc", color=11, question="Did you?", description="It calms", archived=1, reminder_hour=7, reminder_min=30
    )
    for day, value in (("2024-01-05", 2), ("2024-01-04", 0), ("2024-01-03", 3), ("2024-01-02", 1), ("2024-01-01", -1)):
        backup.entry(day, value=value, notes="rain" if value == 3 else "")
    found = read(backup.content())
    habit = found.habits[0]
    assert found.format == "loop_sqlite"
    assert found.days() == {"2024-01-05": (1000, False), "2024-01-04": (0, False), "2024-01-03": (None, True)}
    assert (habit.key, habit.colour, habit.why, habit.archived) == ("loop:abc", "blue", "Did you? – It calms", True)
    assert habit.plans[0].preferred_time == dt.time(7, 30)
    assert habit.started_on == dt.date(2024, 1, 3)


def test_amounts(read: Read, tmp_path: Path) -> None:
    backup = Backup(tmp_path)
    backup.habit(type=1, target_type=0, target_value=0.5, unit="l", freq_num=1, freq_den=7)
    backup.habit(type=1, target_type=1, target_value=2, unit="")
    backup.entry("2024-01-01", value=500)
    backup.entry("2024-01-01", value=3, habit=2)
    found = read(backup.content())
    assert found.days(0) == {"2024-01-01": (500, False)}
    assert found.days(1) == {"2024-01-01": (None, True)}
    plans = [habit.plans[0] for habit in found.habits]
    assert (plans[0].schedule, plans[0].target) == (Rolling(7, None), 500)
    assert (found.habits[1].kind, plans[1].target) == ("limit", 2000)


def test_before_16_every_row_is_a_tick(read: Read, tmp_path: Path) -> None:
    backup = Backup(tmp_path, 15)
    backup.habit(description="Did you read?", color=8)
    backup.entry("2015-01-01")
    found = read(backup.content())
    assert found.days() == {"2015-01-01": (1000, False)}
    assert found.habits[0].why == "Did you read?"


@pytest.mark.parametrize(
    ("version", "index", "ours"),
    [(20, 8, "violet"), (20, 12, "grey"), (20, 40, "red"), (22, 8, "teal"), (25, 40, "teal"), (13, -16540699, "blue")],
)
def test_colours_before_and_after_the_new_palette(
    read: Read, tmp_path: Path, version: int, index: int, ours: str
) -> None:
    backup = Backup(tmp_path, version)
    backup.habit(color=index)
    assert read(backup.content()).habits[0].colour == ours


def test_a_colour_that_is_no_number(read: Read, tmp_path: Path) -> None:
    backup = Backup(tmp_path)
    backup.habit(color="red", reminder_hour=99)
    habit = read(backup.content()).habits[0]
    assert (habit.colour, habit.plans[0].preferred_time) == ("teal", None)


def test_of_a_day_that_is_there_twice_the_first_counts(read: Read, tmp_path: Path) -> None:
    backup = Backup(tmp_path, 21)
    backup.habit()
    backup.entry("2018-01-01", value=2)
    backup.entry("2018-01-01", value=0)
    found = read(backup.content())
    assert found.days() == {"2018-01-01": (1000, False)}
    assert found.reasons == [("Repetitions", 2, "repeated_day")]


def test_before_23_the_description_was_the_question_and_before_24_the_name_is_the_key(
    read: Read, tmp_path: Path
) -> None:
    backup = Backup(tmp_path, 22)
    backup.habit(description="Did you?")
    habit = read(backup.content()).habits[0]
    assert habit.why == "Did you?"
    assert habit.key.startswith("loop:name:")
    assert habit.aliases == ()


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        ({"day": "2024-01-01", "habit": 9, "value": 2}, "unknown_habit"),
        ({"day": "2024-01-01", "habit": "x", "value": 2}, "unknown_habit"),
        ({"day": "2024-01-01", "value": "two"}, "bad_value"),
        ({"day": "2024-01-01", "value": 7}, "bad_value"),
        ({"day": None, "value": 2}, "bad_day"),
        ({"day": 2**62, "value": 2}, "bad_day"),
        ({"day": -3_000_000_000_000, "value": 2}, "day_too_early"),
    ],
)
def test_a_broken_row_is_refused_and_the_rest_goes_in(
    read: Read, tmp_path: Path, entry: dict[str, Any], code: str
) -> None:
    backup = Backup(tmp_path)
    backup.habit()
    backup.entry(**entry)
    backup.entry("2024-01-02", value=2)
    found = read(backup.content())
    assert found.reasons == [("Repetitions", 1, code)]
    assert found.days() == {"2024-01-02": (1000, False)}


def test_notes_alone_and_notes_that_are_too_long(read: Read, tmp_path: Path) -> None:
    backup = Backup(tmp_path)
    backup.habit()
    backup.entry("2024-01-01", value=-1, notes="ill")
    backup.entry("2024-01-02", value=2, notes="x" * 10_000_000)
    backup.entry("2024-01-03", value=-1, notes=None)
    found = read(backup.content())
    assert [len(entry.note) for entry in found.entries] == [3, 2000]
    assert found.reasons == [("Repetitions", 2, "note_cut")]


def test_a_habit_without_a_name_gets_its_number(read: Read, tmp_path: Path) -> None:
    backup = Backup(tmp_path)
    backup.habit(name=None)
    found = read(backup.content())
    assert found.habits[0].name == "001"
    assert found.reasons == [("Habits", 1, "no_name")]


def test_another_database_is_refused(read: Read, tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "other.db")
    connection.execute("CREATE TABLE Habits (id INTEGER PRIMARY KEY, name)")
    connection.commit()
    connection.close()
    with pytest.raises(FileRefusedError, match="not_loop"):
        read((tmp_path / "other.db").read_bytes())


def test_tables_without_the_columns_are_refused(read: Read, tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "other.db")
    connection.execute("CREATE TABLE Habits (id INTEGER PRIMARY KEY, name)")
    connection.execute("CREATE TABLE Repetitions (id INTEGER PRIMARY KEY)")
    connection.commit()
    connection.close()
    with pytest.raises(FileRefusedError, match="not_loop"):
        read((tmp_path / "other.db").read_bytes())


def test_a_view_in_the_place_of_a_table_is_refused(read: Read, tmp_path: Path) -> None:
    backup = Backup(tmp_path)
    backup.run("DROP TABLE Repetitions")
    backup.run("CREATE VIEW Repetitions AS SELECT 1 AS habit, 2 AS timestamp, 2 AS value, '' AS notes")
    with pytest.raises(FileRefusedError, match="not_loop"):
        read(backup.content())


def test_damage_is_told_as_such(read: Read, tmp_path: Path) -> None:
    backup = Backup(tmp_path)
    backup.habit()
    for number in range(2000):
        backup.entry(number * DAY, value=2, notes="x" * 50)
    whole = backup.content()
    with pytest.raises(FileRefusedError, match="broken_sqlite"):
        read(whole[: len(whole) // 2])
    with pytest.raises(FileRefusedError, match="broken_sqlite"):
        read(whole[:100] + b"\xff" * 4000 + whole[4100:])


def test_a_query_that_takes_too_long_is_stopped(read: Read, tmp_path: Path) -> None:
    backup = Backup(tmp_path)
    backup.habit()
    backup.run(
        "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 30000) "
        "INSERT INTO Repetitions (habit, timestamp, value) SELECT 1, x * 86400000, 2 FROM n"
    )
    with pytest.raises(FileRefusedError, match="too_slow"):
        read(backup.content(), Limits(seconds=-1.0))


def test_too_many_habits(read: Read, tmp_path: Path) -> None:
    backup = Backup(tmp_path)
    backup.habit()
    backup.habit()
    with pytest.raises(FileRefusedError, match="too_many_habits"):
        read(backup.content(), Limits(foreign_habits=1))
