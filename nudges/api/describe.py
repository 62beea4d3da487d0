"""Nudges in the shapes the API promises."""

from __future__ import annotations

from typing import Any

from nudges import channels, words
from nudges.channels.webpush import vapid
from nudges.models import HabitPreference, Nudge, NudgePreferences, PushSubscription
from smarthabit.accounts.user import User
from smarthabit.kernel.api.fields import instant_text

_TIMES = ("due_at", "expires_at", "sent_at", "seen_at", "acted_at", "snoozed_at", "dismissed_at")


def describe_nudge(nudge: Nudge) -> dict[str, Any]:
    """One row of the ledger, with why it is there: each fact as a code with its numbers, and in words."""
    times = {name: getattr(nudge, name) for name in _TIMES}
    return {
        "id": str(nudge.pk),
        "habit": str(nudge.habit_id),
        "day": nudge.day.isoformat(),
        "slot": nudge.slot,
        "channel": nudge.channel,
        "style": nudge.style,
        "state": nudge.state,
        "reason": nudge.reason,
        "attempts": nudge.attempts,
        **{name: None if at is None else instant_text(at) for name, at in times.items()},
        "why": [
            {"code": fact.get("code"), "params": fact.get("params"), "text": " ".join(words.why_words([fact]))}
            for fact in nudge.why
        ],
    }


def describe_preferences(user: User, row: NudgePreferences, habits: dict[int, HabitPreference]) -> dict[str, Any]:
    """What a user wants. ``available`` are the channels that lead somewhere now; ``habits`` those with wishes."""
    kinds = [kind for kind in channels.kinds() if (one := channels.channel(kind)) and one.available(user)]
    return {
        "channels": row.channels,
        "available": kinds,
        "quiet_from": f"{row.quiet_from:%H:%M}",
        "quiet_to": f"{row.quiet_to:%H:%M}",
        "daily_budget": row.daily_budget,
        "weekly_budget": row.weekly_budget,
        "tone": row.tone,
        "no_experiments": row.no_experiments,
        "habits": [
            {"habit": str(one.habit_id), "slot": one.slot, "reminders": one.reminders} for one in habits.values()
        ],
    }


def describe_device(row: PushSubscription) -> dict[str, Any]:
    """A browser that may be woken."""
    return {
        "id": str(row.pk),
        "device": row.device,
        "created_at": instant_text(row.created_at),
        "used_at": instant_text(row.used_at) if row.used_at else None,
        "failures": row.failures,
    }


def public_key() -> str | None:
    """What a browser subscribes with; None where this site sends no push messages."""
    return vapid.public_key() if vapid.configured() else None
