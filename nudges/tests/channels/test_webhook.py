"""Nudges to a user's own server: signed, once, and never to a machine of ours."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from typing import Any

import pytest

from nudges.channels import Delivered, Gone, Outcome, Retry
from nudges.channels.webhook import Webhook
from nudges.models import ChannelTarget
from nudges.services.targets import set_webhook
from nudges.tests.channels.messages import HOUR, PAYLOAD, message
from nudges.tests.conftest import NOON
from smarthabit.accounts.secrets_at_rest import encrypt
from smarthabit.accounts.user import User
from smarthabit.kernel.outbound import Policy
from smarthabit.testing.receivers import Received, Receiver, Reply

pytestmark = pytest.mark.django_db

HERE = Policy(schemes=frozenset({"http", "https"}), admits=lambda address: address.is_loopback, seconds=5)


@pytest.fixture
def secret(user: User) -> str:
    """The secret of a user with a webhook."""
    return set_webhook(user=user, url="https://hooks.example.org/smarthabit", now=NOON)


@pytest.fixture
def canary() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


def _aim(url: str) -> None:
    ChannelTarget.objects.update(url=encrypt(url))


def _deliver(user: User, policy: Policy = HERE, **fields: Any) -> Outcome:
    return Webhook(policy).deliver(message(user, **fields), key="the-key", window_left=HOUR)


def _is_signed(got: Received, secret: str) -> bool:
    """As a receiver would check it, from the rules of Standard Webhooks alone."""
    signed = f"{got.headers['webhook-id']}.{got.headers['webhook-timestamp']}.".encode() + got.body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    wanted = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return got.headers["webhook-signature"] == f"v1,{wanted}"


def test_a_nudge_reaches_a_server_signed_and_says_what_it_is(user: User, secret: str) -> None:
    with Receiver() as receiver:
        _aim(f"{receiver.url}in?x=1")
        assert _deliver(user, title=PAYLOAD) == Delivered("200")
        assert isinstance(_deliver(user), Delivered)
    first, again = receiver.received
    assert first.path == "/in?x=1"
    assert _is_signed(first, secret)
    assert not _is_signed(first, "whsec_" + base64.b64encode(b"another").decode())
    assert not _is_signed(Received(first.path, first.headers, first.body + b" "), secret)
    assert first.headers["idempotency-key"] == again.headers["idempotency-key"] == "the-key"
    told = json.loads(first.body)
    assert (told["type"], told["id"], told["data"]["title"], told["data"]["slot"]) == ("nudge", "the-key", PAYLOAD, 2)
    assert told["data"]["items"][0]["nudge"] == "1"
    assert told["expires_at"] > told["timestamp"]
    assert b"/nudges/action/" not in first.body  # what acts without a sign-in is not for third parties
    assert ChannelTarget.objects.get().used_at is not None


def test_a_test_says_that_it_is_one(user: User, secret: str) -> None:
    with Receiver() as receiver:
        _aim(receiver.url)
        _deliver(user, items=(), actions=(), test=True)
    assert json.loads(receiver.received[0].body)["type"] == "nudge.test"


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (Reply(204), Delivered("204")),
        (Reply(500), Retry("answered 500")),
        (Reply(503, {"Retry-After": "120"}), Retry("answered 503", HOUR / 30)),
        (Reply(429, {"Retry-After": "999999"}), Retry("answered 429", 6 * HOUR)),
        (Reply(429, {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}), Retry("answered 429")),
        (Reply(409), Retry("answered 409")),
        (Reply(400), Gone("answered 400")),
        (Reply(410), Gone("answered 410")),
    ],
)
def test_the_answer_says_whether_to_try_again(user: User, secret: str, reply: Reply, outcome: Outcome) -> None:
    with Receiver(reply) as receiver:
        _aim(receiver.url)
        assert _deliver(user) == outcome
    assert ChannelTarget.objects.get().failures == (not isinstance(outcome, Delivered))


def test_a_redirect_into_our_own_network_is_not_followed(user: User, secret: str, canary: Receiver) -> None:
    with Receiver(Reply(307, {"Location": canary.url})) as receiver:
        _aim(receiver.url)
        assert _deliver(user) == Gone("answered 307")
    assert canary.connections == 0


@pytest.mark.parametrize("address", ["127.0.0.1", "::ffff:127.0.0.1", "10.0.0.1", "169.254.169.254"])
def test_a_name_that_leads_into_our_own_network_is_refused(
    user: User, secret: str, canary: Receiver, address: str
) -> None:
    _aim(f"https://rebound.example:{canary.port}/")
    assert isinstance(_deliver(user, Policy(resolve=lambda _host, _port: [address])), Gone)
    assert canary.connections == 0


def test_nobody_there_may_be_there_later(user: User, secret: str) -> None:
    with Receiver() as receiver:
        port = receiver.port
    _aim(f"http://127.0.0.1:{port}/")
    assert isinstance(_deliver(user), Retry)


def test_without_an_address_there_is_nobody(user: User, stranger: User, secret: str) -> None:
    assert Webhook().available(user)
    assert not Webhook().available(stranger)
    assert isinstance(_deliver(stranger), Gone)


def test_an_address_that_cannot_be_read_any_more_is_no_crash(user: User, secret: str, settings: Any) -> None:
    settings.SECRET_KEY = "another-key-altogether-0123456789-abcdefghijklmnopqrstuv"
    assert isinstance(_deliver(user), Gone)
