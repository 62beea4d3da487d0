"""What the ledger says about a user's last days: how many messages there were, for what, and when the last one was."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from nudges.models import Nudge

WEEK = timedelta(days=7)
PROMPT = timedelta(minutes=5)
"""A message that went out this soon after its time counts as from its time, so that a slow minute costs no slot."""

Occasion = tuple[date, int]


@dataclass(frozen=True, slots=True)
class Sent:
    """One habit's part in a message, whichever channels it went by."""

    habit_id: int
    day: date
    slot: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Counts:
    """What the rules of eligibility ask about; messages of several habits at one occasion are one."""

    today_habit: int
    today_user: int
    week_user: int
    last: datetime | None


def sent_lately(user_ids: Iterable[int], since: date) -> dict[int, list[Sent]]:
    """For each user what went out, or is about to, on the local day ``since`` and after; one query."""
    rows = Nudge.objects.filter(user_id__in=[*user_ids], day__gte=since).counting()
    found: defaultdict[int, list[Sent]] = defaultdict(list)
    for user_id, habit_id, day, slot, due_at, sent_at in rows.values_list(
        "user_id", "habit_id", "day", "slot", "due_at", "sent_at"
    ):
        at = due_at if sent_at is None or sent_at - due_at <= PROMPT else sent_at
        found[user_id].append(Sent(habit_id, day, slot, at))
    return found


def counts(sent: Sequence[Sent], habit_id: int, occasion: Occasion) -> Counts:
    """What was sent besides the message of ``occasion`` itself."""
    day = occasion[0]
    others = [one for one in sent if (one.day, one.slot) != occasion]
    today = [one for one in others if one.day == day]
    return Counts(
        today_habit=len({one.slot for one in today if one.habit_id == habit_id}),
        today_user=len({one.slot for one in today}),
        week_user=len({(one.day, one.slot) for one in others if day - WEEK < one.day <= day}),
        last=max((one.at for one in others), default=None),
    )
