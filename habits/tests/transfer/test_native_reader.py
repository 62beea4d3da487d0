"""Our own export, when it comes back changed."""

import datetime as dt
import json
from typing import Any

import pytest

from habits.tests.transfer.conftest import Read
from habits.transfer.limits import Limits
from habits.transfer.neutral import FileRefusedError

CREATED = "2024-01-01T08:00:00Z"
ENTRY: dict[str, Any] = {"day": "2024-01-02", "value": "1", "source": "web", "version": 2, "written_at": CREATED}
PLAN: dict[str, Any] = {
    "effective_from": "2024-01-01",
    "schedule": {"type": "weekly", "times": 3},
    "target": "1",
    "freezes": True,
    "preferred_time": "07:30:00",
}
HABIT: dict[str, Any] = {
    "key": "smarthabit:1",
    "name": "Read",
    "kind": "build",
    "colour": "teal",
    "position": 1,
    "started_on": "2024-01-01",
    "archived_on": None,
    "created_at": CREATED,
    "tags": ["a", "a", " b "],
    "plans": [PLAN],
    "pauses": [],
    "entries": [ENTRY],
}


def document(*habits: dict[str, Any], **fields: Any) -> str:
    return json.dumps({"format": "smarthabit", "version": 1, "habits": list(habits), **fields})


def test_what_is_in_it(read: Read) -> None:
    found = read("\ufeff" + document(HABIT, profile={"timezone": "UTC"}))
    habit, entry = found.habits[0], found.entries[0]
    assert (habit.name, habit.tags, habit.started_on) == ("Read", ("a", "b"), dt.date(2024, 1, 1))
    assert habit.plans[0].preferred_time == dt.time(7, 30)
    assert entry.origin is not None
    assert (entry.value, entry.origin.version, entry.origin.source) == (1000, 2, "web")
    assert found.extras["profile"] == {"timezone": "UTC"}


def test_the_order_of_fields_does_not_matter(read: Read) -> None:
    text = json.dumps(json.loads(document(HABIT)), sort_keys=True)
    found = read(text)
    assert [habit.broken for habit in found.habits] == [False]
    assert len(found.entries) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"name": ""},
        {"key": ""},
        {"name": 5},
        {"name": "x" * 121},
        {"kind": "sometimes"},
        {"kind": None},
        {"colour": "mauve"},
        {"position": True},
        {"position": 1.5},
        {"started_on": 7},
        {"started_on": "soon"},
        {"created_at": "2024-01-01T08:00:00"},
        {"created_at": "2024-13-01T08:00:00Z"},
        {"created_at": "1800-01-01T08:00:00Z"},
        {"tags": "a"},
        {"tags": [1]},
        {"plans": []},
        {"plans": {}},
        {"plans": [3]},
        {"plans": [{**PLAN, "target": "0"}]},
        {"plans": [{**PLAN, "target": "-1"}]},
        {"plans": [{**PLAN, "schedule": {"type": "hourly"}}]},
        {"plans": [{**PLAN, "freezes": 1}]},
        {"plans": [{**PLAN, "preferred_time": "late"}]},
        {"plans": [{**PLAN, "preferred_time": "25:00"}]},
        {"pauses": [{"from": "2024-01-02", "to": "2024-01-01", "created_at": CREATED}]},
    ],
)
def test_a_habit_that_cannot_be_ours_is_refused_and_the_others_go_in(read: Read, change: dict[str, Any]) -> None:
    found = read(document({**HABIT, **change}, {**HABIT, "key": "smarthabit:2"}))
    assert [habit.broken for habit in found.habits] == [True, False]
    assert [reason[0] for reason in found.reasons] == ["habits[0]"]


@pytest.mark.parametrize(
    "entry",
    [
        3,
        {**ENTRY, "day": "yesterday"},
        {**ENTRY, "value": 1},
        {**ENTRY, "value": "many"},
        {**ENTRY, "skipped": "no"},
        {**ENTRY, "note": "x" * 2001},
        {**ENTRY, "source": "elsewhere"},
        {**ENTRY, "version": 0},
        {**ENTRY, "minute": 1440},
        {**ENTRY, "written_at": None},
        {**ENTRY, "stamps": []},
        {**ENTRY, "stamps": {"value": ["a", "b"]}},
        {**ENTRY, "day": "2024-01-03"},
    ],
)
def test_an_entry_that_cannot_be_ours_is_refused_and_the_others_go_in(read: Read, entry: Any) -> None:
    good = {**ENTRY, "day": "2024-01-03", "stamps": {"value": ["", "", ""]}, "performed_at": CREATED, "minute": 5}
    found = read(document({**HABIT, "entries": [good, entry]}))
    assert [(file, line) for file, line, _ in found.reasons] == [("habits[0].entries", 2)]
    assert [one.day for one in found.entries] == [dt.date(2024, 1, 3)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{}", "unknown_json"),
        ('{"data": {"habits": 1}}', "unknown_json"),
        ("[]", "unexpected_json"),
        ('{"habits": {}}', "unexpected_json"),
        ('{"habits": [1]}', "unexpected_json"),
        (document().replace('"version": 1', '"version": 3'), "other_version"),
        (document()[:-1], "bad_json"),
        ('{"format": "smarthabit", "version": 1, "habits": nope}', "bad_json"),
        ('{"format": "smart\x80"}', "bad_json"),
        ('{"n": ' + "9" * 5000 + "}", "bad_json"),
        ('{"x": ' + "[" * 100 + "]" * 100 + "}", "too_deep"),
        ('{"x": ' + "[" * 1_000_000, "too_deep"),
    ],
)
def test_a_document_that_is_not_ours(read: Read, text: str, code: str) -> None:
    with pytest.raises(FileRefusedError, match=code):
        read(text.encode("latin-1"))


def test_a_text_without_end_is_not_held_in_memory(read: Read) -> None:
    with pytest.raises(FileRefusedError, match="text_too_long"):
        read('{"profile": "' + "x" * 5_000_000 + '"}')


def test_more_values_than_an_export_has(read: Read) -> None:
    with pytest.raises(FileRefusedError, match="too_many_values"):
        read(document(goals=[0] * 1_000_001))


def test_too_many_habits(read: Read) -> None:
    with pytest.raises(FileRefusedError, match="too_many_habits"):
        read(document(HABIT, HABIT), Limits(habits=1))
