"""People, habits and nudges for tests."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import translation

from habits.models import Habit
from habits.tests.conftest import DAILY, NOON, MakeHabit, make_habit, stranger, user
from nudges import channels
from nudges.channels import Delivered, Message, Outcome
from nudges.domain.clockwork import slot_at, slot_span
from nudges.models import Nudge
from smarthabit.accounts.user import User

__all__ = ["DAILY", "NOON", "MakeHabit", "make_habit", "stranger", "user"]

MakeNudge = Callable[..., Nudge]


class FakeChannel:
    """A channel that keeps what it was given, and answers what it is told to."""

    def __init__(self, kind: str = "fake") -> None:
        self.kind = kind
        self.there = True
        self.sent: list[tuple[Message, str, dt.timedelta]] = []
        self.answers: list[Outcome | Exception] = []
        self.languages: list[str | None] = []

    def available(self, user: Any) -> bool:  # noqa: ARG002 - the interface
        return self.there

    def deliver(self, message: Message, *, key: str, window_left: dt.timedelta) -> Outcome:
        self.sent.append((message, key, window_left))
        self.languages.append(translation.get_language())
        answer = self.answers.pop(0) if self.answers else Delivered()
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeChannel:
    """The only channel there is."""
    monkeypatch.setattr(channels, "_channels", {})
    channel = FakeChannel()
    channels.register(channel)
    return channel


@pytest.fixture
def make_nudge(user: User, make_habit: MakeHabit) -> MakeNudge:
    """Makes rows of the ledger: one that is due at noon of today, unless told otherwise."""

    def make(habit: Habit | None = None, *, now: dt.datetime = NOON, **fields: Any) -> Nudge:
        habit = habit or make_habit()
        found = slot_at(now, user.zone)
        assert found is not None
        day, slot = found
        span = slot_span(day, slot, user.zone)
        assert span is not None
        told: dict[str, Any] = {
            "user_id": habit.user_id,
            "habit": habit,
            "day": day,
            "slot": slot,
            "channel": "fake",
            "style": "plan",
            "due_at": span[0],
            "next_attempt_at": span[0],
            "expires_at": span[1],
            "created_at": now,
            "message_key": f"{habit.user_id}:{day:%Y%m%d}:{slot}:fake",
            **fields,
        }
        return Nudge.objects.create(**told)

    return make
