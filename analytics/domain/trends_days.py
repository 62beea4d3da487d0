"""A habit's days as arrays, from which every figure is summed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analytics.domain.trends_strength import Floats, strengths
from analytics.domain.trends_units import Ints, Marked, judge
from habits.domain.columns import NOTHING, Columns
from habits.domain.ledger import DONE, PAUSED, SKIPPED, UNDONE, least_of
from habits.domain.plan import Rules, Span, spans_of
from habits.domain.views import Streak

Flags = NDArray[np.int8]

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
    units: Flags
    kept: Flags
    asked: Flags
    done: Flags
    amounts: Ints
    hours: Flags
    strength: Floats
    streak: Streak | None = None
    """As of today, where somebody looked it up."""

    @property
    def last(self) -> int:
        """The ordinal of the last day: today."""
        return self.first + len(self.units) - 1


def habit_days(habit_id: int, rules: Rules, entries: Columns, today: int) -> HabitDays:
    """The days of a habit up to today, from its start or its first entry; `entries` may reach beyond."""
    told = entries.upto(today)
    started = rules.started_on.toordinal()
    first = min([started, today, *told.days[:1].tolist()])
    size = today - first + 1
    lead, spans = started - first, spans_of(rules)
    days = _marked(rules, spans, told, started, today)
    verdicts, strength = judge(rules, spans, days), np.full(size, np.nan)
    strength[lead:] = strengths(rules, spans, days)
    amounts, hours = _stated(told, first, size)
    amounts[lead:] = days.amounts
    units, kept, asked, done = np.zeros((4, size), dtype=np.int8)
    units[lead:], kept[lead:], asked[lead:] = verdicts
    if len(days.marks) and days.marks[-1] != DONE and not (rules.kind == "limit" and days.stated):
        asked[-1] = 0  # today is still open
    done[lead:] = asked[lead:] * (days.marks == DONE)
    return HabitDays(habit_id, first, units, kept, asked, done, amounts, hours, strength)


def _stated(told: Columns, first: int, size: int) -> tuple[Ints, Flags]:
    """The amounts that were not skipped, and the hours at which there was any, for `size` days from `first` on."""
    amounts, hours = np.zeros(size, dtype=np.int64), np.full(size, NEVER, dtype=np.int8)
    at, some = told.days - first, told.values > 0
    amounts[at] = np.where(some & ~told.skipped, told.values, 0)
    hours[at] = np.where(some, told.minutes // MINUTES, NEVER)  # an unknown minute is -1, and so is its hour
    return amounts, hours


def _marked(rules: Rules, spans: list[Span], told: Columns, started: int, today: int) -> Marked:
    """The ledger up to today, as `habits.domain.ledger` lays it out, in arrays.

    Silence about a limit holds only once the day is over.
    """
    stated = bool(len(told.when)) and bool(told.days[-1] == today and told.values[-1] != NOTHING)
    silence = DONE if rules.kind == "limit" else UNDONE
    marks = np.full(max(today - started + 1, 0), silence, dtype=np.int64)
    amounts = np.zeros_like(marks)
    for span in spans:
        _lay(rules, span, told, started, (marks, amounts))
    for start, end in rules.off:
        marks[max(start - started, 0) : max(end - started + 1, 0)] = PAUSED
    if rules.kind == "limit" and not stated and len(marks) and marks[-1] == DONE:
        marks[-1] = UNDONE
    return Marked(started, today, marks, amounts, stated)


def _lay(rules: Rules, span: Span, told: Columns, started: int, onto: tuple[Ints, Ints]) -> None:
    """Put what was stated in a span onto the marks and amounts."""
    marks, amounts = onto
    days = told.days
    within = slice(*np.searchsorted(days, [max(span.first, started), span.last + 1]))
    at, values, skipped = days[within] - started, told.values[within], told.skipped[within]
    known = values != NOTHING
    if rules.kind == "limit":
        done, short = known & (values <= span.target), np.where(known, UNDONE, DONE)
    else:
        done, short = known & (values >= least_of(span.schedule, span.target)), np.full(len(at), UNDONE)
    marks[at] = np.where(done, DONE, np.where(skipped, SKIPPED, short))
    amounts[at] = np.where(known & (done | ~skipped), values, 0)
