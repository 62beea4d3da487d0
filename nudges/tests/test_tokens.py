"""Links in nudges: reading one changes nothing, doing what it says works once, and none can be made up."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core import signing

from habits.models import Entry
from nudges.models import Nudge, NudgePreferences
from nudges.services import enrol, tokens
from nudges.tests.conftest import NOON, FakeChannel, MakeNudge
from smarthabit.accounts.user import User
from smarthabit.kernel.errors import NotFound, RuleError

pytestmark = pytest.mark.django_db


def test_reading_a_token_changes_nothing(make_nudge: MakeNudge) -> None:
    nudge = make_nudge()
    asked = tokens.read(tokens.action_token(nudge.pk, "done"))
    assert (asked.nudge.pk, asked.action) == (nudge.pk, "done")
    assert not Entry.objects.exists()
    assert Nudge.objects.get().seen_at is None


@pytest.mark.parametrize(
    ("action", "mark"), [("done", "acted_at"), ("dismiss", "dismissed_at"), ("snooze", "snoozed_at")]
)
def test_performing_it_does_it_once(make_nudge: MakeNudge, action: str, mark: str) -> None:
    token = tokens.action_token(make_nudge(state="sent", sent_at=NOON).pk, action)
    asked = tokens.perform(token, NOON)
    tokens.perform(token, NOON + dt.timedelta(minutes=1))
    assert getattr(asked.nudge, mark) == getattr(Nudge.objects.get(), mark) == NOON
    assert Entry.objects.count() == (action == "done")


@pytest.mark.parametrize("token", ["", "x", "abc:def:ghi", signing.dumps([1, "done"]), "٣" * 40], ids=range(5))
def test_a_made_up_token_is_nothing(token: str) -> None:
    with pytest.raises(NotFound):
        tokens.read(token)


def test_a_token_of_a_nudge_that_is_gone_is_nothing(make_nudge: MakeNudge) -> None:
    token = tokens.action_token(make_nudge().pk, "done")
    Nudge.objects.all().delete()
    with pytest.raises(NotFound):
        tokens.read(token)


def test_an_old_token_says_so(make_nudge: MakeNudge, monkeypatch: pytest.MonkeyPatch) -> None:
    token = tokens.action_token(make_nudge().pk, "done")
    monkeypatch.setattr(tokens, "GOOD_FOR", dt.timedelta(seconds=-1))
    with pytest.raises(RuleError, match="too old"):
        tokens.read(token)


def test_unsubscribing_switches_one_channel_off(user: User, fake: FakeChannel) -> None:
    enrol(user, NOON)
    NudgePreferences.objects.update(channels=["in_app", "fake"])
    token = tokens.unsubscribe_token(user.pk, "in_app")
    for _ in range(2):
        assert tokens.unsubscribe(token, NOON).channels == ["fake"]


def test_unsubscribing_who_never_subscribed_is_nothing(user: User) -> None:
    with pytest.raises(NotFound):
        tokens.unsubscribe(tokens.unsubscribe_token(user.pk, "email"), NOON)
