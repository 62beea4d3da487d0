"""Changes of entries in words: what a day said, what it says since, and by which way that came in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from habits.models import Entry, Habit
from habits.selectors.changes import Became, EntryStep, Stated
from habits.words import amount_words, day_words

NOTE_LENGTH = 120


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One change as the list of changes shows it."""

    habit: Habit
    day: date
    day_words: str
    before: str
    after: str
    note: str
    """The note that came with it, shortened; empty where it did not change."""
    lost: bool
    """Whether something newer was kept instead."""
    source: str
    version: int
    undoable: bool


def change_row(step: EntryStep, today: date) -> ChangeRow:
    """The change in the active language."""
    return ChangeRow(
        habit=step.habit,
        day=step.day,
        day_words=day_words(step.day, today),
        before=stated_words(step.before, step.habit, check=step.check),
        after=stated_words(step.after, step.habit, check=step.check),
        note=_note(step.before, step.after),
        lost=step.became is Became.LOST,
        source=str(Entry.Source(step.source).label) if step.source else "",
        version=step.version,
        undoable=step.undoable,
    )


def stated_words(said: Stated | None, habit: Habit, *, check: bool) -> str:
    """What a day says: "done", "12 min", "skipped", "nothing"."""
    if said is None or (said.value_milli is None and not said.skipped):
        return pgettext("stated of a day", "nothing")
    if said.value_milli is None:
        return pgettext("a day", "skipped")
    if not check:
        return amount_words(said.value_milli, habit.unit)
    held = 0 if habit.kind == Habit.Kind.LIMIT else 1000
    return pgettext("a day", "done") if said.value_milli == held else pgettext("a day", "not done")


def _note(before: Stated | None, after: Stated | None) -> str:
    old, new = (said.note if said else "" for said in (before, after))
    if old == new:
        return ""
    return Truncator(new).chars(NOTE_LENGTH) if new else _("without its note")
