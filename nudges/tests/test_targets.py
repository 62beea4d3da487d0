"""Where messages go outside of the app: addresses and devices, each its user's own."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from nudges.models import ChannelTarget, PushSubscription
from nudges.selectors.preferences import preferences_of
from nudges.selectors.targets import MOST_DEVICES, subscriptions_of, targets_of
from nudges.services.targets import (
    forget_device,
    note_failure,
    note_use,
    remove_target,
    set_messenger,
    set_webhook,
    subscribe,
    unsubscribe_device,
)
from nudges.tests.conftest import NOON
from smarthabit.accounts.secrets_at_rest import decrypt
from smarthabit.accounts.user import User
from smarthabit.kernel.errors import NotFound, RuleError

pytestmark = pytest.mark.django_db

HOOK = "https://hooks.example.org/in"
POINT = (
    ec.generate_private_key(ec.SECP256R1())
    .public_key()
    .public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
)
KEYS = {
    "p256dh": base64.urlsafe_b64encode(POINT).rstrip(b"=").decode(),
    "auth": base64.urlsafe_b64encode(b"0123456789abcdef").decode(),
}


def _subscribe(user: User, number: int = 1, **fields: Any) -> PushSubscription:
    told = {"endpoint": f"https://push.example.org/{number}", **KEYS, **fields}
    return subscribe(user=user, now=NOON, **told)[0]


def test_a_webhook_is_kept_encrypted_replaces_the_one_before_and_is_on(user: User) -> None:
    first = set_webhook(user=user, url="https://old.example.org/", now=NOON)
    secret = set_webhook(user=user, url=f" {HOOK} ", now=NOON)
    assert secret != first
    row = ChannelTarget.objects.get()
    assert (decrypt(row.url), decrypt(row.secret), row.label) == (HOOK, secret, "hooks.example.org")
    assert "example" not in row.url
    assert len(base64.b64decode(secret.removeprefix("whsec_"))) == 32
    assert preferences_of(user).channels == ["in_app", "webhook"]


@pytest.mark.parametrize(
    "url", ["", "http://example.org/", "https://127.0.0.1/", "https://[::1]/", "https://a:b@c.de/", "x"]
)
def test_a_webhook_that_is_no_public_https_address_is_refused(user: User, url: str) -> None:
    with pytest.raises(RuleError) as refused:
        set_webhook(user=user, url=url, now=NOON)
    assert (refused.value.code, refused.value.field) == ("unsafe_address", "url")
    assert not ChannelTarget.objects.exists()


def test_a_messenger_is_kept_where_the_operator_allows_it(user: User, settings: Any) -> None:
    settings.APPRISE_SCHEMES = ("tgram",)
    row = set_messenger(user=user, address="tgram://1:abc/2/", now=NOON)
    assert (decrypt(row.url), row.label, row.secret) == ("tgram://1:abc/2/", "tgram://…", "")
    for address, said in (
        ("tgram://1:abc/2/?verify=no", "verify"),
        ("discord://1/2", "tgram://"),
        ("", "cannot be read"),
    ):
        with pytest.raises(RuleError, match=said):
            set_messenger(user=user, address=address, now=NOON)


def test_a_removed_address_switches_its_channel_off_and_nobody_elses(user: User, stranger: User) -> None:
    for one in (user, stranger):
        set_webhook(user=one, url=HOOK, now=NOON)
    for _ in range(2):
        remove_target(user=user, kind="webhook", now=NOON)
    assert targets_of(user) == {}
    assert preferences_of(user).channels == ["in_app"]
    assert "webhook" in targets_of(stranger)
    assert "webhook" in preferences_of(stranger).channels


def test_a_browser_that_subscribes_again_is_the_same_device_with_new_keys(user: User) -> None:
    _subscribe(user, device="Firefox")
    again, created = subscribe(
        user=user, endpoint="https://push.example.org/1", p256dh=KEYS["p256dh"], auth=KEYS["auth"] + "", now=NOON
    )
    assert not created
    assert PushSubscription.objects.get() == again
    assert "webpush" in preferences_of(user).channels


def test_a_browser_belongs_to_whoever_subscribed_last(user: User, stranger: User) -> None:
    _subscribe(user)
    _subscribe(stranger)
    assert subscriptions_of(user.pk) == []
    assert len(subscriptions_of(stranger.pk)) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"p256dh": ""},
        {"p256dh": "x"},
        {"p256dh": "?" * 88},
        {"p256dh": base64.urlsafe_b64encode(b"\x04" + bytes(64)).decode()},
        {"p256dh": base64.urlsafe_b64encode(b"\x02" + POINT[1:33]).decode()},
        {"auth": ""},
        {"auth": "short"},
        {"auth": "ä" * 22},
        {"endpoint": "http://push.example.org/"},
        {"endpoint": "https://127.0.0.1/push"},
        {"endpoint": "https://[::ffff:10.0.0.1]/push"},
        {"endpoint": ""},
    ],
)
def test_what_no_browser_would_send_is_refused(user: User, fields: dict[str, str]) -> None:
    with pytest.raises(RuleError):
        _subscribe(user, 1, **fields)
    assert not PushSubscription.objects.exists()


def test_there_is_a_limit_to_devices_but_not_for_those_that_are_there(user: User) -> None:
    for number in range(MOST_DEVICES):
        _subscribe(user, number)
    with pytest.raises(RuleError):
        _subscribe(user, MOST_DEVICES)
    _subscribe(user, 0)


def test_the_last_device_to_go_switches_push_off(user: User, stranger: User) -> None:
    one, two = _subscribe(user, 1), _subscribe(user, 2)
    with pytest.raises(NotFound):
        unsubscribe_device(user=stranger, subscription_id=one.pk, now=NOON)
    unsubscribe_device(user=user, subscription_id=one.pk, now=NOON)
    assert "webpush" in preferences_of(user).channels
    for _ in range(2):
        unsubscribe_device(user=user, endpoint=two.endpoint, now=NOON)
    assert preferences_of(user).channels == ["in_app"]


def test_use_and_failures_are_noted_and_a_device_that_has_gone_is_forgotten(user: User) -> None:
    set_webhook(user=user, url=HOOK, now=NOON)
    for row in (_subscribe(user), ChannelTarget.objects.get()):
        note_failure(row)
        note_failure(row)
        row.refresh_from_db()
        assert row.failures == 2
        note_use(row, NOON)
        row.refresh_from_db()
        assert (row.failures, row.used_at) == (0, NOON)
    assert ChannelTarget.objects.get().verified_at == NOON
    forget_device(PushSubscription.objects.get())
    assert not PushSubscription.objects.exists()
