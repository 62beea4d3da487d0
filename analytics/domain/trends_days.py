"""A habit's days as arrays, from which every figure is summed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.domain.trends_strength import Floats, strengths
from analytics.domain.trends_units import Ints, Marked, judge
from habits.domain.entry import EntryRow
from habits.domain.ledger import DONE, UNDONE, settle
from habits.domain.plan import Rules, spans_of
from habits.domain.views import Streak

MINUTES = 60
NEVER = -1
"""The hour of a day at no known time."""


@dataclass(frozen=True, slots=True, eq=False)
class HabitDays:
    """The days from the ordinal `first` to today, one place each.

    `units` and `kept` hold 1 where a unit was decided and kept; `asked` 1 where the day was asked for (today once it is
    decided), `done` 1 where it was also done. `amounts` (thousandths) and `hours` (0-23, NEVER if unknown) hold what
    was stated on any day, asked for or not. `strength` is that at the day's close, NaN while the habit is not in use.
    """

    habit_id: int
    first: int
    units: Ints
    kept: Ints
    asked: Ints
    done: Ints
    amounts: Ints
    hours: Ints
    strength: Floats
    streak: Streak | None = None
    """As of today, where somebody looked it up."""

    @property
    def last(self) -> int:
        """The ordinal of the last day: today."""
        return self.first + len(self.units) - 1


def habit_days(
    habit_id: int, rules: Rules, entries: Sequence[EntryRow], today: int, streak: Streak | None = None
) -> HabitDays:
    """The days of a habit up to today, from its start or its first entry; `entries` ascend and may reach beyond."""
    rows = [row for row in entries if row.day <= today]
    started = rules.started_on.toordinal()
    first = min([started, today, *(row.day for row in rows[:1])])
    size = today - first + 1
    lead, days, spans = started - first, _marked(rules, rows, started, today), spans_of(rules)
    verdicts, strength = judge(rules, spans, days), np.full(size, np.nan)
    strength[lead:] = strengths(rules, spans, days)
    amounts, hours = _stated(rows, first, size)
    amounts[lead:] = days.amounts
    units, kept, asked = (np.concatenate([np.zeros(lead, dtype=np.int64), one])[:size] for one in verdicts)
    marks = np.concatenate([np.full(lead, UNDONE, dtype=np.int64), days.marks])[:size]
    if marks[-1] != DONE and not (rules.kind == "limit" and days.stated):
        asked[-1] = 0  # today is still open
    return HabitDays(habit_id, first, units, kept, asked, asked * (marks == DONE), amounts, hours, strength, streak)


def _stated(rows: Sequence[EntryRow], first: int, size: int) -> tuple[Ints, Ints]:
    """The amounts that were not skipped, and the hours at which there was any, for `size` days from `first` on."""
    amounts, hours = np.zeros(size, dtype=np.int64), np.full(size, NEVER, dtype=np.int64)
    for day, value, skipped, minute in rows:
        if value:
            if not skipped:
                amounts[day - first] = value
            if minute is not None:
                hours[day - first] = minute // MINUTES
    return amounts, hours


def _marked(rules: Rules, rows: Sequence[EntryRow], started: int, today: int) -> Marked:
    """The ledger up to today as arrays. Silence about a limit holds only once the day is over."""
    stated = bool(rows) and rows[-1].day == today and rows[-1].value is not None
    if started > today:
        empty = np.zeros(0, dtype=np.int64)
        return Marked(started, today, empty, empty, stated)
    ledger = settle(rules, spans_of(rules), rows, started, today)
    marks = np.array(ledger.marks, dtype=np.int64)
    if rules.kind == "limit" and not stated and marks[-1] == DONE:
        marks[-1] = UNDONE
    return Marked(started, today, marks, np.array(ledger.amounts, dtype=np.int64), stated)
