"""One POST of signed JSON, by the rules of Standard Webhooks (https://www.standardwebhooks.com).

`webhook-signature` is `v1,` and the base64 HMAC-SHA256, under the user's secret, of id, timestamp and body joined by
dots. `Idempotency-Key` (and `webhook-id`) is the same at every attempt.
"""

from __future__ import annotations

import base64
import hmac
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from nudges.channels import Delivered, Gone, Message, Outcome, Retry
from nudges.channels.answers import outcome_of
from nudges.channels.links import absolute
from nudges.selectors.targets import has_target, target_of
from nudges.services.targets import note_failure, note_use
from smarthabit.accounts.secrets_at_rest import UnreadableSecret, decrypt
from smarthabit.kernel import clock, outbound
from smarthabit.kernel.api.fields import instant_text

SECRET_PREFIX = "whsec_"  # noqa: S105 - what every secret of the kind begins with


@dataclass
class Webhook:
    """The channel to the one address a user has named."""

    policy: outbound.Policy = outbound.PUBLIC
    kind = "webhook"

    def available(self, user: Any) -> bool:
        """Whether the user has named an address."""
        return has_target(user, self.kind)

    def deliver(self, message: Message, *, key: str, window_left: timedelta) -> Outcome:
        """Post it, once."""
        target = target_of(message.user_id, self.kind)
        if target is None:
            return Gone("no address")
        try:
            url, secret = decrypt(target.url), decrypt(target.secret)
        except UnreadableSecret:
            return Gone("the address cannot be read any more: SECRET_KEY was changed")
        now = clock.now()
        body = body_of(message, key, now, window_left)
        outcome = self._posted(url, body, headers_of(body, key, secret, now))
        if isinstance(outcome, Delivered):
            note_use(target, now)
        else:
            note_failure(target)
        return outcome

    def _posted(self, url: str, body: bytes, headers: dict[str, str]) -> Outcome:
        try:
            return outcome_of(outbound.post(url, body, headers, self.policy))
        except outbound.Refused as error:
            return Gone(str(error))
        except outbound.Unreachable as error:
            return Retry(str(error))


def body_of(message: Message, key: str, now: datetime, window_left: timedelta) -> bytes:
    """What the receiver reads: the message, and until when it is worth anything."""
    told = {
        "type": "nudge.test" if message.test else "nudge",
        "id": key,
        "timestamp": instant_text(now),
        "expires_at": instant_text(now + window_left),
        "data": {
            "day": message.day.isoformat(),
            "slot": message.slot,
            "title": message.title,
            "body": message.body,
            "url": absolute(message.url),
            "items": [
                {
                    "nudge": str(item.nudge_id),
                    "habit": str(item.habit_id),
                    "name": item.habit_name,
                    "style": item.style,
                    "text": item.text,
                }
                for item in message.items
            ],
        },
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def headers_of(body: bytes, key: str, secret: str, now: datetime) -> dict[str, str]:
    """The headers that let a receiver tell that it was us, when, and whether it has seen this before."""
    at = str(int(now.timestamp()))
    return {
        "Content-Type": "application/json",
        "Idempotency-Key": key,
        "webhook-id": key,
        "webhook-timestamp": at,
        "webhook-signature": f"v1,{signature(secret, key, at, body)}",
    }


def signature(secret: str, key: str, at: str, body: bytes) -> str:
    """The base64 HMAC-SHA256 of what is sent."""
    raw = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    return base64.b64encode(hmac.digest(raw, f"{key}.{at}.".encode() + body, "sha256")).decode()
