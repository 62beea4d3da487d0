"""May a message that is due really go out now? Everything is looked up again at the moment of sending."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from habits.selectors.open_units import Standing, standings_of
from nudges import channels
from nudges.domain.counting import WEEK, Sent
from nudges.domain.eligibility import Limits, refusal
from nudges.models import HabitPreference, Nudge, NudgePreferences
from nudges.selectors.ledger import sent_lately
from nudges.selectors.moments import Asker, question
from nudges.selectors.preferences import limits_of, stopped
from smarthabit.accounts.selectors import today_of
from smarthabit.accounts.user import User

_AS_ASKED = Limits(daily_user=99, daily_habit=99, weekly_user=99, rest=0)
"""What the user put off comes when they asked for it: it counts as the message it was, and is no further one."""


@dataclass(frozen=True, slots=True)
class Situation:
    """What the messages in hand depend on, looked up for all of them at once."""

    now: datetime
    halted: bool
    users: Mapping[int, User]
    preferences: Mapping[int, NudgePreferences]
    wishes: Mapping[int, HabitPreference]
    standings: Mapping[int, Standing]
    sent: Mapping[int, Sequence[Sent]]


def situation(rows: Iterable[Nudge], now: datetime) -> Situation:
    """Look up what these rows (with their users selected) depend on; a constant number of queries."""
    listed = list(rows)
    users = {row.user_id: row.user for row in listed}
    habits = {row.habit_id for row in listed}
    standings = standings_of([*users.values()], now, ids=[*habits])
    return Situation(
        now=now,
        halted=stopped(),
        users=users,
        preferences={row.pk: row for row in NudgePreferences.objects.filter(pk__in=users)},
        wishes={row.habit_id: row for row in HabitPreference.objects.filter(habit_id__in=habits)},
        standings={one.habit.pk: one for those in standings.values() for one in those},
        sent=sent_lately(users, min(row.day for row in listed) - WEEK),
    )


def refusal_of(row: Nudge, seen: Situation) -> str | None:
    """The reason code for which a row must not go out now, or None when it may."""
    standing, preferences = seen.standings.get(row.habit_id), seen.preferences.get(row.user_id)
    user = seen.users[row.user_id]
    if standing is None or preferences is None or not user.is_active:
        return "gone"
    if today_of(user, seen.now) != row.day:
        return "day_over"
    channel = channels.channel(row.channel)
    there = row.channel in preferences.channels and channel is not None and channel.available(user)
    asker = Asker(user, preferences, row.day, row.slot, row.due_at, row.expires_at, (row.channel,) if there else ())
    sent = seen.sent.get(row.user_id, ())
    asked = question(asker, standing, seen.wishes.get(row.habit_id), sent, seen.now, halted=seen.halted)
    if row.snoozed_at is not None:
        return refusal(replace(asked.moment, last_sent=None), _AS_ASKED)
    return refusal(asked.moment, limits_of(preferences))
