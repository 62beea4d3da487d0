"""The inbox shows the ledger itself, so a nudge is delivered as soon as the ledger says so; open tabs hear it then."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.cache import cache

from nudges.channels import Delivered, Message, Outcome
from smarthabit.accounts.services import bump_seq
from smarthabit.kernel import live

SLOT = "nudges"
"""The live key of the bell with the newest nudge."""
TRIAL_SECONDS = 20
"""How long a test can be fetched: longer than any tab takes to hear of it, also without Redis."""


class InApp:
    """The channel that is always there."""

    kind = "in_app"

    def available(self, _user: Any) -> bool:
        """Everyone has an inbox."""
        return True

    def deliver(self, message: Message, *, key: str, window_left: timedelta) -> Outcome:  # noqa: ARG002 - the interface
        """Nothing is left to do; a test is put where the toast looks, and the tabs are told."""
        if message.test:
            cache.set(_trial_key(message.user_id), {"title": message.title, "body": message.body}, TRIAL_SECONDS)
            live.publish(message.user_id, bump_seq(message.user_id), [SLOT])
        return Delivered("inbox")


def trial_of(user_id: int) -> dict[str, str] | None:
    """The test message a user has just asked for. Every open tab fetches it: it ends by time, not by being read."""
    found: dict[str, str] | None = cache.get(_trial_key(user_id))
    return found


def _trial_key(user_id: int) -> str:
    return f"nudges:trial:{user_id}"
