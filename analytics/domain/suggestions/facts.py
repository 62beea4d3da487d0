"""What the last half year of a habit says, as arrays that every suggestion reads.

The habit is judged as if it had begun half a year ago at the earliest, so that the work does not grow with its history;
streaks and freezes, which look further back, play no part. What counts is the time under the plan in force: a habit
whose target was just lowered has shown nothing yet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from analytics.domain.trends_days import habit_days
from analytics.domain.trends_units import Ints
from habits.domain.columns import columns_of
from habits.domain.entry import EntryRow, Kind
from habits.domain.plan import Plan, Rules, is_off, plan_on, spans_of
from habits.domain.schedule import Monthly, Rolling, Weekly, asks_for_total

WINDOW = 182
"""Days that are looked back on."""
UNKNOWN = -1
"""The minute of a day at no known time."""
MILLI = 1000
LEAST_TIMED = 5

Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Reminded:
    """Days on which the habit was done, of those with a reminder and of those on which a draw held it back."""

    sent_done: int
    sent: int
    held_done: int
    held: int


@dataclass(frozen=True, slots=True)
class Subject:
    """A habit as its row has it: what the rules do not tell."""

    habit_id: int
    unit: str = ""
    cue: str = ""
    reminded: Reminded | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """The days from the ordinal `first` to yesterday under the plan in force, one place each.

    `units` and `kept` are 1 where a unit was decided and kept, `asked` and `done` where the day was asked for and done.
    `amounts` are thousandths, `minutes` the local minute at which it was done (UNKNOWN if it is not known), `said` 1
    where anything was stated or skipped. `since` is the first day anything may be known of, under any plan.
    """

    subject: Subject
    kind: Kind
    plan: Plan
    rules: Rules
    today: int
    since: int
    first: int
    units: Ints
    kept: Ints
    asked: Ints
    done: Ints
    amounts: Ints
    minutes: Ints
    said: Ints
    off: bool
    """Whether nothing is asked today."""
    usual: int | None
    """The middle of the minutes at which it was done, else the time that was chosen for it."""
    timed: bool
    """Whether it was done at a known time often enough to tell when it mostly is."""

    @property
    def habit_id(self) -> int:
        """The habit's id."""
        return self.subject.habit_id

    @property
    def outcomes(self) -> Bools:
        """Kept or not, unit by unit, the oldest first."""
        kept: Bools = self.kept[self.units == 1] == 1
        return kept

    @property
    def chances(self) -> Bools:
        """Done or not, on the days that were asked for, the oldest first."""
        done: Bools = self.done[self.asked == 1] == 1
        return done

    @property
    def per_week(self) -> float:
        """How many days a week were asked for, over the last four weeks; 0 before the first day."""
        recent = self.asked[-28:]
        return float(recent.sum()) * 7 / len(recent) if len(recent) else 0.0

    @property
    def check(self) -> bool:
        """Whether a day is simply done or not, without an amount."""
        least = 0 if self.kind == "limit" else MILLI
        return not self.subject.unit and self.plan.target == least and not asks_for_total(self.plan.schedule)

    @property
    def total(self) -> bool:
        """Whether the target is that of a period rather than of a day."""
        return asks_for_total(self.plan.schedule)

    @property
    def yardstick(self) -> int:
        """What a day must reach (of a limit: not exceed) to count: the target; any amount, where that is a period's."""
        if self.total:
            return 0 if self.kind == "limit" else 1
        return self.plan.target

    @property
    def whole(self) -> bool:
        """Whether all amounts so far, and the target, are whole numbers."""
        return not (self.amounts % MILLI).any() and self.plan.target % MILLI == 0

    def weekdays(self) -> Ints:
        """The ISO weekday of each place."""
        return (np.arange(self.first, self.today, dtype=np.int64) - 1) % 7 + 1

    def blocks(self, items: Ints, most: int) -> list[int]:
        """Sums over the plan's period, cut back from yesterday: the last `most` whole ones, the latest first."""
        length = period_of(self.plan)
        whole = min(most, len(items) // length)
        return [int(items[len(items) - length * (at + 1) : len(items) - length * at].sum()) for at in range(whole)]


def period_of(plan: Plan) -> int:
    """The days over which a plan counts: its window, a month of 30 days, else a week."""
    match plan.schedule:
        case Rolling():
            return plan.schedule.days
        case Monthly():
            return 30
        case _:
            return 7


def times_of(plan: Plan) -> int | None:
    """How many days a period needs, None where that is not how the plan counts."""
    return plan.schedule.times if isinstance(plan.schedule, Weekly | Monthly | Rolling) else None


def facts_of(subject: Subject, rules: Rules, entries: Sequence[EntryRow], today: int) -> Facts:
    """The facts as of the start of `today` (an ordinal); `entries` ascend by day and may reach beyond both ends."""
    since = max(today - WINDOW, 1)
    clipped = replace(rules, started_on=max(rules.started_on, date.fromordinal(since)))
    rows = [row for row in entries if clipped.started_on.toordinal() <= row.day < today]
    days = habit_days(subject.habit_id, clipped, columns_of(rows), today)
    span = next((one for one in reversed(spans_of(clipped)) if one.first <= today), None)
    first = min(max(days.first, span.first if span else today), today)
    place = slice(first - days.first, today - days.first)
    minutes, said = _times(rows, days.first, today - days.first)
    plan, known = plan_on(rules, date.fromordinal(today)), minutes[place][minutes[place] != UNKNOWN]
    units, kept, asked, done = (one[place].astype(np.int64) for one in (days.units, days.kept, days.asked, days.done))
    return Facts(
        subject, rules.kind, plan, rules, today, days.first, first,
        units, kept, asked, done, days.amounts[place],
        minutes[place], said[place], is_off(rules, today),
        _usual(plan, known), len(known) >= LEAST_TIMED,
    )  # fmt: skip


def _usual(plan: Plan, minutes: Ints) -> int | None:
    if len(minutes) >= LEAST_TIMED:
        return int(np.median(minutes)) // 5 * 5
    return None if plan.preferred_time is None else plan.preferred_time.hour * 60 + plan.preferred_time.minute


def _times(rows: Sequence[EntryRow], first: int, size: int) -> tuple[Ints, Ints]:
    minutes, said = np.full(size, UNKNOWN, dtype=np.int64), np.zeros(size, dtype=np.int64)
    for row in rows:
        said[row.day - first] = row.value is not None or row.skipped
        if row.value and row.minute is not None and not row.skipped:
            minutes[row.day - first] = row.minute
    return minutes, said
