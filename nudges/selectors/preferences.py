"""What a user wants of nudges, and what the operator allows."""

from __future__ import annotations

from datetime import time

from nudges.domain.eligibility import Limits
from nudges.models import HabitPreference, KillSwitch, NudgePreferences
from smarthabit.accounts.user import User


def preferences_of(user: User) -> NudgePreferences:
    """The user's preferences; the usual ones, not stored, before there are any."""
    return NudgePreferences.objects.owned_by(user).first() or NudgePreferences(user=user)


def habit_preferences(user: User) -> dict[int, HabitPreference]:
    """What differs from the usual, by habit."""
    return {row.habit_id: row for row in HabitPreference.objects.owned_by(user)}


def stopped() -> bool:
    """Whether an operator has stopped all nudges."""
    return bool(KillSwitch.objects.values_list("on", flat=True).first())


def limits_of(preferences: NudgePreferences) -> Limits:
    """How often the user may be spoken to."""
    return Limits(daily_user=preferences.daily_budget, weekly_user=preferences.weekly_budget)


def quiet_of(preferences: NudgePreferences) -> tuple[int, int]:
    """Quiet hours as minutes after local midnight: start (included) and end (not included)."""
    return minute_of(preferences.quiet_from), minute_of(preferences.quiet_to)


def minute_of(clock: time) -> int:
    """A time of day in minutes after midnight."""
    return clock.hour * 60 + clock.minute
