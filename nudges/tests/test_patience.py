"""What hangs, is slow or fails again and again holds nobody else up."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from nudges.channels import Delivered, Message, Outcome
from nudges.models import Nudge, NudgePreferences
from nudges.selectors import refusals
from nudges.services import claims, delivery, enrol
from nudges.services.patience import Patience, TookTooLong
from nudges.tests.conftest import NOON, FakeChannel, MakeHabit, MakeNudge
from smarthabit.accounts.user import User

AT = NOON + dt.timedelta(minutes=1)
HOUR = dt.timedelta(hours=1)


def row(nudge: Nudge) -> Nudge:
    return Nudge.objects.get(pk=nudge.pk)


def test_a_delivery_that_hangs_is_left_behind() -> None:
    wake, patience = threading.Event(), Patience(0.05)
    with pytest.raises(TookTooLong):
        patience.call(wake.wait)
    assert patience.call(lambda: 7) == 7
    wake.set()
    with pytest.raises(ZeroDivisionError):
        patience.call(lambda: 1 // 0)
    patience.close()


def test_too_many_that_hang_are_not_added_to() -> None:
    wake, started = threading.Event(), []

    def hang() -> None:
        started.append(1)
        wake.wait()

    for _ in range(9):
        with pytest.raises(TookTooLong):
            Patience(0.01).call(hang)
    wake.set()
    assert len(started) == 8


def test_whoever_waits_says_so_once_and_gets_the_answer_all_the_same() -> None:
    wake, patience = threading.Event(), Patience(20)

    def slow() -> str:
        assert wake.wait(20)
        return "late"

    assert patience.call(slow, slow=0.01, when_slow=wake.set) == "late"
    assert patience.call(lambda: "soon", slow=20, when_slow=pytest.fail) == "soon"
    patience.close()


@pytest.fixture
def two(
    user: User, stranger: User, make_habit: MakeHabit, make_nudge: MakeNudge, fake: FakeChannel
) -> tuple[Nudge, Nudge]:
    """Messages to two people, the first of which is due first."""
    for someone in (user, stranger):
        enrol(someone, NOON - HOUR)
    first, other = make_nudge(make_habit("first")), make_nudge(make_habit("other", owner=stranger))
    NudgePreferences.objects.update(channels=["fake"])
    return first, other


@pytest.mark.django_db
def test_the_rest_of_a_batch_is_given_back_after_a_slow_one(
    two: tuple[Nudge, Nudge], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "SLOW", -1.0)
    run = delivery.Run(AT, Patience(0))
    delivery._send_batch(run, *claims.claim(AT, most=10))
    assert (row(two[1]).state, row(two[1]).attempts, row(two[1]).token) == ("due", 0, None)
    assert run.sent == 1


@pytest.mark.django_db
def test_the_rest_of_a_batch_is_given_back_while_a_slow_one_is_waited_for(
    two: tuple[Nudge, Nudge], fake: FakeChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    given_back = threading.Event()
    give_back = claims.give_back

    def giving_back(*told: Any) -> int:
        count = give_back(*told)
        given_back.set()
        return count

    def deliver(_message: Message, **_told: Any) -> Outcome:
        assert given_back.wait(20)
        return Delivered()

    monkeypatch.setattr(delivery, "SLOW", 0.01)
    monkeypatch.setattr(claims, "give_back", giving_back)
    monkeypatch.setattr(fake, "deliver", deliver)
    run = delivery.Run(AT, Patience(20))
    delivery._send_batch(run, *claims.claim(AT, most=10))
    run.patience.close()
    assert [(row(nudge).state, row(nudge).attempts) for nudge in two] == [("sent", 1), ("due", 0)]


@pytest.mark.django_db
def test_what_failed_before_comes_after_what_did_not(two: tuple[Nudge, Nudge], fake: FakeChannel) -> None:
    Nudge.objects.filter(pk=two[0].pk).update(attempts=1)
    delivery._send_batch(delivery.Run(AT, Patience(0)), *claims.claim(AT, most=10))
    assert [key for _, key, _ in fake.sent] == [two[1].message_key, two[0].message_key]


@pytest.mark.django_db
def test_what_is_known_no_more_is_looked_up_for_all_that_are_left(
    two: tuple[Nudge, Nudge], fake: FakeChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def situation(rows: Sequence[Nudge], now: dt.datetime) -> refusals.Situation:
        asked.append(len(rows))
        seen = look_up(rows, now)
        return replace(seen, now=seen.now - dt.timedelta(seconds=5)) if len(asked) == 1 else seen

    look_up = refusals.situation
    monkeypatch.setattr(delivery, "situation", situation)
    monkeypatch.setattr(delivery, "FRESH", dt.timedelta(seconds=4))
    delivery._send_batch(delivery.Run(AT, Patience(0)), *claims.claim(AT, most=10))
    assert len(fake.sent) == len(two)
    assert asked == [2, 2]
