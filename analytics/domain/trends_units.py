"""When a habit's units were decided, and how: arrays over its days, for years of them at a time.

The verdicts are those of `habits.domain.history`, without streaks: a frozen unit is a missed one here, because a freeze
saves the streak and not the day. They are worked out by sums over arrays instead of day by day.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from habits.domain.calendar import month_of
from habits.domain.ledger import DONE
from habits.domain.plan import Rules, Span, off_between
from habits.domain.schedule import DaySchedule, Monthly, Period, Rolling, Weekly, due_days

Ints = NDArray[np.int64]


class Marked(NamedTuple):
    """The days from the habit's start to today: the ledger's marks and amounts (thousandths)."""

    first: int
    today: int
    marks: Ints
    amounts: Ints
    stated: bool
    """Whether a value is stated for today."""


class Verdicts(NamedTuple):
    """For each day: whether a unit was decided (`units`) or kept with it, and whether it was asked for (`asked`)."""

    units: Ints
    kept: Ints
    asked: Ints


def judge(rules: Rules, spans: list[Span], days: Marked) -> Verdicts:
    """The verdicts on all days of `days`.

    A unit counts on its last day, an open one today, from the moment it is decided; neutral ones never do. The days
    asked for are the due days, or where a period or a window carries the verdict, all days that are not off.
    """
    found = Verdicts(*(np.zeros_like(days.marks) for _ in Verdicts._fields))
    for span in spans:
        first, last = max(span.first, days.first), min(span.last, days.today)
        if first <= last:
            match span.schedule:
                case Weekly() | Monthly():
                    _judge_periods(rules, span, span.schedule, days, found)
                case Rolling():
                    _judge_rolling(rules, span, span.schedule, days, found)
                case _:
                    _judge_days(rules, span, span.schedule, days, found)
    return found


def _judge_days(rules: Rules, span: Span, schedule: DaySchedule, days: Marked, found: Verdicts) -> None:
    due = np.asarray(due_days(schedule, span.first, min(span.last, days.today)), dtype=np.int64) - days.first
    due = due[days.marks[due] >= 0]
    kept = days.marks[due] == DONE
    open_today = (due == days.today - days.first) & ~kept & (not (rules.kind == "limit" and days.stated))
    found.asked[due] = 1
    found.kept[due] = kept
    found.units[due] = ~open_today


def _judge_rolling(rules: Rules, span: Span, schedule: Rolling, days: Marked, found: Verdicts) -> None:
    at, within = _windows(span, schedule, days)
    now = at == days.today - days.first
    limit = rules.kind == "limit"
    if schedule.times is None and limit:
        kept, neutral = within <= span.target, np.zeros(len(at), dtype=bool)
        still_open = now & kept
    else:
        enough = within >= (span.target if schedule.times is None else schedule.times)
        kept = enough if schedule.times is None else enough | (days.marks[at] == DONE)
        neutral = ~kept & (at + days.first < span.first + schedule.days - 1)
        still_open = now & ~kept & (not (limit and days.stated))
    decided = ~neutral & ~still_open
    found.asked[at] = 1
    found.kept[at] = kept & decided
    found.units[at] = decided


def _windows(span: Span, schedule: Rolling, days: Marked) -> tuple[Ints, Ints]:
    """The on-days of the span, and what the window that ends with each of them holds."""
    low, high = span.first - days.first, min(span.last, days.today) - days.first
    at = low + np.flatnonzero(days.marks[low : high + 1] >= 0)
    sums = _running((days.amounts if schedule.times is None else days.marks)[at])
    ends = np.arange(1, len(at) + 1)
    return at, sums[ends] - sums[np.maximum(ends - schedule.days, 0)]


def _judge_periods(rules: Rules, span: Span, schedule: Period, days: Marked, found: Verdicts) -> None:
    starts, ends = _periods(schedule, span, days.today, rules.week_starts_on)
    first, last = np.maximum(starts, span.first), np.minimum(ends, span.last)
    seen = np.minimum(last, days.today)
    low, high = first - days.first, seen - days.first + 1
    on = days.marks >= 0
    on_days = _between(on, low, high)
    on_days[-1] += last[-1] - seen[-1] - off_between(rules.off, int(seen[-1]) + 1, int(last[-1]))
    length = ends - starts + 1
    if schedule.times is None:
        need, done = span.target * on_days, _between(days.amounts * on, low, high) * length
    else:
        need, done = schedule.times * on_days // length, _between(days.marks == DONE, low, high)
    kept, decided = _compared(done, need, last < days.today, most=schedule.times is None and rules.kind == "limit")
    found.asked[low[0] : high[-1]] = on[low[0] : high[-1]]
    found.kept[high - 1] = kept & decided
    found.units[high - 1] = decided


def _compared(done: Ints, need: Ints, closed: NDArray[Any], *, most: bool) -> tuple[NDArray[Any], NDArray[Any]]:
    """Which periods are kept, and which are decided: `need` is the most there may be, or the least."""
    kept = done <= need if most else done >= need
    early = ~kept if most else kept
    return kept, (need != 0) & (closed | early)


def _periods(schedule: Period, span: Span, today: int, week_starts_on: int) -> tuple[Ints, Ints]:
    """First and last days of the weeks or months that touch the span up to today."""
    last = min(span.last, today)
    if isinstance(schedule, Weekly):
        starts = np.arange(span.first - (span.first - week_starts_on) % 7, last + 1, 7, dtype=np.int64)
        return starts, starts + 6
    months = [month_of(date.fromordinal(span.first))]
    while months[-1][1].toordinal() < last:
        months.append(month_of(months[-1][1] + timedelta(days=1)))
    both = np.array([(first.toordinal(), end.toordinal()) for first, end in months], dtype=np.int64)
    return both[:, 0], both[:, 1]


def _running(items: NDArray[Any]) -> Ints:
    """Running sums, with a 0 before the first."""
    return np.concatenate([[0], np.cumsum(items, dtype=np.int64)])


def _between(items: NDArray[Any], low: Ints, high: Ints) -> Ints:
    """The sums of items[low:high], pair by pair."""
    sums = _running(items)
    return sums[high] - sums[low]
