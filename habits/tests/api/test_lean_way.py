"""The short way to a check-in gives the answers of REST framework, word for word."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction

from habits.models import Entry, Habit
from habits.tests.api.conftest import Script
from habits.tests.conftest import NOON, MakeHabit
from smarthabit.accounts.models import TokenFamily
from smarthabit.accounts.user import User

TODAY = NOON.date()
OTHER_WAY = {"accept": "application/json, */*;q=0.1"}
MOMENT = {"X-Request-Id", "Vary"}

CASES: list[tuple[int, str, Any, dict[str, str]]] = [
    (201, "PUT", {"value": "2.5", "note": "\u2028 ä"}, {}),
    (201, "PUT", {"performed_at": "2026-03-18T10:00:00+02:00", "skipped": True}, {}),
    (201, "PUT", "", {}),
    (204, "DELETE", None, {}),
    (400, "PUT", "{nonsense", {}),
    (400, "PUT", {"value": "much", "note": 5, "skipped": "yes"}, {}),
    (400, "PUT", [1], {}),
    (412, "PUT", {"value": "1"}, {"If_Match": '"4"'}),
    (422, "PUT", {"value": "1", "performed_at": "2036-03-18T10:00:00Z"}, {}),
    (400, "PUT", {"value": "-1"}, {}),
    (405, "POST", {"value": "1"}, {}),
    (201, "PUT", {"value": "1"}, {"Accept_Language": "de"}),
    (400, "PUT", {"value": "-1"}, {"Accept_Language": "de"}),
]


def told(response: Any) -> tuple[int, bytes, dict[str, str]]:
    headers = {name: value for name, value in response.headers.items() if name not in MOMENT}
    return response.status_code, response.content, headers


@pytest.fixture
def habit(make_habit: MakeHabit) -> Habit:
    return make_habit(unit="km", target_milli=2000)


@pytest.mark.parametrize(("status", "method", "body", "headers"), CASES)
def test_both_ways_say_the_same(
    status: int, method: str, body: Any, headers: dict[str, str], habit: Habit, script: Script
) -> None:
    answers = []
    for way in ({}, OTHER_WAY):
        with transaction.atomic():
            answers.append(told(script(method, f"habits/{habit.pk}/entries/{TODAY}/", body, **headers, **way)))
            transaction.set_rollback(True)
    assert answers[0] == answers[1]
    assert answers[0][0] == status


def test_both_ways_say_the_same_about_what_is_not_there(habit: Habit, strange_script: Script) -> None:
    path = f"habits/{habit.pk}/entries/{TODAY}/"
    answers = [told(strange_script("PUT", path, {"value": "1"}, **way)) for way in ({}, OTHER_WAY)]
    assert answers[0] == answers[1]
    assert answers[0][0] == 404
    assert not Entry.objects.exists()


def test_a_token_that_ended_is_refused_at_once(habit: Habit, user: User, script: Script) -> None:
    path = f"habits/{habit.pk}/entries/{TODAY}/"
    assert script("PUT", path, {"value": "1"}).status_code == 201
    TokenFamily.objects.update(revoked_at=NOON)
    answers = [told(script("PUT", path, {"value": "2"}, **way)) for way in ({}, OTHER_WAY)]
    assert answers[0] == answers[1]
    assert answers[0][0] == 401
    assert answers[0][2]["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("change", [{"is_active": False}, {"password": "another"}])
def test_an_account_that_ended_is_refused_at_once(
    change: dict[str, Any], habit: Habit, user: User, script: Script
) -> None:
    User.objects.update(**change)
    assert script("PUT", f"habits/{habit.pk}/entries/{TODAY}/", {"value": "1"}).status_code == 401


def test_the_short_way_counts_too(habit: Habit, script: Script, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.RATE_LIMITED = True
    monkeypatch.setattr("smarthabit.kernel.api.throttling.api_settings.DEFAULT_THROTTLE_RATES", {"user": "2/day"})
    path = f"habits/{habit.pk}/entries/{TODAY}/"
    codes = [script("PUT", path, {"value": str(number)}).status_code for number in range(1, 4)]
    assert codes == [201, 200, 429]
    refused = script("PUT", path, {"value": "9"})
    assert refused.json()["code"] == "throttled"
    assert int(refused.headers["Retry-After"]) > 0


def test_a_foreign_host_is_refused(habit: Habit, script: Script) -> None:
    refused = script("PUT", f"habits/{habit.pk}/entries/{TODAY}/", {"value": "1"}, Host="evil.example.org")
    assert refused.status_code == 400
    assert not Entry.objects.exists()


def test_another_media_type_is_left_to_rest_framework(habit: Habit, script: Script) -> None:
    path = f"habits/{habit.pk}/entries/{TODAY}/"
    assert script("PUT", path, {"value": "1"}, Content_Type="text/plain").status_code == 415
    assert script("PUT", path, {"value": "1"}, Accept="text/html").status_code == 406
