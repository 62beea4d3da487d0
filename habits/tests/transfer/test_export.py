"""Exports: whole, harmless in spreadsheets, and never held in memory as a whole."""

import csv
import io
import json
import tracemalloc
import zipfile
from datetime import timedelta

import pytest

from habits.models import Entry
from habits.services import EntryChange, record_entry
from habits.tests.conftest import NOON, MakeHabit
from habits.tests.transfer.conftest import Import, stored
from habits.transfer import export_json as module
from habits.transfer.export_csv import export_csv
from habits.transfer.export_json import export_json
from smarthabit.accounts.user import User

TODAY = NOON.date()


def tables(user: User) -> dict[str, list[dict[str, str]]]:
    with zipfile.ZipFile(io.BytesIO(b"".join(export_csv(user)))) as archive:
        assert archive.testzip() is None
        return {
            name: list(csv.DictReader(io.StringIO(archive.read(name).decode(), newline="")))
            for name in archive.namelist()
        }


def test_tables_of_habits_and_days(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit("Run", unit="km", target_milli=5500, tags=("b", "a"))
    change = EntryChange(value_milli=2500, note='far, "fast"\nand wet', performed_at=NOON)
    record_entry(user=user, habit_id=habit.pk, day=TODAY, change=change, now=NOON)
    record_entry(user=user, habit_id=habit.pk, day=TODAY - timedelta(1), change=EntryChange(skipped=True), now=NOON)
    found = tables(user)
    assert found["habits.csv"][0] | {"schedule": ""} == {
        "habit": "Run",
        "kind": "build",
        "unit": "km",
        "target": "5.5",
        "schedule": "",
        "tags": "a, b",
        "started_on": "2026-03-01",
        "archived_on": "",
        "why": "",
        "cue": "",
        "colour": "teal",
    }
    first, second = found["entries.csv"]
    assert (first["date"], first["value"], first["status"]) == ("2026-03-17", "", "skipped")
    assert (second["value"], second["note"], second["performed_at"]) == (
        "2.5",
        'far, "fast"\nand wet',
        "2026-03-18T12:00:00Z",
    )


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+1+1", "-1+1", "@x", "＝1"])
def test_cells_that_look_like_formulas_are_guarded_and_numbers_are_not(
    user: User, make_habit: MakeHabit, text: str
) -> None:
    habit = make_habit(text, why=text)
    record_entry(user=user, habit_id=habit.pk, day=TODAY, change=EntryChange(value_milli=1000, note=text), now=NOON)
    found = tables(user)
    assert found["habits.csv"][0]["habit"] == found["habits.csv"][0]["why"] == f"'{text}"
    assert found["entries.csv"][0] | {"performed_at": "", "source": ""} == {
        "habit": f"'{text}",
        "date": "2026-03-18",
        "value": "1",
        "status": "",
        "note": f"'{text}",
        "performed_at": "",
        "source": "",
    }


def test_the_table_of_days_can_be_read_back(user: User, make_habit: MakeHabit, import_file: Import) -> None:
    habit = make_habit("=Run", unit="km", target_milli=5500)
    for back, value in enumerate([500, 2500, 1000]):
        day = TODAY - timedelta(days=back)
        record_entry(user=user, habit_id=habit.pk, day=day, change=EntryChange(value_milli=value, note="+1"), now=NOON)
    content = b"".join(export_csv(user))
    before = stored(user)
    Entry.objects.all().delete()
    job = import_file(content)
    assert (job.format, job.report["refused"], stored(user)) == ("csv", [], before)


def test_an_empty_account_exports_too(user: User) -> None:
    document = json.loads(b"".join(export_json(user)))
    assert (document["format"], document["version"], document["habits"]) == ("smarthabit", 2, [])
    assert document["profile"]["email"] == "ada@example.org"
    assert tables(user) == {"habits.csv": [], "entries.csv": []}


def test_nobody_elses_rows_are_in_it(user: User, stranger: User, make_habit: MakeHabit) -> None:
    habit = make_habit("Hers", owner=stranger)
    record_entry(user=stranger, habit_id=habit.pk, day=TODAY, change=EntryChange(value_milli=1000), now=NOON)
    assert json.loads(b"".join(export_json(user)))["habits"] == []
    assert tables(user)["entries.csv"] == []


def test_exports_are_written_as_they_are_read(user: User, import_file: Import, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "HABITS_AT_ONCE", 2)
    lines = "".join(
        f"H{habit},{TODAY - timedelta(days=back)},1,{'n' * 200}\n" for habit in range(5) for back in range(1000)
    )
    import_file(f"habit,date,value,note\n{lines}")
    for export in (export_json, export_csv):
        tracemalloc.start()
        size = sum(map(len, export(user)))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 3_500_000, (export, size, peak)
    document = json.loads(b"".join(export_json(user)))
    assert [len(habit["entries"]) for habit in document["habits"]] == [1000] * 5
