"""The channel within the app: the ledger is the inbox, and a test pops up in every open tab."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache

from nudges import channels
from nudges.channels import Delivered
from nudges.channels.in_app import InApp
from nudges.channels.in_app.channel import SLOT, TRIAL_SECONDS, trial_of
from nudges.tests.channels.messages import HOUR, message
from smarthabit.accounts.user import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """What open screens were told."""
    published: list[tuple[Any, ...]] = []
    monkeypatch.setattr("smarthabit.kernel.live.publish", lambda *told: published.append(told))
    return published


def test_the_channels_of_the_product_are_known() -> None:
    assert channels.kinds() == ("in_app", "email", "webpush", "webhook", "apprise")


def test_a_nudge_is_delivered_by_being_in_the_ledger(user: User, told: list[tuple[Any, ...]]) -> None:
    assert InApp().available(user)
    assert InApp().deliver(message(user), key="the-key", window_left=HOUR) == Delivered("inbox")
    assert told == []
    assert trial_of(user.pk) is None


def test_a_test_is_told_to_open_screens_and_shown_in_each_for_a_moment(
    user: User, told: list[tuple[Any, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept_for: list[int] = []
    put = cache.set

    def keeping(key: str, value: Any, seconds: int) -> None:
        kept_for.append(seconds)
        put(key, value, seconds)

    monkeypatch.setattr(cache, "set", keeping)
    InApp().deliver(message(user, title="A test", test=True), key="the-key", window_left=HOUR)
    assert [(who, keys) for who, _seq, keys in told] == [(user.pk, [SLOT])]
    for _tab in range(2):
        assert trial_of(user.pk) == {"title": "A test", "body": "A good moment for “Read”."}
    assert kept_for == [TRIAL_SECONDS]
