"""When to look at a user next: at the start of their next slot, and when their day is over.

Both instants are indexed columns, so that a run costs what is due and not what there is.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from habits.domain.calendar import day_closes_at
from nudges.domain.clockwork import next_slot_start
from nudges.models import NudgePreferences
from smarthabit.accounts.selectors import today_of
from smarthabit.accounts.user import User
from smarthabit.kernel.among import among, missing

LEARN_AFTER = timedelta(minutes=20)
"""How long after the end of a user's day it is learned from: whoever checks in at midnight is still waited for."""


def next_slot(user: User, preferences: NudgePreferences, after: datetime) -> datetime | None:
    """When to decide next; None for a user who has switched everything off."""
    return next_slot_start(after, user.zone) if preferences.channels and user.is_active else None


def next_learning(user: User, now: datetime) -> datetime:
    """When the user's present day can be learned from."""
    return day_closes_at(today_of(user, now), user.zone, user.day_starts_at) + LEARN_AFTER


def enrol(user: User, now: datetime, *, learn_now: bool = False) -> NudgePreferences:
    """The user's stored preferences; whoever has none yet, or was lost sight of, is looked at from now on.

    ``learn_now`` makes the learning job look soon, as it must when there are habits it does not know.
    """
    row, made = NudgePreferences.objects.get_or_create(user=user)
    unseen = row.next_slot_at is None and row.channels and user.is_active
    if made or unseen or learn_now:
        reschedule(user, row, now, learn_now=made or learn_now)
    return row


def enrol_missed(user_ids: Sequence[int], now: datetime) -> None:
    """``enrol`` for many users, at the end of their day; a few statements, however many were missed."""
    without = missing(NudgePreferences.objects.all(), user_ids)
    users = User.objects.filter(among("pk", without)).order_by("pk")
    new = [NudgePreferences(user=user, next_learn_at=now) for user in users]
    for row in new:
        row.next_slot_at = next_slot(row.user, row, now)
    NudgePreferences.objects.bulk_create(new, ignore_conflicts=True, batch_size=500)
    lost = NudgePreferences.objects.filter(among("pk", user_ids), next_slot_at=None, user__is_active=True)
    for row in lost.exclude(channels=[]).select_related("user").order_by("pk"):
        reschedule(row.user, row, now)


def reschedule(user: User, row: NudgePreferences, now: datetime, *, learn_now: bool = False) -> None:
    """Work both instants out again, after a change of zone, of channels or of habits."""
    row.next_slot_at = next_slot(user, row, now)
    planned = next_learning(user, now)
    row.next_learn_at = now if learn_now else min(row.next_learn_at or planned, planned)
    row.save(update_fields=["next_slot_at", "next_learn_at"])
