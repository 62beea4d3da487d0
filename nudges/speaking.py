"""What a nudge may mention of a habit, read off the habit as it stands."""

from __future__ import annotations

import math

from habits.domain.schedule import asks_for_total
from habits.selectors import HabitView
from habits.words import amount_words
from nudges.words import Spoken

_ONE = 1000


def spoken_of(view: HabitView, style: str) -> Spoken:
    """The facts for `nudges.words`."""
    streak = view.snapshot.streak
    return Spoken(
        habit=view.habit.name,
        style=style,
        cue=view.habit.cue,
        limit=view.rules.kind == "limit",
        streak=streak.current,
        unit=streak.unit,
        tiny="" if asks_for_total(view.plan.schedule) else tiny_words(view.plan.target, view.habit.unit),
    )


def tiny_words(target_milli: int, unit: str) -> str:
    """A first step of about a fifth of the target, as a round number; empty where the target has no smaller part."""
    if target_milli < 2 * _ONE:
        return ""
    if target_milli < 10 * _ONE:
        return amount_words(_ONE, unit)
    fifth = target_milli // (5 * _ONE)
    digit = 10 ** (len(str(fifth)) - 1)
    return amount_words(math.floor(fifth / digit) * digit * _ONE, unit)
