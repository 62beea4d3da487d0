"""Nudges by Web Push: encrypted for one browser, signed by us, and to nowhere within our own network."""

from __future__ import annotations

import base64
import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import http_ece
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.utils import translation
from py_vapid import Vapid02

from nudges.channels import Delivered, Gone, Outcome, Retry
from nudges.channels.webpush import WebPush, vapid
from nudges.channels.webpush.channel import MOST_BYTES, payload_of, topic, unpadded
from nudges.models import PushSubscription
from nudges.services.targets import subscribe
from nudges.tests.channels.messages import HOUR, PAYLOAD, message
from nudges.tests.conftest import NOON
from smarthabit.accounts.user import User
from smarthabit.kernel.outbound import Policy
from smarthabit.testing.receivers import Received, Receiver, Reply

pytestmark = pytest.mark.django_db

HERE = Policy(schemes=frozenset({"http", "https"}), admits=lambda address: address.is_loopback, seconds=5)


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@dataclass
class Browser:
    """A browser's side of a subscription: it alone has the private key."""

    key: ec.EllipticCurvePrivateKey
    auth: bytes

    @classmethod
    def new(cls) -> Browser:
        return cls(ec.generate_private_key(ec.SECP256R1()), b"0123456789abcdef")

    @property
    def p256dh(self) -> str:
        raw = self.key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        return _text(raw)

    def subscribe(self, user: User, endpoint: str = "https://push.example.org/one") -> PushSubscription:
        told = {"endpoint": endpoint, "p256dh": self.p256dh, "auth": _text(self.auth)}
        return subscribe(user=user, **told, device="Firefox on Android", now=NOON)[0]

    def read(self, got: Received) -> dict[str, Any]:
        """What the message says, if it was encrypted for this browser."""
        raw = http_ece.decrypt(got.body, private_key=self.key, auth_secret=self.auth, version="aes128gcm")
        told: dict[str, Any] = json.loads(raw)
        return told


def _aim(row: PushSubscription, url: str) -> None:
    PushSubscription.objects.filter(pk=row.pk).update(endpoint=url)


def _deliver(user: User, policy: Policy = HERE, **fields: Any) -> Outcome:
    return WebPush(policy).deliver(message(user, **fields), key="the-key", window_left=HOUR)


@pytest.fixture
def canary() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


def test_a_message_is_read_by_the_browser_it_is_for_and_by_no_other(user: User) -> None:
    browser, other = Browser.new(), Browser.new()
    with Receiver(Reply(201)) as receiver:
        _aim(browser.subscribe(user), f"{receiver.url}send/1")
        assert _deliver(user, title=PAYLOAD) == Delivered("1 of 1 devices")
    (got,) = receiver.received
    told = browser.read(got)
    assert (told["title"], told["body"], told["tag"]) == (PAYLOAD, "A good moment for “Read”.", topic("the-key"))
    assert [action["action"] for action in told["actions"]] == ["done", "snooze", "dismiss"]
    assert all("/nudges/action/" in action["url"] for action in told["actions"])
    assert b"Read" not in got.body
    with pytest.raises(http_ece.ECEException):
        other.read(got)
    assert PushSubscription.objects.get().used_at is not None


def test_the_headers_say_until_when_what_it_replaces_and_who_we_are(user: User) -> None:
    with Receiver(Reply(201)) as receiver:
        _aim(Browser.new().subscribe(user), receiver.url)
        _deliver(user)
        _deliver(user)
    first, again = receiver.received
    assert first.headers["ttl"] == "3600"
    assert first.headers["content-encoding"] == "aes128gcm"
    assert first.headers["topic"] == again.headers["topic"] == topic("the-key")
    assert len(first.headers["topic"]) <= 32
    assert Vapid02.verify(first.headers["authorization"])
    assert first.headers["authorization"].endswith(f"k={vapid.public_key()}")
    claims = json.loads(unpadded(first.headers["authorization"].partition("t=")[2].split(".")[1]))
    assert claims["aud"] == receiver.url.rstrip("/")
    assert claims["sub"].startswith("mailto:")


