"""Whatever clocks and zones do, a key is there once, and nobody is written to twice for it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

import pytest

from nudges.domain import policy
from nudges.models import Nudge, NudgePreferences
from nudges.services import decide_due, deliver_due, enrol
from nudges.services.schedule import reschedule
from nudges.tests.conftest import FakeChannel, MakeHabit
from smarthabit.accounts.user import User

pytestmark = [pytest.mark.django_db, pytest.mark.once]
HOUR = dt.timedelta(hours=1)


@pytest.mark.parametrize(
    ("start", "zones"),
    [
        pytest.param(dt.datetime(2026, 3, 27, tzinfo=dt.UTC), ["Europe/Berlin"], marks=pytest.mark.thorough),
        (dt.datetime(2026, 10, 23, tzinfo=dt.UTC), ["Europe/Berlin", "America/Santiago", "Australia/Lord_Howe"]),
        (dt.datetime(2011, 12, 28, tzinfo=dt.UTC), ["Pacific/Apia", "Pacific/Pago_Pago"]),
    ],
)
def test_at_most_one_per_key(
    user: User,
    make_habit: MakeHabit,
    fake: FakeChannel,
    monkeypatch: pytest.MonkeyPatch,
    start: dt.datetime,
    zones: list[str],
) -> None:
    """Five days in steps of 20 minutes; every seventh tick runs on a clock a day off, with a journey every 15 hours."""
    monkeypatch.setattr(policy, "CLIP", (0.85, 0.85))
    monkeypatch.setattr(policy, "SILENT_BELOW", 0.0)
    make_habit(started_on=start.date(), now=start)
    make_habit("Walk", started_on=start.date(), now=start)
    row = enrol(user, start)
    NudgePreferences.objects.update(channels=["fake"])
    for step in range(5 * 72):
        now = start + step * HOUR / 3
        if step % 45 == 0:
            user.timezone = zones[step // 45 % len(zones)]
            user.save(update_fields=["timezone"])
            row.refresh_from_db()
            reschedule(user, row, now)
        off = dt.timedelta(days=(step % 3) - 1) if step % 7 == 0 else dt.timedelta(0)
        decide_due(now + off)
        deliver_due(now + off)
    keys = Counter(key for _, key, _ in fake.sent)
    assert keys
    assert set(keys.values()) == {1}
    occasions = Nudge.objects.values_list("habit_id", "day", "slot", "channel")
    assert len(set(occasions)) == len(occasions)
    told: list[Any] = [message for message, _, _ in fake.sent]
    by_day = Counter(message.day for message in told)
    assert max(by_day.values()) <= 2
