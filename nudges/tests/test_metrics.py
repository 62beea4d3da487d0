"""What Prometheus is told of nudges."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from nudges.channels import Delivered, Gone, Retry
from nudges.models import NudgePreferences
from nudges.selectors import standing
from nudges.services import deliver_due, enrol
from nudges.tests.conftest import NOON, FakeChannel, MakeNudge
from smarthabit.accounts.user import User
from smarthabit.kernel import clock

TOKEN = "only-for-tests"


@pytest.fixture(autouse=True)
def counted(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.METRICS_TOKEN = TOKEN
    monkeypatch.setattr(clock, "now", lambda: NOON)


def series(name: str) -> dict[str, float]:
    """The values of a series by its labels."""
    text = Client().get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).content.decode()
    rows = [line.removeprefix(f"smarthabit_{name}").rpartition(" ") for line in text.splitlines() if line[:1] != "#"]
    return {labels: float(value) for labels, _, value in rows if labels[:1] in {"", "{"}}


def test_an_empty_ledger_has_nothing_waiting_and_is_not_late(db: None) -> None:
    assert series("nudges_waiting") == {'{state="due"}': 0, '{state="leased"}': 0}
    assert series("nudge_lag_seconds") == {"": 0}
    assert series("nudges_latest") == {}


def test_what_waits_is_counted_and_the_longest_wait_is_told(make_nudge: MakeNudge) -> None:
    make_nudge(slot=2, next_attempt_at=NOON - dt.timedelta(seconds=90))
    make_nudge(slot=3, next_attempt_at=NOON + dt.timedelta(hours=2))
    make_nudge(slot=4, state="leased", next_attempt_at=NOON - dt.timedelta(hours=1))
    assert series("nudges_waiting") == {'{state="due"}': 2, '{state="leased"}': 1}
    assert series("nudge_lag_seconds") == {"": 90}


def test_the_latest_are_told_by_how_they_ended(make_nudge: MakeNudge, monkeypatch: pytest.MonkeyPatch) -> None:
    for slot, state in enumerate(("dead", "sent", "sent", "expired")):
        make_nudge(slot=slot, state=state)
    told = series("nudges_latest")
    assert sorted(told.values()) == [1, 1, 2]
    assert told['{channel="fake",state="sent"}'] == 2
    monkeypatch.setattr(standing, "LATEST", 1)
    assert series("nudges_latest") == {'{channel="fake",state="expired"}': 1}


@pytest.mark.parametrize(
    ("answer", "outcome"), [(Delivered(), "delivered"), (Retry("busy"), "retry"), (Gone("left"), "gone")]
)
def test_sends_are_counted_by_channel_and_outcome(
    user: User, make_nudge: MakeNudge, fake: FakeChannel, answer: Any, outcome: str
) -> None:
    enrol(user, NOON - dt.timedelta(hours=1))
    NudgePreferences.objects.update(channels=["fake"])
    fake.answers = [answer]
    make_nudge()
    deliver_due(NOON + dt.timedelta(minutes=1))
    label = f'{{channel="fake",outcome="{outcome}"}}'
    assert series("nudge_sends_total") == {label: 1}
