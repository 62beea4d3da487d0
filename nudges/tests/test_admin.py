"""What operators see of nudges, and what they can do about them."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from nudges.models import Decision, KillSwitch, Nudge
from nudges.selectors.operating import estimates, failures, queue, silences
from nudges.services.operating import requeue
from nudges.tests.conftest import NOON, MakeHabit, MakeNudge
from smarthabit.accounts.models import AuditEvent
from smarthabit.accounts.user import User
from smarthabit.kernel import clock

pytestmark = [pytest.mark.django_db, pytest.mark.once]
HOUR = dt.timedelta(hours=1)
NOW = NOON + dt.timedelta(minutes=1)


@pytest.fixture
def operator(client: Client) -> Client:
    boss = User.objects.create_superuser("op@example.org", "a long enough secret")
    client.force_login(boss)
    return client


def decision(habit: object, day: int, *, sent: bool, done: bool, silent: float = 0.5, **fields: object) -> Decision:
    told: dict[str, object] = {
        "user_id": habit.user_id,  # type: ignore[attr-defined]
        "habit": habit,
        "day": dt.date(2026, 1, 1) + dt.timedelta(days=day),
        "slot": 2,
        "made_at": NOON,
        "reason": "sent" if sent else "drawn_no_send",
        "action": "plan" if sent else "no_send",
        "randomised": True,
        "propensities": {"no_send": silent, "plan": 1 - silent},
        "features": {"hazard": [0.1] * 6},
        "outcome": {"delivered": sent, "done_that_day": done},
        "settled_at": NOON,
        **fields,
    }
    return Decision.objects.create(**told)


def test_the_queue_says_how_long_the_first_has_waited(make_habit: MakeHabit, make_nudge: MakeNudge) -> None:
    states = {"due": {}, "dead": {"state": "dead"}, "leased": {"state": "leased"}, "sent": {"state": "sent"}}
    for name, fields in states.items():
        make_nudge(make_habit(name), **fields)
    make_nudge(make_habit("again"), attempts=1, next_attempt_at=NOW + HOUR)
    make_nudge(make_habit("late"), state="expired", reason="expired")
    found = queue(NOW)
    assert (found.waiting, found.leased, found.retrying, found.dead, found.expired) == (1, 1, 1, 1, 1)
    assert found.lag == 60
    Nudge.objects.all().delete()
    assert queue(NOW).lag == 0


def test_silence_and_failures_are_counted_by_reason(make_habit: MakeHabit, make_nudge: MakeNudge) -> None:
    habit = make_habit()
    for day in range(3):
        decision(habit, day, sent=False, done=False, reason="quiet", randomised=False)
    decision(habit, 5, sent=False, done=False, reason="quiet", made_at=NOON - dt.timedelta(days=8))
    make_nudge(make_habit("closed"), state="cancelled", reason="closed")
    for name in ("one", "two"):
        make_nudge(make_habit(name), state="dead", reason="attempts", last_error="answered 500")
    said = [(line.what, line.count) for line in silences(NOW)]
    assert said == [("quiet", 3), ("attempts", 2), ("closed", 1)]
    assert [(line.what, line.detail, line.count) for line in failures(NOW)] == [("fake", "answered 500", 2)]


def test_estimates_come_from_draws_alone(make_habit: MakeHabit) -> None:
    assert estimates() == []
    habit = make_habit()
    for day in range(40):  # nudged: done on 3 of 4 days; silent: on 1 of 4
        decision(habit, day, sent=day % 2 == 0, done=(day // 2) % 4 < (3 if day % 2 == 0 else 1))
    decision(habit, 50, sent=True, done=True, outcome={"delivered": False, "done_that_day": True})
    decision(habit, 51, sent=False, done=True, randomised=False, propensities={"no_send": 1.0})
    found = {one.policy: one for one in estimates()}
    assert found["never"].ips.value == pytest.approx(0.25)
    assert found["always"].snips.value == pytest.approx(0.75)
    assert found["as_decided"].dr.value == pytest.approx(0.5)
    assert found["always"].dr.low <= found["always"].dr.value <= found["always"].dr.high
    Decision.objects.filter(action="plan").delete()
    assert {one.policy: one.snips.value for one in estimates()}["never"] == pytest.approx(0.25)


def test_dead_letters_go_back_whole_unless_they_are_too_late(make_habit: MakeHabit, make_nudge: MakeNudge) -> None:
    dead = {"state": "dead", "reason": "attempts", "attempts": 5}
    first, second = make_nudge(make_habit("a"), **dead), make_nudge(make_habit("b"), **dead)
    late = make_nudge(make_habit("c"), expires_at=NOON, message_key="late", **dead)
    sent = make_nudge(make_habit("d"), state="sent", message_key="sent")
    assert requeue(ids=[first.pk, late.pk, sent.pk], now=NOW) == (2, 1)
    assert requeue(ids=[first.pk], now=NOW) == (0, 0)
    states = {row.pk: (row.state, row.attempts) for row in Nudge.objects.all()}
    assert states == {first.pk: ("due", 0), second.pk: ("due", 0), late.pk: ("dead", 5), sent.pk: ("sent", 0)}


def test_operators_requeue_from_the_list(operator: Client, make_habit: MakeHabit, make_nudge: MakeNudge) -> None:
    now = clock.now()
    nudge = make_nudge(make_habit(), state="dead", expires_at=now + HOUR)
    late = make_nudge(make_habit("late"), state="dead", message_key="late")
    chosen = {"action": "try_again", "_selected_action": [nudge.pk, late.pk]}
    answer = operator.post(reverse("admin:nudges_nudge_changelist"), chosen, follow=True)
    assert "1 nudge is due again." in answer.text
    assert "1 is too late to be sent." in answer.text


def test_the_overview_has_it_all(operator: Client, make_habit: MakeHabit, make_nudge: MakeNudge) -> None:
    habit = make_habit()
    page = operator.get(reverse("admin:nudges_overview")).text
    for nothing in ("No draws have been settled yet.", "Nothing was held back.", "Nothing failed."):
        assert nothing in page
    decision(habit, 1, sent=True, done=True)
    make_nudge(habit, state="dead", reason="gone", last_error="answered 410", due_at=clock.now())
    page = operator.get(reverse("admin:nudges_overview")).text
    assert "answered 410" in page
    assert "A nudge at every chance" in page
    assert reverse("admin:nudges_overview") in operator.get(reverse("admin:nudges_nudge_changelist")).text


def test_the_overview_is_for_operators(client: Client, user: User) -> None:
    client.force_login(user)
    assert client.get(reverse("admin:nudges_overview")).status_code == 302
    User.objects.update(is_staff=True)
    assert client.get(reverse("admin:nudges_overview")).status_code == 403


def test_the_switch_is_thrown_in_the_operators_name(operator: Client) -> None:
    operator.post(reverse("admin:nudges_killswitch_add"), {"on": "on", "reason": "too loud"})
    thrown = KillSwitch.objects.get()
    assert (thrown.on, thrown.reason, thrown.actor_email) == (True, "too loud", "op@example.org")
    assert AuditEvent.objects.filter(detail__model="nudges.KillSwitch").exists()
    assert operator.get(reverse("admin:nudges_killswitch_change", args=[thrown.pk])).status_code == 200
    assert "kill switch" in operator.get(reverse("admin:nudges_overview")).text


def test_decisions_are_asked_again_from_the_list(operator: Client, make_habit: MakeHabit) -> None:
    row = decision(make_habit(), 1, sent=True, done=True, features=None)
    chosen = {"action": "ask_again", "_selected_action": [row.pk]}
    answer = operator.post(reverse("admin:nudges_decision_changelist"), chosen, follow=True)
    assert "0 answer the same, 0 otherwise" in answer.text


@pytest.mark.parametrize(
    "table",
    ["nudge", "decision", "killswitch", "nudgepreferences", "nudgememory", "pushsubscription", "channeltarget"],
)
def test_every_list_opens(operator: Client, make_nudge: MakeNudge, table: str) -> None:
    make_nudge()
    assert operator.get(reverse(f"admin:nudges_{table}_changelist")).status_code == 200
    allowed = table == "killswitch"
    assert operator.get(reverse(f"admin:nudges_{table}_add")).status_code == (200 if allowed else 403)
