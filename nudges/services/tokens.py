"""Signed links by which a nudge is answered without signing in.

A link only shows what it would do, so that mail programs may fetch it ahead; a POST of the same token does it. Doing
it twice changes nothing, and a token says nothing but which nudge and what.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core import signing
from django.utils.translation import gettext as _

from nudges.models import Nudge, NudgePreferences
from nudges.services import preferences, reactions
from smarthabit.accounts.user import User
from smarthabit.kernel.errors import NotFound, RuleError

DONE, SNOOZE, DISMISS = ACTIONS = ("done", "snooze", "dismiss")
GOOD_FOR = timedelta(days=7)
UNSUBSCRIBE_FOR = timedelta(days=400)
"""How long the link at the foot of a mail works: longer than anybody keeps mail unread."""

_ACTION, _UNSUBSCRIBE = "nudges.action", "nudges.unsubscribe"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a token stands for: the nudge (with its user and habit) and one of ``ACTIONS``."""

    nudge: Nudge
    action: str


@dataclass(frozen=True, slots=True)
class Unsubscribing:
    """Whose messages, and by which channel, are to end."""

    user: User
    channel: str


def action_token(nudge_id: int, action: str) -> str:
    """A token for one of ``ACTIONS`` on one nudge."""
    return signing.dumps([nudge_id, action], salt=_ACTION)


def read(token: str) -> Asked:
    """What a token asks for; changes nothing. Raises RuleError for one that is old, NotFound for one that is none."""
    nudge_id, action = _opened(token, _ACTION, GOOD_FOR)
    nudge = Nudge.objects.select_related("user", "habit").filter(pk=nudge_id, user__is_active=True).first()
    if nudge is None:
        raise NotFound
    return Asked(nudge, action)


def perform(token: str, now: datetime) -> Asked:
    """Do what the token asks for, as the nudge's own user. Raises what ``read`` and the reactions raise."""
    asked = read(token)
    does = {DONE: reactions.act, SNOOZE: reactions.snooze, DISMISS: reactions.dismiss}[asked.action]
    does(user=asked.nudge.user, nudge_id=asked.nudge.pk, now=now)
    asked.nudge.refresh_from_db()
    return asked


def unsubscribe_token(user_id: int, channel: str) -> str:
    """A token that switches one channel off for a user."""
    return signing.dumps([user_id, channel], salt=_UNSUBSCRIBE)


def read_unsubscribe(token: str) -> Unsubscribing:
    """What such a token asks for; changes nothing. Raises RuleError for an old one, NotFound for none."""
    user_id, channel = _opened(token, _UNSUBSCRIBE, UNSUBSCRIBE_FOR)
    row = NudgePreferences.objects.select_related("user").filter(pk=user_id).first()
    if row is None:
        raise NotFound
    return Unsubscribing(row.user, channel)


def unsubscribe(token: str, now: datetime) -> NudgePreferences:
    """Switch off the channel the token names; repeating it changes nothing. Raises RuleError or NotFound."""
    asked = read_unsubscribe(token)
    return preferences.switch_channel(user=asked.user, kind=asked.channel, on=False, now=now)


def _opened(token: str, salt: str, good_for: timedelta) -> tuple[int, str]:
    try:
        first, second = signing.loads(token, salt=salt, max_age=good_for)
    except signing.SignatureExpired as error:
        raise RuleError("expired", _("This link is too old.")) from error
    except signing.BadSignature as error:
        raise NotFound from error
    return int(first), str(second)
