"""What the settings page of nudges shows: each channel with how it stands, the devices, the habits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from habits.selectors import habit_views
from habits.selectors.entries import has_checked_in
from nudges import channels, words
from nudges.channels.webpush import vapid
from nudges.forms import HabitForm
from nudges.models import ChannelTarget, NudgePreferences, PushSubscription
from nudges.selectors.preferences import habit_preferences
from nudges.selectors.targets import subscriptions_of, targets_of
from smarthabit.accounts.user import User

ICONS = {"in_app": "bell", "email": "mail", "webpush": "smartphone", "webhook": "webhook", "apprise": "message-circle"}
ASK_AFTER = 3
"""Check-ins before a browser is offered to be woken: never at first sight."""
HABITS = 25


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """One channel: whether it is on, whether it can be, and what to know about it."""

    kind: str
    name: str
    icon: str
    on: bool
    ready: bool
    note: str
    target: ChannelTarget | None = None


@dataclass(frozen=True, slots=True)
class Push:
    """Web Push on this site for this user; `offered` once they have settled in."""

    configured: bool
    offered: bool
    devices: Sequence[PushSubscription]
    public_key: str


def channel_rows(user: User, row: NudgePreferences) -> list[ChannelRow]:
    """The channels of this site, those the operator has not switched on left out."""
    targets = targets_of(user)
    rows = []
    for kind in channels.kinds():
        channel = channels.channel(kind)
        if channel is None or (kind == "apprise" and not settings.APPRISE_SCHEMES):
            continue
        ready, target = channel.available(user), targets.get(kind)
        note = _note(kind, user, ready=ready, target=target)
        on = kind in row.channels
        rows.append(ChannelRow(kind, words.channel_words(kind), ICONS.get(kind, "send"), on, ready, note, target))
    return rows


def push_of(user: User) -> Push:
    """What the page needs to offer push."""
    configured = vapid.configured()
    devices = subscriptions_of(user.pk) if configured else []
    offered = configured and (bool(devices) or has_checked_in(user, ASK_AFTER))
    return Push(configured, offered, devices, vapid.public_key() if configured else "")


def habit_rows(user: User, now: datetime, page: int) -> tuple[list[dict[str, Any]], bool]:
    """What is wanted for the habits of a page, and whether there are more pages. Limits are left out: they hold by
    themselves, so nobody is nudged about them."""
    views = habit_views(user, now, offset=(page - 1) * HABITS, limit=HABITS + 1)
    wanted = habit_preferences(user)
    rows = []
    for view in views[:HABITS]:
        if view.habit.kind != "build":
            continue
        own = wanted.get(view.habit.pk)
        initial = {"slot": own.slot, "reminders": own.reminders} if own else {"reminders": "usual"}
        form = HabitForm(initial=initial, prefix=f"habit-{view.habit.pk}")
        rows.append({"habit": view.habit, "form": form})
    return rows, len(views) > HABITS


def _note(kind: str, user: User, *, ready: bool, target: ChannelTarget | None) -> str:
    if kind == "in_app":
        return _("A bell on every page, and a note where a page is open.")
    if kind == "email":
        return _email_note(user, ready=ready)
    if kind == "webpush":
        return _push_note(ready=ready)
    if target is None:
        return _("No address yet.")
    if target.failures:
        return _("%(label)s: the last message was not taken.") % {"label": target.label}
    return target.label


def _email_note(user: User, *, ready: bool) -> str:
    if not settings.EMAIL_CONFIGURED:
        return _("This server sends no mail.")
    return user.email if ready else _("Your address is not confirmed yet.")


def _push_note(*, ready: bool) -> str:
    if not vapid.configured():
        return _("This server sends no push messages.")
    return _("To the devices below.") if ready else _("No device yet.")
