"""Habits over the API: the shapes the contract names."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from habits.services import EntryChange, record_entry
from habits.tests.api.conftest import Script
from habits.tests.conftest import DAILY, NOON, MakeHabit
from smarthabit.accounts.user import User

pytestmark = pytest.mark.once


def test_a_name_is_enough_for_a_daily_check(script: Script) -> None:
    answer = script("POST", "habits/", {"name": "Meditate"})
    assert answer.status_code == 201
    habit = answer.json()
    assert habit.pop("id").isdigit()
    assert habit == {
        "name": "Meditate",
        "why": "",
        "cue": "",
        "kind": "build",
        "unit": "",
        "target": "1",
        "schedule": DAILY,
        "freezes": True,
        "preferred_time": None,
        "tags": [],
        "colour": "teal",
        "icon": "",
        "position": 1,
        "started_on": "2026-03-18",
        "archived": False,
        "streak": {"current": 0, "longest": 0, "unit": "day", "since": None, "freezes": 0},
        "strength": "0.000000000",
        "today": {"day": "2026-03-18", "due": True, "state": "pending", "value": None, "version": None},
        "risk": None,
    }


def test_everything_about_a_habit_can_be_said_at_once(script: Script) -> None:
    said = {
        "name": "Run",
        "why": "to breathe",
        "cue": "after work",
        "unit": "km",
        "target": "7.5",
        "schedule": {"type": "weekly", "total": True},
        "freezes": False,
        "preferred_time": "18:30",
        "tags": ["body"],
        "colour": "red",
        "icon": "footprints",
        "started_on": "2026-03-01",
    }
    habit = script("POST", "habits/", said).json()
    assert {name: habit[name] for name in said} == said
    assert habit["streak"]["unit"] == "week"


def test_a_limit_without_a_target_is_nothing_at_all(script: Script) -> None:
    habit = script("POST", "habits/", {"name": "No smoking", "kind": "limit"}).json()
    assert (habit["target"], habit["strength"]) == ("0", "1.000000000")


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({}, 400, "name"),
        ({"name": 7}, 400, "name"),
        ({"name": "x" * 121}, 400, "name"),
        ({"name": "Run", "target": "1.2345"}, 400, "target"),
        ({"name": "Run", "target": "-1"}, 400, "target"),
        ({"name": "Run", "target": "0"}, 422, "target"),
        ({"name": "Run", "schedule": {"type": "weekly", "times": 8}}, 422, "schedule.times"),
        ({"name": "Run", "schedule": "daily"}, 422, "schedule"),
        ({"name": "Run", "freezes": "yes"}, 400, "freezes"),
        ({"name": "Run", "preferred_time": "25:00"}, 400, "preferred_time"),
        ({"name": "Run", "icon": "<script>"}, 400, "icon"),
        ({"name": "Run", "started_on": "2026-02-30"}, 400, "started_on"),
        ({"name": "Run", "kind": "avoid"}, 400, "kind"),
    ],
)
def test_a_wrong_habit_is_named_by_field(script: Script, body: Any, status: int, field: str) -> None:
    answer = script("POST", "habits/", body)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert field in answer.json()["errors"]


def test_the_list_is_in_the_user_s_order_and_by_cursor(script: Script, make_habit: MakeHabit) -> None:
    for name in "abc":
        make_habit(name)
    first = script("GET", "habits/?limit=2").json()
    assert [habit["name"] for habit in first["results"]] == ["a", "b"]
    second = script("GET", first["next"].split("/api/v1/")[1]).json()
    assert [habit["name"] for habit in second["results"]] == ["c"]
    assert second["next"] is None


def test_the_list_by_tag_and_archived(script: Script, make_habit: MakeHabit) -> None:
    make_habit("a", tags=("x",))
    b = make_habit("b")
    assert [one["name"] for one in script("GET", "habits/?tag=x").json()["results"]] == ["a"]
    assert script("PATCH", f"habits/{b.pk}/", {"archived": True}).json()["archived"] is True
    assert [one["name"] for one in script("GET", "habits/?archived=1").json()["results"]] == ["b"]
    assert [one["name"] for one in script("GET", "habits/?archived=false").json()["results"]] == ["a"]
    assert script("GET", "habits/?archived=maybe").status_code == 400


def test_the_list_costs_the_same_however_long(
    script: Script, make_habit: MakeHabit, django_assert_num_queries: Any
) -> None:
    make_habit("first", tags=("x",))
    with django_assert_num_queries(11):
        script("GET", "habits/")
    for number in range(12):
        make_habit(f"h{number}", tags=("x", "y"))
    with django_assert_num_queries(11):
        script("GET", "habits/")


def test_a_patch_of_the_plan_takes_effect_when_it_says(script: Script, make_habit: MakeHabit) -> None:
    habit = make_habit()
    schedule = {"type": "rolling", "times": 2, "days": 5}
    change = {"schedule": schedule, "name": "Read more", "effective_from": "2026-03-10"}
    changed = script("PATCH", f"habits/{habit.pk}/", change).json()
    assert (changed["name"], changed["schedule"]) == ("Read more", schedule)
    plans = script("GET", f"habits/{habit.pk}/plans/").json()["results"]
    assert [plan["effective_from"] for plan in plans] == ["2026-03-01", "2026-03-10"]
    assert plans[1] == {
        "effective_from": "2026-03-10",
        "schedule": schedule,
        "target": "1",
        "freezes": True,
        "preferred_time": None,
    }


def test_the_kind_is_fixed(script: Script, make_habit: MakeHabit) -> None:
    habit = make_habit()
    assert script("PATCH", f"habits/{habit.pk}/", {"kind": "limit"}).status_code == 422
    assert script("PATCH", f"habits/{habit.pk}/", {"kind": "build"}).status_code == 200


def test_delete_and_gone(script: Script, make_habit: MakeHabit) -> None:
    habit = make_habit()
    assert script("DELETE", f"habits/{habit.pk}/").status_code == 204
    assert script("GET", f"habits/{habit.pk}/").status_code == 404


def test_reorder(script: Script, make_habit: MakeHabit) -> None:
    a, b = make_habit("a"), make_habit("b")
    assert script("POST", "habits/reorder/", {"ids": [str(b.pk), str(a.pk)]}).status_code == 204
    assert [one["name"] for one in script("GET", "habits/").json()["results"]] == ["b", "a"]
    for wrong in ({}, {"ids": "1"}, {"ids": ["x"]}, [1]):
        assert script("POST", "habits/reorder/", wrong).status_code == 400


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "habits/{}/", None),
        ("PATCH", "habits/{}/", {"name": "mine"}),
        ("PATCH", "habits/{}/", {"kind": "build"}),
        ("DELETE", "habits/{}/", None),
        ("GET", "habits/{}/plans/", None),
        ("GET", "habits/{}/entries/", None),
        ("GET", "habits/{}/history/", None),
        ("PUT", "habits/{}/entries/2026-03-18/", {"value": "1"}),
        ("DELETE", "habits/{}/entries/2026-03-18/", None),
        ("POST", "pauses/", {"habit": "{}", "from": "2026-03-18"}),
    ],
)
def test_a_stranger_s_habit_is_not_there(
    strange_script: Script, make_habit: MakeHabit, method: str, path: str, body: Any
) -> None:
    habit = make_habit()
    if isinstance(body, dict) and "habit" in body:
        body = {**body, "habit": str(habit.pk)}
    answer = strange_script(method, path.format(habit.pk), body)
    assert answer.status_code == 404
    assert "Read" not in answer.content.decode()


@pytest.mark.parametrize("pk", ["0", "999999999999999999", "9999999999999999999999", "abc", "-1"])
def test_ids_nobody_has(script: Script, pk: str) -> None:
    answer = script("GET", f"habits/{pk}/")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


def test_the_history_of_a_range(script: Script, user: User, make_habit: MakeHabit) -> None:
    habit = make_habit(freezes=False)
    for back in (1, 2):
        day = NOON.date() - dt.timedelta(days=back)
        record_entry(user=user, habit_id=habit.pk, day=day, change=EntryChange(1000), now=NOON)
    past = script("GET", f"habits/{habit.pk}/history/?from=2026-03-15&to=2026-03-18").json()
    assert [(day["day"], day["state"], day["streak"]) for day in past["days"]] == [
        ("2026-03-15", "missed", 0),
        ("2026-03-16", "kept", 1),
        ("2026-03-17", "kept", 2),
        ("2026-03-18", "pending", 2),
    ]
    assert past["units"][-1] == {"from": "2026-03-18", "to": "2026-03-18", "state": "pending", "need": "1", "done": "0"}
    assert script("GET", f"habits/{habit.pk}/history/").json()["days"][0]["day"] == "2026-03-01"


@pytest.mark.parametrize(
    "query",
    [
        "from=x",
        "from=2026-03-02&to=2026-03-01",
        "from=1926-01-01&to=2026-01-01",
        "from=0001-01-01",
        "to=9999-12-31",
    ],
)
def test_ranges_that_make_no_sense(script: Script, make_habit: MakeHabit, query: str) -> None:
    habit = make_habit()
    assert script("GET", f"habits/{habit.pk}/history/?{query}").status_code == 400


@pytest.mark.parametrize(("query", "days"), [("from=2026-03-17", 2), ("from=2026-04-01", 0), ("to=2026-02-01", 0)])
def test_a_range_with_one_end_runs_to_today_or_from_the_start(
    script: Script, make_habit: MakeHabit, query: str, days: int
) -> None:
    habit = make_habit()
    assert len(script("GET", f"habits/{habit.pk}/history/?{query}").json()["days"]) == days


def test_pauses(script: Script, make_habit: MakeHabit) -> None:
    habit = make_habit()
    said = {"habit": str(habit.pk), "from": "2026-03-18", "to": "2026-03-20", "reason": "flu"}
    pause = script("POST", "pauses/", said).json()
    assert {name: pause[name] for name in said} == said
    everything = script("POST", "pauses/", {"from": "2026-03-19"}).json()
    assert (everything["habit"], everything["to"]) == (None, None)
    listed = script("GET", "pauses/").json()["results"]
    assert [one["id"] for one in listed] == [everything["id"], pause["id"]]
    assert script("GET", f"pauses/{pause['id']}/").json() == pause
    assert script("DELETE", f"pauses/{pause['id']}/").status_code == 204
    assert script("GET", f"pauses/{pause['id']}/").status_code == 404
    assert script("DELETE", f"pauses/{pause['id']}/").status_code == 404
    assert script("POST", "pauses/", {"from": "2026-03-19", "to": "2026-03-01"}).status_code == 422
    assert script("POST", "pauses/", {}).status_code == 400
