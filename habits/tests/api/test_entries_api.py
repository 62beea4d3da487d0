"""Checking in over the API."""

from __future__ import annotations

from typing import Any

import pytest

from habits.models import Entry, Habit
from habits.tests.api.conftest import Script
from habits.tests.conftest import MakeHabit


@pytest.fixture
def habit(make_habit: MakeHabit) -> Habit:
    """A daily check."""
    return make_habit(freezes=False)


def test_a_check_in_answers_with_entry_and_habit(script: Script, habit: Habit) -> None:
    answer = script("PUT", f"habits/{habit.pk}/entries/2026-03-18/", {"value": "1"})
    assert (answer.status_code, answer["ETag"]) == (201, '"1"')
    entry = answer.json()
    assert entry.pop("habit")["streak"]["current"] == 1
    assert entry == {
        "day": "2026-03-18",
        "value": "1",
        "skipped": False,
        "note": "",
        "performed_at": None,
        "state": "kept",
        "source": "api",
        "version": 1,
    }
    again = script("PUT", f"habits/{habit.pk}/entries/2026-03-18/", {"value": 1})
    assert (again.status_code, again.json()["version"]) == (200, 1)


def test_fields_keep_their_values_and_null_takes_back(script: Script, habit: Habit) -> None:
    path = f"habits/{habit.pk}/entries/2026-03-17/"
    script("PUT", path, {"value": "1", "performed_at": "2026-03-17T08:30:00+01:00"})
    noted = script("PUT", path, {"note": " two\nlines "}).json()
    assert (noted["value"], noted["note"], noted["performed_at"]) == ("1", " two\nlines ", "2026-03-17T07:30:00Z")
    emptied = script("PUT", path, {"value": None}).json()
    assert (emptied["value"], emptied["state"], emptied["version"]) == (None, "missed", 3)


@pytest.mark.parametrize(
    ("day", "body", "status"),
    [
        ("2026-03-20", {"value": "1"}, 422),
        ("2026-3-1", {"value": "1"}, 400),
        ("yesterday", {"value": "1"}, 400),
        ("2026-03-18", {"value": "-1"}, 400),
        ("2026-03-18", {"value": "0.5"}, 422),
        ("2026-03-18", {"value": "NaN"}, 400),
        ("2026-03-18", {"value": True}, 400),
        ("2026-03-18", {"value": "1e3"}, 400),
        ("2026-03-18", {"skipped": 1}, 400),
        ("2026-03-18", {"note": "x" * 2001}, 422),
        ("2026-03-18", {"note": ["x"]}, 400),
        ("2026-03-18", {"performed_at": "2026-03-18 08:00"}, 400),
        ("2026-03-18", [], 400),
        ("2026-03-18", "{", 400),
        ("2026-03-18", '{"value": NaN}', 400),
    ],
)
def test_wrong_entries_are_refused_and_nothing_is_stored(
    script: Script, habit: Habit, day: str, body: Any, status: int
) -> None:
    answer = script("PUT", f"habits/{habit.pk}/entries/{day}/", body)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert not Entry.objects.exists()


def test_a_note_of_ten_megabytes_is_too_much(script: Script, habit: Habit) -> None:
    answer = script("PUT", f"habits/{habit.pk}/entries/2026-03-18/", {"note": "x" * 10_000_000})
    assert answer.status_code == 413


def test_if_match(script: Script, habit: Habit) -> None:
    path = f"habits/{habit.pk}/entries/2026-03-18/"
    none = script("PUT", path, {"value": "1"}, If_Match='"1"')
    assert (none.status_code, none.json()["current"]) == (412, None)
    script("PUT", path, {"value": "1"})
    assert script("PUT", path, {"note": "a"}, If_Match='"1"').status_code == 200
    stale = script("PUT", path, {"note": "b"}, If_Match='"1"')
    assert stale.status_code == 412
    assert stale.json()["current"]["note"] == "a"
    assert stale.json()["current"]["version"] == 2
    assert script("PUT", path, {"note": "c"}, If_Match="nonsense").status_code == 412
    assert script("PUT", path, {"note": "d"}, If_Match="*").status_code == 200
    assert script("DELETE", path, If_Match='"1"').status_code == 412
    assert script("DELETE", path, If_Match='W/"3"').status_code == 204


def test_delete_is_repeatable(script: Script, habit: Habit) -> None:
    path = f"habits/{habit.pk}/entries/2026-03-18/"
    script("PUT", path, {"value": "1"})
    assert [script("DELETE", path).status_code for _ in range(2)] == [204, 204]


