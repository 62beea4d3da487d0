"""A test message from the settings: by the channel that is asked for, now and then, one at a time."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from nudges.channels import Delivered, Retry
from nudges.services import trial
from nudges.services.trial import send_test
from nudges.tests.conftest import NOON, FakeChannel
from smarthabit.accounts.user import User
from smarthabit.kernel.errors import RuleError

pytestmark = pytest.mark.django_db


def test_a_test_goes_out_says_so_and_is_in_no_ledger(user: User, fake: FakeChannel) -> None:
    fake.answers = [Retry("busy")]
    assert send_test(user=user, kind="fake", now=NOON) == Retry("busy")
    ((message, key, window),) = fake.sent
    assert (message.test, message.items, message.user_id, message.slot) == (True, (), user.pk, 2)
    assert message.key == key
    assert window == trial.WINDOW


def test_it_is_refused_right_after_another_and_where_nothing_is_set_up(user: User, fake: FakeChannel) -> None:
    assert send_test(user=user, kind="fake", now=NOON) == Delivered()
    with pytest.raises(RuleError, match="a moment"):
        send_test(user=user, kind="fake", now=NOON)
    fake.there = False
    for kind in ("fake", "pigeon"):
        with pytest.raises(RuleError, match="not set up"):
            send_test(user=user, kind=kind, now=NOON)


def test_only_one_request_waits_for_other_machines_and_a_crash_lets_the_next_one_in(
    user: User, fake: FakeChannel
) -> None:
    trial._one_at_a_time.acquire()
    try:
        with pytest.raises(RuleError, match="under way"):
            send_test(user=user, kind="fake", now=NOON)
    finally:
        trial._one_at_a_time.release()
    for answer in (ValueError("crash"), None):
        cache.clear()
        fake.answers = [answer] if answer else []
        if answer:
            with pytest.raises(ValueError, match="crash"):
                send_test(user=user, kind="fake", now=NOON)
        else:
            assert send_test(user=user, kind="fake", now=NOON) == Delivered()
