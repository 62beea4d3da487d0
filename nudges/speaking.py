"""What a nudge may mention of a habit, read off the habit as it stands: the same in a message and in the inbox."""

from __future__ import annotations

import math

from habits.domain.plan import Plan
from habits.domain.schedule import asks_for_total
from habits.domain.views import Streak
from habits.words import amount_words
from nudges.words import Spoken

_ONE = 1000


def spoken_of(name: str, *, cue: str, unit: str, plan: Plan, streak: Streak, style: str) -> Spoken:
    """The facts for `nudges.words` about a habit with this name, cue and unit."""
    return Spoken(
        habit=name,
        style=style,
        cue=cue,
        streak=streak.current,
        unit=streak.unit,
        tiny="" if asks_for_total(plan.schedule) else tiny_words(plan.target, unit),
    )


def tiny_words(target_milli: int, unit: str) -> str:
    """A first step of about a fifth of the target, as a round number; empty where the target has no smaller part."""
    if target_milli < 2 * _ONE or not unit:
        return ""
    if target_milli < 10 * _ONE:
        return amount_words(_ONE, unit)
    fifth = target_milli // (5 * _ONE)
    digit = 10 ** (len(str(fifth)) - 1)
    return amount_words(math.floor(fifth / digit) * digit * _ONE, unit)
