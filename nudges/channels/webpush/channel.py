"""The same message to each of a user's devices; a device that has gone is forgotten."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from django.utils import translation

from nudges.channels import Delivered, Gone, Message, Outcome, Retry
from nudges.channels.answers import outcome_of
from nudges.channels.links import absolute, action_url
from nudges.channels.webpush import vapid
from nudges.models import PushSubscription
from nudges.selectors.targets import has_device, subscriptions_of
from nudges.services.targets import forget_device, note_failure, note_use
from smarthabit.kernel import clock, outbound

MOST_BYTES = 3_000
"""Of a payload before encryption; push services take 4,096 bytes after it."""
_GONE = frozenset({404, 410})


@dataclass
class WebPush:
    """The channel to the browsers a user has allowed."""

    policy: outbound.Policy = outbound.PUBLIC
    kind = "webpush"

    def available(self, user: Any) -> bool:
        """Whether there is a key to sign with, and a device."""
        return vapid.configured() and has_device(user)

    def deliver(self, message: Message, *, key: str, window_left: timedelta) -> Outcome:
        """Send it to every device. The user is reached as soon as one service has taken it."""
        if not vapid.configured():
            return Gone("no key to sign with")
        payload = payload_of(message, key)
        outcomes = [self._sent(device, payload, key, window_left) for device in subscriptions_of(message.user_id)]
        taken = sum(isinstance(outcome, Delivered) for outcome in outcomes)
        if taken:
            return Delivered(f"{taken} of {len(outcomes)} devices")
        again = [outcome for outcome in outcomes if isinstance(outcome, Retry)]
        return again[0] if again else Gone(outcomes[0].reason if outcomes else "no device")  # type: ignore[union-attr]  # none was delivered

    def _sent(self, device: PushSubscription, payload: bytes, key: str, window_left: timedelta) -> Outcome:
        now = clock.now()
        try:
            headers = {
                "Content-Encoding": "aes128gcm",
                "Content-Type": "application/octet-stream",
                "TTL": str(max(0, int(window_left.total_seconds()))),
                "Topic": topic(key),
                "Urgency": "normal",
                "Authorization": vapid.authorization(device.endpoint, now),
            }
            answer = outbound.post(device.endpoint, encrypted(payload, device), headers, self.policy)
        except outbound.Refused as error:
            forget_device(device)
            return Gone(str(error))
        except outbound.Unreachable as error:
            note_failure(device)
            return Retry(str(error))
        if answer.status in _GONE:
            forget_device(device)
            return Gone(f"answered {answer.status}")
        outcome = outcome_of(answer)
        if isinstance(outcome, Delivered):
            note_use(device, now)
        else:
            note_failure(device)
        return outcome


def topic(key: str) -> str:
    """What a message replaces when it is sent again before it was fetched: at most 32 characters (RFC 8030, 5.4)."""
    return base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest()[:24]).decode()


def payload_of(message: Message, key: str) -> bytes:
    """What the service worker shows. `tag` lets a second copy replace the first on the screen."""
    told: dict[str, Any] = {
        "title": message.title,
        "body": message.body,
        "tag": topic(key),
        "url": absolute(message.url),
        "lang": translation.get_language() or "",
        "dir": "rtl" if translation.get_language_bidi() else "ltr",
        "actions": [
            {"action": action.kind, "title": action.label, "url": action_url(action)} for action in message.actions
        ],
    }
    while len(raw := json.dumps(told, ensure_ascii=False).encode()) > MOST_BYTES and told["body"]:
        told["body"] = told["body"][: len(told["body"]) // 2].rstrip() + ("…" if len(told["body"]) > 1 else "")
    return raw


def encrypted(payload: bytes, device: PushSubscription) -> bytes:
    """The payload for the eyes of one device (aes128gcm, RFC 8188), with a key that is used once."""
    once = ec.generate_private_key(ec.SECP256R1())
    sealed = http_ece.encrypt(
        payload, private_key=once, dh=unpadded(device.p256dh), auth_secret=unpadded(device.auth), version="aes128gcm"
    )
    return bytes(sealed)


def unpadded(text: str) -> bytes:
    """Base64url with or without its padding."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
