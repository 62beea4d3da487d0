"""A test message, asked for from the settings."""

from __future__ import annotations

import threading
import uuid
from datetime import datetime, timedelta

from django.core.cache import cache
from django.utils.translation import gettext as _

from nudges import channels, words
from nudges.channels import Message, Outcome
from nudges.domain.slots import slot_of
from smarthabit.accounts.selectors import today_of
from smarthabit.accounts.user import User
from smarthabit.kernel.errors import RuleError

PAUSE_SECONDS = 10
WINDOW = timedelta(hours=1)

_one_at_a_time = threading.BoundedSemaphore(1)
"""Within a request, another machine may take ten seconds to answer; that must never hold up more than one thread."""


def send_test(*, user: User, kind: str, now: datetime) -> Outcome:
    """Send a test by one channel and say what became of it.

    Raises RuleError where the channel is not set up, or was tried a moment ago.
    """
    channel = channels.channel(kind)
    if channel is None or not channel.available(user):
        raise RuleError("not_set_up", _("This channel is not set up yet."))
    if not cache.add(f"nudges:trial:{user.pk}:{kind}", now.timestamp(), PAUSE_SECONDS):
        raise RuleError("too_soon", _("Give it a moment: a test was sent just now."))
    if not _one_at_a_time.acquire(blocking=False):
        raise RuleError("busy", _("Another test is under way. Please try again in a moment."))
    try:
        key = f"test:{uuid.uuid4().hex}"
        return channel.deliver(_message(user, kind, key, now), key=key, window_left=WINDOW)
    finally:
        _one_at_a_time.release()


def _message(user: User, kind: str, key: str, now: datetime) -> Message:
    local = now.astimezone(user.zone)
    return Message(
        user_id=user.pk,
        key=key,
        day=today_of(user, now),
        slot=slot_of(local.hour * 60 + local.minute),
        title=words.test_title(),
        body=words.test_body(kind),
        url="/nudges/",
        items=(),
        test=True,
    )
