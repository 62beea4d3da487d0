"""Nudges over the API."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from habits.models import Entry
from habits.tests.views.conftest import CountQueries, at_noon, browser, count_queries, foreign_browser
from nudges.api.serializers import MOST_WISHES
from nudges.models import ChannelTarget, Nudge, PushSubscription
from nudges.tests.conftest import NOON, MakeHabit, MakeNudge
from nudges.tests.test_targets import KEYS
from smarthabit.accounts.user import User

pytestmark = pytest.mark.once

__all__ = ["at_noon", "browser", "count_queries", "foreign_browser"]

PREFERENCES = "/api/v1/nudges/preferences/"


def _post(client: Client, path: str, body: Any = None, **headers: str) -> Any:
    return client.post(f"/api/v1/nudges/{path}", body or {}, "application/json", headers=headers)


def _patch(client: Client, **body: Any) -> Any:
    return client.patch(PREFERENCES, body, "application/json")


def test_the_ledger_is_listed_a_page_at_a_time_with_its_reasons(browser: Client, make_nudge: MakeNudge) -> None:
    why: list[dict[str, Any]] = [{"code": "budget", "params": {"used": 1, "of": 2}}, {"code": "from the future"}]
    first = make_nudge(state="sent", sent_at=NOON, why=why)
    make_nudge(first.habit, channel="email", state="cancelled", reason="closed", due_at=NOON - dt.timedelta(hours=1))
    page = browser.get("/api/v1/nudges/?limit=1").json()
    (told,) = page["results"]
    assert (told["id"], told["habit"], told["state"], told["day"]) == (
        str(first.pk),
        str(first.habit_id),
        "sent",
        "2026-03-18",
    )
    assert told["sent_at"] == "2026-03-18T12:00:00Z"
    assert told["why"][0] == {**why[0], "text": "Messages on that day: 1 of at most 2."}
    assert told["why"][1]["text"] == ""
    (rest,) = browser.get(page["next"]).json()["results"]
    assert (rest["state"], rest["reason"], rest["why"]) == ("cancelled", "closed", [])


def test_the_lists_cost_does_not_grow(
    browser: Client, make_habit: MakeHabit, make_nudge: MakeNudge, count_queries: CountQueries
) -> None:
    make_nudge()
    few = count_queries(lambda: browser.get("/api/v1/nudges/"))
    for number in range(4):
        make_nudge(make_habit(str(number)))
    assert count_queries(lambda: browser.get("/api/v1/nudges/")) == few


@pytest.mark.parametrize(
    ("verb", "mark"),
    [("seen", "seen_at"), ("snooze", "snoozed_at"), ("dismiss", "dismissed_at"), ("act", "acted_at")],
)
def test_a_reaction_is_noted_once_and_a_strangers_nudge_is_not_there(
    browser: Client, foreign_browser: Client, make_nudge: MakeNudge, verb: str, mark: str
) -> None:
    nudge = make_nudge(state="sent", sent_at=NOON)
    assert _post(foreign_browser, f"{nudge.pk}/{verb}/").status_code == 404
    answers = [_post(browser, f"{nudge.pk}/{verb}/", **{"Idempotency-Key": "k"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].content == answers[1].content
    assert answers[0].json()[mark] is not None
    assert _post(browser, f"{nudge.pk}/{verb}/").status_code == 200
    assert Entry.objects.count() == (verb == "act")


def test_for_how_long_can_be_said_within_reason(browser: Client, make_nudge: MakeNudge) -> None:
    nudge = make_nudge(state="sent", sent_at=NOON)
    assert _post(browser, f"{nudge.pk}/snooze/", {"minutes": 0}).status_code == 400
    assert _post(browser, f"{nudge.pk}/snooze/", {"minutes": "soon"}).status_code == 400
    assert _post(browser, f"{nudge.pk}/snooze/", {"minutes": 4}).status_code == 422
    assert _post(browser, f"{nudge.pk}/snooze/", {"minutes": 30}).json()["due_at"][:16] == "2026-03-18T12:30"


def test_preferences_are_read_and_changed_field_by_field(browser: Client, make_habit: MakeHabit) -> None:
    habit = make_habit()
    told = browser.get(PREFERENCES).json()
    assert (told["channels"], told["available"], told["quiet_from"]) == (["in_app"], ["in_app"], "22:00")
    assert len(told["vapid_public_key"]) == 87
    wishes = [{"habit": str(habit.pk), "slot": 3, "reminders": "fewer"}]
    changed = _patch(browser, quiet_from="21:30", daily_budget=1, channels=[], habits=wishes, no_experiments=True)
    assert changed.status_code == 200
    assert changed.json() == {
        **told,
        "quiet_from": "21:30",
        "daily_budget": 1,
        "channels": [],
        "habits": wishes,
        "no_experiments": True,
    }
    assert _patch(browser, habits=[{"habit": str(habit.pk), "slot": None}]).json()["habits"][0]["slot"] is None


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"channels": ["pigeon"]}, 422),
        ({"channels": "in_app"}, 400),
        ({"daily_budget": 3}, 422),
        ({"weekly_budget": 0}, 422),
        ({"quiet_from": "late"}, 400),
        ({"tone": "rude"}, 422),
        ({"no_experiments": "yes"}, 400),
        ({"habits": [{"habit": "999"}]}, 404),
        ({"habits": [{"slot": 1}]}, 400),
        ({"habits": [{"habit": "999"}] * (MOST_WISHES + 1)}, 400),
    ],
)
def test_what_cannot_be_is_a_problem_and_changes_nothing(browser: Client, body: dict[str, Any], status: int) -> None:
    before = browser.get(PREFERENCES).json()
    answer = _patch(browser, tone="plain", **body) if "tone" not in body else _patch(browser, **body)
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
    assert browser.get(PREFERENCES).json() == before


def test_another_users_habit_is_not_there(foreign_browser: Client, make_habit: MakeHabit) -> None:
    assert _patch(foreign_browser, habits=[{"habit": str(make_habit().pk), "slot": 1}]).status_code == 404


def test_a_browser_is_added_once_listed_and_removed(browser: Client, foreign_browser: Client) -> None:
    body = {"endpoint": "https://push.example.org/1", "keys": KEYS, "device": "Firefox"}
    first, again = (_post(browser, "devices/", body) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    (listed,) = browser.get("/api/v1/nudges/devices/").json()["results"]
    assert (listed["device"], "endpoint" in listed) == ("Firefox", False)
    assert foreign_browser.get("/api/v1/nudges/devices/").json()["results"] == []
    address = f"/api/v1/nudges/devices/{listed['id']}/"
    assert foreign_browser.delete(address).status_code == 404
    assert browser.delete(address).status_code == 204
    assert not PushSubscription.objects.exists()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"endpoint": "https://push.example.org/1", "keys": {"p256dh": "x"}}, 400),
        ({"endpoint": "https://push.example.org/1", "keys": {"p256dh": "x", "auth": "y"}}, 422),
        ({"endpoint": "https://127.0.0.1/1", "keys": KEYS}, 422),
        ({"endpoint": "http://push.example.org/1", "keys": KEYS}, 422),
    ],
)
def test_a_subscription_that_cannot_be_used_is_refused(browser: Client, body: dict[str, Any], status: int) -> None:
    assert _post(browser, "devices/", body).status_code == status


def test_a_webhook_is_named_and_forgotten(browser: Client) -> None:
    address = "/api/v1/nudges/webhook/"
    told = browser.put(address, {"url": "https://hooks.example.org/"}, "application/json")
    assert told.json()["secret"].startswith("whsec_")
    assert browser.put(address, {"url": "https://10.0.0.1/"}, "application/json").status_code == 422
    assert ChannelTarget.objects.count() == 1
    for _ in range(2):
        assert browser.delete(address).status_code == 204
    assert not ChannelTarget.objects.exists()


def test_nobody_reads_a_ledger_without_signing_in(make_nudge: MakeNudge, user: User) -> None:
    make_nudge()
    for path in ("/api/v1/nudges/", PREFERENCES, "/api/v1/nudges/devices/"):
        assert Client().get(path).status_code == 401
    assert Nudge.objects.get().seen_at is None
