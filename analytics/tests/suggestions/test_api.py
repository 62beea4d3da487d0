"""Suggestions as a script sees them."""

from __future__ import annotations

from typing import Any

import pytest

from analytics.models import Suggestion
from analytics.suggestions.making import look
from analytics.tests.conftest import NOON, MakeHabit
from analytics.tests.suggestions.conftest import DAY, TODAY, Slipping, Tell
from habits.models import Plan
from habits.tests.api.conftest import Script, noon, script, strange_script
from smarthabit.accounts.user import User

pytestmark = pytest.mark.once

__all__ = ["noon", "script", "strange_script"]


def test_the_list_looks_for_suggestions_and_tells_all(script: Script, slipping: Slipping) -> None:
    habit = slipping()
    listed = script("GET", "suggestions/").json()
    assert set(listed) == {"results", "next", "previous"}
    told = listed["results"][0]
    assert (told["habit"], told["kind"], told["state"]) == (str(habit.pk), "lower", "open")
    assert told["text"].startswith("Ask a little less of yourself. Kept 0 of the last 14 times.")
    assert told["evidence"]["proposed"] == "6"
    assert (told["change"]["before"], told["change"]["after"]) == ({"target": "20"}, {"target": "6"})
    assert set(told["expected"]) == {"p10", "p50", "p90"}
    assert float(told["expected"]["p10"]) > 0
    assert told["effect"] is None
    assert script("GET", f"suggestions/{told['id']}/").json() == told


def test_accept_undo_and_saying_it_twice(script: Script, suggestion: Suggestion) -> None:
    path = f"suggestions/{suggestion.pk}"
    first = script("POST", f"{path}/accept/", {}, idempotency_key="one")
    assert first.status_code == 200
    assert first.json()["state"] == "accepted"
    assert first.json()["measured_next"] == (TODAY + 15 * DAY).isoformat()
    again = script("POST", f"{path}/accept/", {}, idempotency_key="one")
    assert again.content == first.content
    assert script("POST", f"{path}/accept/", {}).json()["state"] == "accepted"
    assert Plan.objects.filter(habit_id=suggestion.habit_id).count() == 2
    assert script("POST", f"{path}/undo/").json()["state"] == "undone"
    assert script("POST", f"{path}/undo/").json()["state"] == "undone"
    assert Plan.objects.filter(habit_id=suggestion.habit_id).count() == 1


def test_a_wrong_state_is_refused(script: Script, suggestion: Suggestion) -> None:
    path = f"suggestions/{suggestion.pk}"
    assert script("POST", f"{path}/undo/").status_code == 422
    assert script("POST", f"{path}/dismiss/").json()["state"] == "dismissed"
    refused = script("POST", f"{path}/accept/")
    assert (refused.status_code, refused.json()["code"]) == (422, "suggestion_answered")


@pytest.mark.parametrize("body", [{"cue": 5}, {"cue": "x" * 201}, [], {"cue": ""}])
def test_bad_shapes_are_refused(script: Script, suggestion: Suggestion, body: Any) -> None:
    answer = script("POST", f"suggestions/{suggestion.pk}/accept/", body)
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("act", ["dismiss", "undo"])
def test_nothing_has_to_be_said_but_it_has_to_be_json(script: Script, suggestion: Suggestion, act: str) -> None:
    assert script("POST", f"suggestions/{suggestion.pk}/{act}/", "{").status_code == 400
    assert script("POST", f"suggestions/{suggestion.pk}/{act}/", [1]).status_code == 400


def test_a_strangers_is_not_there(strange_script: Script, suggestion: Suggestion) -> None:
    path = f"suggestions/{suggestion.pk}"
    assert strange_script("GET", f"{path}/").status_code == 404
    for act in ("accept", "dismiss", "undo"):
        assert strange_script("POST", f"{path}/{act}/").status_code == 404
    assert strange_script("GET", "suggestions/").json()["results"] == []


def test_the_list_can_be_narrowed(script: Script, suggestion: Suggestion) -> None:
    assert len(script("GET", "suggestions/?state=open").json()["results"]) == 1
    assert script("GET", "suggestions/?state=accepted").json()["results"] == []
    assert script("GET", "suggestions/?state=odd").status_code == 400


def test_the_effect_is_told(user: User, script: Script, suggestion: Suggestion, tell: Tell) -> None:
    script("POST", f"suggestions/{suggestion.pk}/accept/")
    tell(suggestion.habit, [8] * 14, TODAY + 14 * DAY, now=NOON + 14 * DAY)
    look(user, NOON + 15 * DAY)
    effect = script("GET", f"suggestions/{suggestion.pk}/").json()["effect"]
    assert (effect["days"], effect["done"], effect["helped"]) == (14, 14, True)
    assert float(effect["more_a_week"]["p10"]) > 0


def test_the_queries_do_not_grow(
    script: Script, user: User, slipping: Slipping, make_habit: MakeHabit, django_assert_max_num_queries: Any
) -> None:
    slipping()
    script("GET", "suggestions/")
    with django_assert_max_num_queries(30) as one:
        script("GET", "suggestions/")
    row = Suggestion.objects.get()
    for back in range(1, 6):
        row.pk, row.state, row.made_on = None, "dismissed", TODAY - back * DAY
        row.save(force_insert=True)
    with django_assert_max_num_queries(len(one)):
        assert len(script("GET", "suggestions/").json()["results"]) == 6
