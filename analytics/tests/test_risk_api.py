"""The API of risks: each open unit, the field of a habit, what scripts hear, and how right it was."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import numpy as np
import pytest
from django.test import Client

from analytics.domain.risk_reliability import tallied
from analytics.models import RiskRecord
from analytics.tests.conftest import NOON, MakeHabit
from habits.models import Habit
from habits.services import EntryChange, record_entry
from smarthabit.accounts.user import User
from smarthabit.kernel import clock, details

pytestmark = pytest.mark.once

TODAY = NOON.date()


@pytest.fixture(autouse=True)
def at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOON)


@pytest.fixture
def script(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def get(script: Client, path: str) -> Any:
    response = script.get(f"/api/v1/{path}")
    assert response.status_code == 200, response.content
    return response.json()


def log(user: User, habit: Habit, backs: Any) -> None:
    for back in backs:
        day = TODAY - dt.timedelta(days=back)
        record_entry(user=user, habit_id=habit.pk, day=day, change=EntryChange(1000), now=NOON)


@pytest.fixture
def known(user: User, make_habit: MakeHabit) -> Habit:
    habit = make_habit("Known", started_on=TODAY - dt.timedelta(days=40))
    log(user, habit, (k for k in range(1, 40) if k % 3))
    return habit


def test_each_open_unit_is_listed_with_its_risk(
    script: Client, user: User, stranger: User, known: Habit, make_habit: MakeHabit
) -> None:
    make_habit("Another's", owner=stranger, started_on=TODAY - dt.timedelta(days=40))
    new = make_habit("New", started_on=TODAY)
    done = make_habit("Done")
    log(user, done, [0])
    page = get(script, "risk/")
    assert set(page) == {"results", "next", "previous"}
    first, second = page["results"]
    assert (first["habit"], second["habit"]) == (str(known.pk), str(new.pk))
    assert first["unit"] == {"from": "2026-03-18", "to": "2026-03-18"}
    assert first["level"] in {"low", "medium", "high"}
    assert 0 < float(first["probability"]) < 1
    assert first["as_of"] == "2026-03-18T12:00:00Z"
    assert 1 <= len(first["reasons"]) <= 2
    assert all(set(reason) == {"code", "text"} for reason in first["reasons"])
    assert (second["probability"], second["days"]) == (None, 0)


def test_a_habit_carries_its_risk_while_it_is_open(script: Client, user: User, known: Habit) -> None:
    risk = get(script, f"habits/{known.pk}/")["risk"]
    assert {"probability", "level", "reasons"} <= set(risk)
    log(user, known, [0])
    assert get(script, f"habits/{known.pk}/")["risk"] is None


def test_the_list_takes_as_many_queries_for_many_habits(
    script: Client, known: Habit, make_habit: MakeHabit, django_assert_max_num_queries: Any
) -> None:
    for number in range(60):
        make_habit(f"h{number}")
    with django_assert_max_num_queries(14):
        page = get(script, "risk/")
    assert len(page["results"]) == 50
    assert page["next"]


def test_the_record_is_null_until_there_is_enough(script: Client, user: User) -> None:
    empty = get(script, "risk/calibration/")
    assert (empty["n"], empty["brier"], empty["skill"], empty["bins"]) == (0, None, None, [])
    risk, missed = np.array([0.1] * 30 + [0.9] * 10, dtype=np.float32), np.array([False] * 30 + [True] * 10)
    bins = tallied(risk, missed, np.zeros(40, dtype=np.int64), 1).tobytes()
    RiskRecord.objects.create(user=user, month=TODAY.replace(day=1), bins=bins)
    old = TODAY.replace(year=TODAY.year - 2, day=1)
    RiskRecord.objects.create(user=user, month=old, bins=bins)
    found = get(script, "risk/calibration/")
    assert (found["n"], found["missed"], found["base_rate"], found["brier"]) == (40, 10, "0.2500", "0.0100")
    assert float(found["skill"]) == pytest.approx(1 - 0.01 / 0.1875, abs=1e-4)
    assert [one["n"] for one in found["bins"]] == [30, 10]


@pytest.mark.django_db(transaction=True)
def test_scripts_hear_of_the_risk_with_an_entry(
    script: Client, user: User, known: Habit, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Any] = []
    monkeypatch.setattr("habits.subscribers.live.publish", lambda *args: told.append(args[4]))
    for value in (1, 0):
        address = f"/api/v1/habits/{known.pk}/entries/{TODAY}/"
        body = json.dumps({"value": value})
        assert script.put(address, body, content_type="application/json").status_code in {200, 201}
        told[-1] = details.filled(user.pk, told[-1])  # as where a script listens
    done, undone = (next(event for event in events if event["type"] == "entry") for events in told if events)
    assert done["risk"] is None
    assert undone["risk"]["level"] in {"low", "medium", "high"}
