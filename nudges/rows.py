"""Nudges as the inbox and the toast show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from habits.selectors import HabitView
from habits.words import day_words
from nudges import words
from nudges.selectors.inbox import Occasion
from nudges.speaking import spoken_of

MOST_COUNTED = 9


@dataclass(frozen=True, slots=True)
class NudgeRow:
    """One nudge in words."""

    pk: int
    habit_id: int
    habit: str
    hue: str
    text: str
    day: date
    day_words: str
    slot_words: str
    at: datetime
    channels: str
    became: str
    """What the user did about it, or what the habit did without them; empty while it is open."""
    open: bool
    unread: bool
    one_step: bool
    why: list[str]


def row_of(occasion: Occasion, tone: str) -> NudgeRow:
    """The nudge in the active language."""
    nudge, view = occasion.nudge, occasion.view
    return NudgeRow(
        pk=nudge.pk,
        habit_id=view.habit.pk,
        habit=view.habit.name,
        hue=view.habit.colour,
        text=words.line(_spoken(view, nudge.style), tone),
        day=nudge.day,
        day_words=day_words(nudge.day, view.snapshot.today.day),
        slot_words=words.slot_words(nudge.slot),
        at=nudge.sent_at or nudge.due_at,
        channels=", ".join(words.channel_words(kind) for kind in occasion.channels),
        became=words.reaction_words(nudge, open_=occasion.open),
        open=occasion.open,
        unread=occasion.unread,
        one_step=occasion.one_step,
        why=words.why_words(nudge.why),
    )


def _spoken(view: HabitView, style: str) -> words.Spoken:
    habit = view.habit
    streak = view.snapshot.streak
    return spoken_of(habit.name, cue=habit.cue, unit=habit.unit, plan=view.plan, streak=streak, style=style)


def unread_words(count: int) -> str:
    """What the bell's badge says: nothing, a number, or that there are many."""
    if not count:
        return ""
    return str(count) if count <= MOST_COUNTED else f"{MOST_COUNTED}+"