def test_entries_of_a_range_and_every_day_of_it(script: Script, habit: Habit) -> None:
    for day in ("2026-03-15", "2026-03-17"):
        script("PUT", f"habits/{habit.pk}/entries/{day}/", {"value": "1"})
    listed = script("GET", f"habits/{habit.pk}/entries/?from=2026-03-16&to=2026-03-18").json()["results"]
    assert [(entry["day"], entry["state"]) for entry in listed] == [("2026-03-17", "kept")]
    filled = script("GET", f"habits/{habit.pk}/entries/?from=2026-03-16&to=2026-03-18&fill=1").json()["results"]
    assert [(entry["day"], entry["state"], entry["version"]) for entry in filled] == [
        ("2026-03-16", "missed", None),
        ("2026-03-17", "kept", 1),
        ("2026-03-18", "pending", None),
    ]
    everything = script("GET", f"habits/{habit.pk}/entries/?limit=1").json()
    assert everything["next"] is not None
    assert script("GET", f"habits/{habit.pk}/entries/?from=2020-01-01&fill=1").status_code == 400


def test_bulk(script: Script, habit: Habit) -> None:
    ops = [
        {"op_id": "1", "habit": str(habit.pk), "day": "2026-03-17", "value": "1"},
        {
            "op_id": "2",
            "habit": str(habit.pk),
            "day": "2026-03-17",
            "note": "late",
            "client_ts": "2020-01-01T00:00:00Z",
        },
        {"op_id": "3", "habit": str(habit.pk), "day": "2027-01-01", "value": "1"},
        {"op_id": "4", "habit": "12345", "day": "2026-03-17", "value": "1"},
        {"op_id": "5", "habit": str(habit.pk), "day": "someday", "value": "1"},
        {"op_id": "6", "habit": str(habit.pk), "day": "2026-03-18", "value": "1", "base_version": 0},
        {"op_id": "7", "habit": str(habit.pk), "day": "2026-03-18", "deleted": True, "base_version": 1},
    ]
    results = script("POST", "entries/bulk/", {"ops": ops}).json()["results"]
    assert [one["status"] for one in results] == [
        "applied",
        "applied",
        "rejected",
        "rejected",
        "rejected",
        "applied",
        "applied",
    ]
    assert [one["error"]["code"] for one in results[2:5]] == ["day_too_late", "not_found", "invalid"]
    assert results[1]["entry"]["note"] == "late"
    assert results[5]["entry"]["habit"] == str(habit.pk)
    assert results[6]["entry"] is None
    assert script("POST", "entries/bulk/", {"ops": ops}).json()["results"] == results


@pytest.mark.parametrize(
    "body", [{}, [], {"ops": []}, {"ops": {}}, {"ops": [{}]}, {"ops": [1]}, {"ops": [{"op_id": "x" * 65}]}]
)
def test_a_bulk_without_operations_is_refused(script: Script, body: Any) -> None:
    assert script("POST", "entries/bulk/", body).status_code == 400


def test_a_thousand_operations_and_no_more(script: Script, habit: Habit) -> None:
    ops = [{"op_id": str(n), "habit": str(habit.pk), "day": "2026-03-18", "value": str(n % 2)} for n in range(1001)]
    assert script("POST", "entries/bulk/", {"ops": ops}).status_code == 400
    results = script("POST", "entries/bulk/", {"ops": ops[:1000]}).json()["results"]
    assert len(results) == 1000
    assert Entry.objects.get().value_milli == 1000


def test_a_repeated_post_is_answered_byte_for_byte(script: Script) -> None:
    first = script("POST", "habits/", {"name": "Run"}, Idempotency_Key="k1")
    again = script("POST", "habits/", {"name": "Run"}, Idempotency_Key="k1")
    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert Habit.objects.count() == 1
    assert script("POST", "habits/", {"name": "Walk"}, Idempotency_Key="k1").status_code == 422


def test_a_day_that_is_none_is_refused_by_its_name(script: Script, habit: Habit) -> None:
    assert "day" in script("PUT", f"habits/{habit.pk}/entries/2026-02-30/", {"value": 1}).json()["errors"]
    assert "from" in script("GET", f"habits/{habit.pk}/history/?from=x").json()["errors"]
    assert "to" in script("GET", f"habits/{habit.pk}/history/?to=2026-02-30").json()["errors"]


def test_head_is_answered_as_get_without_its_body(script: Script, habit: Habit) -> None:
    answer = script("HEAD", f"habits/{habit.pk}/")
    assert (answer.status_code, answer.content) == (200, b"")
    assert script("HEAD", "entries/bulk/").status_code == 405


def test_refusals_are_problem_documents_whatever_the_address_speaks(script: Script) -> None:
    for method, path, status in (("POST", "schema/", 405), ("POST", "habits", 404), ("DELETE", "nowhere/", 404)):
        answer = script(method, path)
        assert (answer.status_code, answer.json()["status"]) == (status, status)
    zipped = script("POST", "habits/", {"name": "Read"}, content_encoding="gzip")
    assert (zipped.status_code, zipped.json()["code"]) == (415, "unsupported_media_type")
