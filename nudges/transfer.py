"""Nudges in the export of an account, and back out of it.

What a user wants comes back as it was; what was sent comes back as history. Not in the export: devices, addresses and
their secrets, which are keys to other places, and what was learned, which says nothing without everybody's part.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from habits.transfer.sections import Section
from nudges import channels
from nudges.domain.slots import SLOTS, STYLES
from nudges.models import HabitPreference, Nudge, NudgePreferences
from nudges.services import PreferenceChange, change_preferences, prefer_for_habit
from smarthabit.accounts.user import User
from smarthabit.kernel.api.fields import instant_text

_AT_ONCE = 500
_MOST = 100_000
_TIMES = ("due_at", "expires_at", "created_at", "sent_at", "seen_at", "acted_at", "snoozed_at", "dismissed_at")
_NEEDED = _TIMES[:3]
_OVER = {Nudge.State.SENT.value, Nudge.State.EXPIRED.value, Nudge.State.CANCELLED.value, Nudge.State.DEAD.value}


def export(user: User, habit_keys: Mapping[int, str]) -> Iterator[dict[str, Any]]:
    """The preferences, those of single habits, and every nudge, the oldest first."""
    row = NudgePreferences.objects.owned_by(user).first()
    if row is not None:
        yield {
            "kind": "preferences",
            "channels": row.channels,
            "quiet_from": f"{row.quiet_from:%H:%M}",
            "quiet_to": f"{row.quiet_to:%H:%M}",
            "daily_budget": row.daily_budget,
            "weekly_budget": row.weekly_budget,
            "tone": row.tone,
            "no_experiments": row.no_experiments,
        }
    for own in HabitPreference.objects.owned_by(user).order_by("pk"):
        if own.habit_id in habit_keys:
            yield {"kind": "habit", "habit": habit_keys[own.habit_id], "reminders": own.reminders, "slot": own.slot}
    for nudge in Nudge.objects.owned_by(user).order_by("pk").iterator(chunk_size=_AT_ONCE):
        if nudge.habit_id in habit_keys:
            yield _told(nudge, habit_keys[nudge.habit_id])


def restore(user: User, listed: list[dict[str, Any]], habit_ids: Mapping[str, int], now: datetime) -> None:
    """Set what was wanted, unless the account has chosen already, and add the history that is not there yet.

    Raises ValueError or RuleError for what no nudge can be. Nothing that is restored is ever sent.
    """
    if len(listed) > _MOST:
        raise ValueError("nudges")
    rows = []
    for told in listed:
        habit_id = habit_ids.get(str(told.get("habit")))
        if told.get("kind") == "preferences":
            _restore_preferences(user, told, now)
        elif told.get("kind") == "habit" and habit_id is not None:
            slot = None if told.get("slot") is None else _whole(told["slot"])
            prefer_for_habit(user=user, habit_id=habit_id, now=now, reminders=_text(told, "reminders"), slot=slot)
        elif told.get("kind") == "nudge" and habit_id is not None:
            rows.append(_nudge(user, habit_id, told))
    Nudge.objects.bulk_create(rows, batch_size=_AT_ONCE, ignore_conflicts=True)


SECTION = Section(export, restore)


def _told(nudge: Nudge, habit_key: str) -> dict[str, Any]:
    times = {name: getattr(nudge, name) for name in _TIMES}
    return {
        "kind": "nudge",
        "habit": habit_key,
        "day": nudge.day.isoformat(),
        "slot": nudge.slot,
        "channel": nudge.channel,
        "style": nudge.style,
        "state": nudge.state,
        "reason": nudge.reason,
        "why": nudge.why,
        **{name: instant_text(at) for name, at in times.items() if at is not None},
    }


def _restore_preferences(user: User, told: Mapping[str, Any], now: datetime) -> None:
    if NudgePreferences.objects.owned_by(user).exists():
        return
    kinds = told.get("channels")
    # Addresses and devices do not come along, so of the channels only those that need none can be on again.
    known = tuple(kind for kind in ("in_app", "email") if isinstance(kinds, list) and kind in kinds)
    change = PreferenceChange(
        channels=tuple(kind for kind in known if kind in channels.kinds()),
        quiet_from=time.fromisoformat(_text(told, "quiet_from")),
        quiet_to=time.fromisoformat(_text(told, "quiet_to")),
        daily_budget=_whole(told.get("daily_budget")),
        weekly_budget=_whole(told.get("weekly_budget")),
        tone=_text(told, "tone"),
        no_experiments=told.get("no_experiments") is True,
    )
    change_preferences(user=user, change=change, now=now)


def _nudge(user: User, habit_id: int, told: Mapping[str, Any]) -> Nudge:
    times = {name: _instant(told[name]) for name in _TIMES if name in _NEEDED or told.get(name) is not None}
    day, slot, state = date.fromisoformat(_text(told, "day")), _whole(told.get("slot")), _text(told, "state")
    channel, style, why = _text(told, "channel"), _text(told, "style"), told.get("why")
    if not 0 <= slot < SLOTS or style not in STYLES or len(channel) > 16 or not isinstance(why, list) or len(why) > 20:
        raise ValueError("nudge")
    return Nudge(
        user=user,
        habit_id=habit_id,
        day=day,
        slot=slot,
        channel=channel,
        style=style,
        state=state if state in _OVER else Nudge.State.EXPIRED,
        reason=_text(told, "reason")[:16],
        why=why,
        message_key=f"restored:{user.pk}:{day:%Y%m%d}:{slot}:{channel}",
        next_attempt_at=times["due_at"],
        **times,
    )


def _text(told: Mapping[str, Any], name: str) -> str:
    found = told.get(name)
    if not isinstance(found, str) or len(found) > 80:
        raise ValueError(name)
    return found


def _whole(found: Any) -> int:
    if not isinstance(found, int) or isinstance(found, bool) or not 0 <= found < 1_000:
        raise ValueError(str(found)[:40])
    return found


def _instant(found: Any) -> datetime:
    if not isinstance(found, str):
        raise ValueError(str(found)[:40])  # noqa: TRY004 - all that is wrong with a file is one kind of error
    instant = datetime.fromisoformat(found)
    if instant.tzinfo is None:
        raise ValueError(found[:40])
    return instant.astimezone(UTC)
