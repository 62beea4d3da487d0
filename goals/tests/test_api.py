"""The API of goals, as a script sees it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from goals.models import Goal, ManualProgress
from goals.tests.conftest import Log, MakeGoal, MakeHabit
from habits.services import delete_habit, set_archived
from habits.tests.api.conftest import Script, noon, script, strange_script
from habits.tests.conftest import NOON
from habits.tests.views.conftest import browser
from smarthabit.accounts.models import User

pytestmark = pytest.mark.once

__all__ = ["browser", "noon", "script", "strange_script"]

FINE = {"title": "Run far", "measure": "manual", "target": "300"}


def test_a_goal_is_made_and_read_back(script: Script, make_habit: MakeHabit) -> None:
    run = make_habit("Run", unit="km", target_milli=5000)
    body = {
        "title": "Run far",
        "measure": "total",
        "target": "300.5",
        "unit": "km",
        "starts_on": "2026-03-01",
        "deadline": "2026-06-30",
        "habits": [{"id": str(run.pk), "weight": "0.5"}],
        "milestones": ["200", "100"],
    }
    answer = script("POST", "goals/", body)
    assert answer.status_code == 201
    made = answer.json()
    assert {name: made[name] for name in body} == {**body, "milestones": ["100", "200"]}
    assert script("GET", f"goals/{made['id']}/").json() == made


def test_a_goal_says_how_far_it_is_and_what_to_expect(
    script: Script, make_habit: MakeHabit, make_goal: MakeGoal, log: Log
) -> None:
    read = make_habit(started_on=dt.date(2026, 1, 1))
    goal = make_goal(read, target_milli=20_000, milestones=(5000, 15_000))
    log(read, *range(2, 12))
    told = script("GET", f"goals/{goal.pk}/").json()
    assert told["progress"] == "10"
    assert told["remaining"] == "10"
    assert told["share"] == "0.500000"
    assert told["milestones_reached"] == ["2026-03-06", None]
    assert told["pace"] == "0.715"
    assert told["needed"]["chances"] == 14
    assert told["buffer_days"] == -2
    assert told["status"] in {"on_track", "behind", "at_risk"}
    forecast = told["forecast"]
    assert 0 <= float(forecast["probability"]) <= 1
    assert set(forecast["finish"]) == set(forecast["amount"]) == {"p10", "p50", "p90"}
    assert float(forecast["amount"]["p10"]) <= float(forecast["amount"]["p90"])


@pytest.mark.parametrize(
    ("fields", "status", "probability"),
    [
        ({"deadline": dt.date(2026, 3, 2)}, "missed", "0.000000"),
        ({"deadline": None}, "on_track", None),
    ],
)
def test_the_shape_is_the_same_whatever_the_status(
    script: Script, make_goal: MakeGoal, fields: dict[str, Any], status: str, probability: str | None
) -> None:
    told = script("GET", f"goals/{make_goal(**fields).pk}/").json()
    assert (told["status"], told["forecast"]["probability"]) == (status, probability)
    assert set(told["forecast"]["finish"]) == set(told["forecast"]["amount"]) == {"p10", "p50", "p90"}


def test_goals_are_listed_by_cursor_the_latest_first(script: Script, make_goal: MakeGoal) -> None:
    made = [str(make_goal().pk) for _ in range(3)]
    first = script("GET", "goals/?limit=2").json()
    assert [goal["id"] for goal in first["results"]] == [made[2], made[1]]
    rest = script("GET", first["next"].split("/api/v1/")[1]).json()
    assert [goal["id"] for goal in rest["results"]] == [made[0]]


def test_a_change_names_what_it_changes(script: Script, make_habit: MakeHabit, make_goal: MakeGoal) -> None:
    goal = make_goal(make_habit())
    told = script("PATCH", f"goals/{goal.pk}/", {"target": 25, "deadline": None}).json()
    assert (told["title"], told["target"], told["deadline"], len(told["habits"])) == ("Get there", "25", None, 1)
    assert script("PATCH", f"goals/{goal.pk}/", {"abandoned": True}).json()["status"] == "abandoned"
    assert script("PATCH", f"goals/{goal.pk}/", {"abandoned": False}).json()["status"] != "abandoned"


def test_progress_is_added_listed_and_taken_back(script: Script, make_goal: MakeGoal) -> None:
    goal = make_goal()
    answer = script("POST", f"goals/{goal.pk}/progress/", {"day": "2026-03-18", "amount": "10", "note": "all"})
    assert answer.status_code == 201
    told = answer.json()
    assert (told["day"], told["amount"], told["note"], told["goal"]["status"]) == ("2026-03-18", "10", "all", "reached")
    assert told["goal"]["reached_on"] == told["goal"]["forecast"]["finish"]["p50"] == "2026-03-18"
    listed = script("GET", f"goals/{goal.pk}/progress/").json()["results"]
    assert [one["id"] for one in listed] == [told["id"]]
    assert script("DELETE", f"goals/{goal.pk}/progress/{told['id']}/").status_code == 204
    assert not ManualProgress.objects.exists()


def test_the_same_key_adds_progress_once(script: Script, make_goal: MakeGoal) -> None:
    goal = make_goal()
    answers = [
        script("POST", f"goals/{goal.pk}/progress/", {"day": "2026-03-18", "amount": "1"}, idempotency_key="k")
        for _ in range(2)
    ]
    assert answers[0].content == answers[1].content
    assert ManualProgress.objects.count() == 1


def test_a_goal_is_deleted(script: Script, make_goal: MakeGoal) -> None:
    goal = make_goal()
    assert script("DELETE", f"goals/{goal.pk}/").status_code == 204
    assert script("GET", f"goals/{goal.pk}/").status_code == 404
    assert not Goal.objects.exists()


def test_a_deleted_habit_is_not_named_any_more(
    script: Script, user: User, make_habit: MakeHabit, make_goal: MakeGoal
) -> None:
    read = make_habit()
    goal = make_goal(read)
    delete_habit(user=user, habit_id=read.pk)
    told = script("GET", f"goals/{goal.pk}/").json()
    assert (told["habits"], told["progress"]) == ([], "0")


@pytest.mark.parametrize(
    ("change", "codes", "field"),
    [
        ({"title": ""}, {400}, "title"),
        ({"title": 5}, {400}, "title"),
        ({"title": "x" * 121}, {400}, "title"),
        ({"measure": "luck"}, {400}, "measure"),
        ({"measure": "total"}, {422}, "habits"),
        ({"target": "much"}, {400}, "target"),
        ({"target": "0"}, {422}, "target"),
        ({"target": -1}, {400}, "target"),
        ({"target": None}, {400}, "target"),
        ({"starts_on": "2026-02-30"}, {400}, "starts_on"),
        ({"deadline": "2020-01-01"}, {422}, "deadline"),
        ({"deadline": 5}, {400}, "deadline"),
        ({"habits": "1"}, {400}, "habits"),
        ({"habits": [5]}, {400}, None),
        ({"habits": [{"id": "x"}]}, {400}, None),
        ({"measure": "total", "habits": [{"id": "999999999"}]}, {422}, "habits"),
        ({"habits": [{"id": "1", "weight": "-1"}]}, {400}, None),
        ({"milestones": ["x"]}, {400}, None),
        ({"milestones": ["1", "1"]}, {422}, "milestones"),
        ({"milestones": ["1"] * 21}, {400}, "milestones"),
    ],
)
def test_what_does_not_fit_is_a_problem_document(
    script: Script, change: dict[str, Any], codes: set[int], field: str | None
) -> None:
    answer = script("POST", "goals/", {**FINE, **change})
    assert answer.status_code in codes
    assert answer["Content-Type"] == "application/problem+json"
    if field is not None:
        assert field in answer.json()["errors"]
    assert not Goal.objects.exists()


@pytest.mark.parametrize("body", ["[]", "5", "{", '"x"', "null"])
def test_a_body_that_is_no_object_is_refused(script: Script, make_goal: MakeGoal, body: str) -> None:
    goal = make_goal()
    for method, path in (
        ("POST", "goals/"),
        ("PATCH", f"goals/{goal.pk}/"),
        ("POST", f"goals/{goal.pk}/progress/"),
    ):
        assert script(method, path, body).status_code == 400


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({"day": "2026-03-18"}, 400),
        ({"amount": "1"}, 400),
        ({"day": "2026-03-18", "amount": "1.0001"}, 400),
        ({"day": "2026-03-20", "amount": "1"}, 422),
        ({"day": "2026-02-01", "amount": "1"}, 422),
        ({"day": "2026-03-18", "amount": "0"}, 422),
    ],
)
def test_progress_that_cannot_be_is_a_problem(
    script: Script, make_goal: MakeGoal, sent: dict[str, str], code: int
) -> None:
    answer = script("POST", f"goals/{make_goal().pk}/progress/", sent)
    assert answer.status_code == code
    assert answer["Content-Type"] == "application/problem+json"


def test_other_peoples_goals_are_404(strange_script: Script, make_goal: MakeGoal) -> None:
    goal = make_goal()
    for method, path, body in (
        ("GET", f"goals/{goal.pk}/", None),
        ("PATCH", f"goals/{goal.pk}/", {"title": "Mine"}),
        ("DELETE", f"goals/{goal.pk}/", None),
        ("GET", f"goals/{goal.pk}/progress/", None),
        ("POST", f"goals/{goal.pk}/progress/", {"day": "2026-03-18", "amount": "1"}),
        ("DELETE", f"goals/{goal.pk}/progress/1/", None),
    ):
        assert strange_script(method, path, body).status_code == 404
    assert strange_script("GET", "goals/").json()["results"] == []


def test_other_peoples_habits_cannot_be_linked(strange_script: Script, make_habit: MakeHabit) -> None:
    body = {**FINE, "measure": "total", "habits": [{"id": str(make_habit().pk)}]}
    assert strange_script("POST", "goals/", body).status_code == 422


def test_a_weight_of_nothing_is_refused_at_the_habits(script: Script, make_habit: MakeHabit) -> None:
    links = [{"id": str(make_habit().pk), "weight": "0"}]
    answer = script("POST", "goals/", {**FINE, "measure": "total", "habits": links})
    assert answer.status_code == 422
    assert "habits" in answer.json()["errors"]


@pytest.mark.parametrize("measure", ["total", "count", "streak"])
def test_a_goal_outlives_its_habit_put_away_or_deleted(
    script: Script, user: User, make_habit: MakeHabit, make_goal: MakeGoal, measure: str
) -> None:
    habit = make_habit()
    goal = make_goal(habit, measure=measure)
    set_archived(user=user, habit_id=habit.pk, archived=True, now=NOON)
    later = script("GET", f"goals/{goal.pk}/").json()
    assert (later["status"], [one["id"] for one in later["habits"]]) == ("at_risk", [str(habit.pk)])
    delete_habit(user=user, habit_id=habit.pk)
    told = script("GET", f"goals/{goal.pk}/").json()
    assert (told["status"], told["habits"]) == ("at_risk", [])


@pytest.mark.parametrize("measure", ["total", "count", "streak", "manual"])
@pytest.mark.parametrize(
    ("days", "field"),
    [
        ({"starts_on": "1926-03-18", "deadline": "2026-03-31"}, "starts_on"),
        ({"starts_on": "2126-03-01", "deadline": "2126-03-31"}, "starts_on"),
        ({"starts_on": "1970-01-01", "deadline": "2026-03-31"}, ""),
        ({"starts_on": "2026-03-01", "deadline": "2126-03-31"}, "deadline"),
    ],
)
def test_a_hundred_years_have_one_answer(
    script: Script, browser: Client, make_habit: MakeHabit, measure: str, days: dict[str, str], field: str
) -> None:
    links = [] if measure == "manual" else [{"id": str(make_habit().pk)}]
    made = script("POST", "goals/", {**FINE, "measure": measure, "habits": links, **days})
    if field:
        assert (made.status_code, list(made.json()["errors"])) == (422, [field])
        return
    assert made.status_code == 201
    chance = made.json()["forecast"]["probability"]
    assert 0 <= float(chance) <= 1
    assert browser.get(f"/goals/{made.json()['id']}/").status_code == 200


@pytest.mark.parametrize("measure", ["total", "count", "streak"])
def test_the_page_of_a_goal_stays_readable_when_its_habit_is_put_away_or_deleted(
    user: User, browser: Client, make_habit: MakeHabit, make_goal: MakeGoal, measure: str
) -> None:
    habit = make_habit("Walk by the river")
    address = f"/goals/{make_goal(habit, measure=measure).pk}/"
    set_archived(user=user, habit_id=habit.pk, archived=True, now=NOON)
    put_away = browser.get(address)
    assert (put_away.status_code, "Walk by the river" in put_away.content.decode()) == (200, True)
    delete_habit(user=user, habit_id=habit.pk)
    gone = browser.get(address)
    assert (gone.status_code, "Walk by the river" in gone.content.decode()) == (200, False)
    assert browser.get("/goals/").status_code == 200