def test_the_audience_is_the_services_origin_without_its_usual_port() -> None:
    token = vapid.authorization("https://push.example.org:443/a", NOON).partition("t=")[2]
    assert json.loads(unpadded(token.split(".")[1]))["aud"] == "https://push.example.org"


@pytest.mark.parametrize("status", [404, 410])
def test_a_device_that_has_gone_is_forgotten(user: User, status: int) -> None:
    with Receiver(Reply(status)) as receiver:
        _aim(Browser.new().subscribe(user), receiver.url)
        assert _deliver(user) == Gone(f"answered {status}")
    assert not PushSubscription.objects.exists()
    assert not WebPush().available(user)


@pytest.mark.parametrize(("status", "outcome"), [(429, Retry), (500, Retry), (400, Gone), (403, Gone)])
def test_a_service_that_refuses_keeps_the_device(user: User, status: int, outcome: type) -> None:
    with Receiver(Reply(status)) as receiver:
        _aim(Browser.new().subscribe(user), receiver.url)
        assert isinstance(_deliver(user), outcome)
    assert PushSubscription.objects.get().failures == 1


def test_one_device_that_takes_it_is_enough(user: User) -> None:
    with Receiver(Reply(201)) as receiver, Receiver(Reply(500)) as broken:
        _aim(Browser.new().subscribe(user, "https://push.example.org/1"), receiver.url)
        _aim(Browser.new().subscribe(user, "https://push.example.org/2"), broken.url)
        assert _deliver(user) == Delivered("1 of 2 devices")


def test_a_redirect_into_our_own_network_is_not_followed(user: User, canary: Receiver) -> None:
    with Receiver(Reply(302, {"Location": canary.url})) as receiver:
        _aim(Browser.new().subscribe(user), receiver.url)
        assert isinstance(_deliver(user), Gone)
    assert canary.connections == 0


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "64:ff9b::7f00:1"])
def test_an_endpoint_that_leads_into_our_own_network_is_forgotten(user: User, canary: Receiver, address: str) -> None:
    Browser.new().subscribe(user, f"https://push.evil.example:{canary.port}/")
    assert isinstance(_deliver(user, Policy(resolve=lambda _host, _port: [address])), Gone)
    assert (canary.connections, PushSubscription.objects.count()) == (0, 0)


def test_a_service_that_is_away_may_be_back_later(user: User) -> None:
    Browser.new().subscribe(user)

    def nobody(_host: str, _port: int) -> list[str]:
        raise OSError

    assert isinstance(_deliver(user, Policy(resolve=nobody)), Retry)


def test_there_is_nothing_to_send_to_without_a_device_or_a_key(user: User, settings: Any) -> None:
    assert _deliver(user) == Gone("no device")
    Browser.new().subscribe(user)
    assert WebPush().available(user)
    settings.VAPID_PRIVATE_KEY = ""
    assert not WebPush().available(user)
    assert _deliver(user) == Gone("no key to sign with")


def test_a_long_text_is_cut_to_what_push_services_take(user: User) -> None:
    raw = payload_of(message(user, text="ä" * 5000), "the-key")
    assert len(raw) <= MOST_BYTES
    assert json.loads(raw)["body"].endswith("ä…")


def test_the_screen_is_told_the_language_and_its_direction(user: User) -> None:
    with translation.override("ar"):
        told = json.loads(payload_of(message(user), "the-key"))
    assert (told["lang"], told["dir"]) == ("ar", "rtl")


def test_a_message_that_is_too_late_may_not_wait(user: User) -> None:
    with Receiver(Reply(201)) as receiver:
        _aim(Browser.new().subscribe(user), receiver.url)
        WebPush(HERE).deliver(message(user), key="the-key", window_left=dt.timedelta(seconds=-5))
    assert receiver.received[0].headers["ttl"] == "0"
