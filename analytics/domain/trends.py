"""The figures of a range of days, for one habit or many: how much of what was asked was done, and when.

Completion is the share of decided units (days, weeks, months, whatever a plan counts in) that were kept. A unit counts
on its last day. All ranges are ordinals, both ends included.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from analytics.domain.trends_days import NEVER, HabitDays
from analytics.domain.trends_pairs import Pair, pairs
from analytics.domain.trends_units import Ints
from habits.domain.calendar import month_of, week_of

WINDOWS = (7, 30, 90, 365)
DAILY_UP_TO, WEEKLY_UP_TO = 31, 182
"""The longest ranges, in days, whose trend goes by days and by weeks; beyond, it goes by months."""
SHORTEST_STRETCH, LONGEST_STRETCH = 7, 28
STRETCHES = 4
"""A range has room for best and worst stretches when at least so many fit into it."""
LEAST_UNITS = 5
"""Fewer decided units tell nothing about a stretch or a habit."""

Step = Literal["day", "week", "month"]


class Share(NamedTuple):
    """`done` of `asked`: kept of decided units, or done days of those that were asked for."""

    done: int
    asked: int

    @property
    def rate(self) -> float | None:
        """0 to 1; None when nothing was asked."""
        return self.done / self.asked if self.asked else None


class Compared(NamedTuple):
    """A stretch of days, and as many days just before it."""

    days: int
    now: Share
    before: Share

    @property
    def delta(self) -> float | None:
        """How much the rate has moved, -1 to 1; None where either has nothing to go by."""
        now, before = self.now.rate, self.before.rate
        return None if now is None or before is None else now - before


class Point(NamedTuple):
    """One step of the trend, cut to the range; `open` while it holds days still to come or today."""

    first: int
    last: int
    share: Share
    open: bool


class Stretch(NamedTuple):
    """Days in a row, and what was done in them."""

    first: int
    last: int
    share: Share


class Standing(NamedTuple):
    """One habit in the range. `amount` is the sum of what was stated, in thousandths."""

    habit_id: int
    share: Share
    days: int
    amount: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything shown about a range."""

    first: int
    last: int
    total: Compared
    windows: tuple[Compared, ...]
    step: Step
    trend: tuple[Point, ...]
    weekdays: tuple[Share, ...]
    """By ISO weekday, Monday first: the days asked for and how many of them were done."""
    hours: tuple[int, ...]
    """How many entries were made in each hour of the day, where the time is known."""
    best: Stretch | None
    worst: Stretch | None
    standings: tuple[Standing, ...]
    pairs: tuple[Pair, ...]


class _Sums:
    """Sums over any days of what many habits were asked and did."""

    def __init__(self, habits: Sequence[HabitDays], today: int) -> None:
        self.first = min((habit.first for habit in habits), default=today)
        self.asked, self.done = np.zeros((2, today - self.first + 1), dtype=np.int64)
        for habit in habits:
            self.asked[habit.first - self.first :] += habit.units
            self.done[habit.first - self.first :] += habit.kept
        self.running = np.concatenate([np.zeros((2, 1), dtype=np.int64), np.cumsum([self.done, self.asked], axis=1)], 1)

    def over(self, first: int, last: int) -> Share:
        """The days first..last, as far as there are any."""
        low, high = np.clip([first - self.first, last + 1 - self.first], 0, len(self.asked))
        done, asked = self.running[:, max(low, high)] - self.running[:, low]
        return Share(int(done), int(asked))


def figures(habits: Sequence[HabitDays], first: int, last: int, today: int, week_starts_on: int) -> Figures:
    """The figures of first..last (first <= last; what lies after today is empty) and of the windows that end today."""
    sums = _Sums(habits, today)
    step = step_of(last - first + 1)
    best, worst = stretches(sums, first, min(last, today))
    return Figures(
        first=first,
        last=last,
        total=_compared(sums, first, last),
        windows=tuple(_compared(sums, today - days + 1, today) for days in WINDOWS),
        step=step,
        trend=tuple(_trend(sums, step, first, min(last, today), today=today, week_starts_on=week_starts_on)),
        weekdays=_weekdays(habits, first, last),
        hours=_hours(habits, first, last),
        best=best,
        worst=worst,
        standings=tuple(_standing(habit, first, last) for habit in habits),
        pairs=tuple(pairs(habits, first, last)),
    )


def step_of(days: int) -> Step:
    """What the trend of so many days goes by."""
    if days <= DAILY_UP_TO:
        return "day"
    return "week" if days <= WEEKLY_UP_TO else "month"


def _compared(sums: _Sums, first: int, last: int) -> Compared:
    days = last - first + 1
    return Compared(days, sums.over(first, last), sums.over(first - days, first - 1))


def _trend(sums: _Sums, step: Step, first: int, last: int, *, today: int, week_starts_on: int) -> list[Point]:
    """The steps from the first one in which something was asked."""
    points: list[Point] = []
    day = max(first, sums.first)
    while day <= last:
        start, end = _step_around(step, day, week_starts_on)
        share = sums.over(max(start, first), min(end, last))
        if points or share.asked:
            points.append(Point(max(start, first), min(end, last), share, end >= today))
        day = end + 1
    return points


def _step_around(step: Step, day: int, week_starts_on: int) -> tuple[int, int]:
    if step == "day":
        return day, day
    around = date.fromordinal(day)
    start, end = week_of(around, week_starts_on) if step == "week" else month_of(around)
    return start.toordinal(), end.toordinal()


def stretches(sums: _Sums, first: int, last: int) -> tuple[Stretch | None, Stretch | None]:
    """The best and the worst days in a row: a quarter of the range, one to four weeks; the latest among equals.

    None for a range too short, and where no two stretches with enough units differ.
    """
    first = max(first, sums.first)
    length = min(max((last - first + 1) // STRETCHES, SHORTEST_STRETCH), LONGEST_STRETCH)
    if last - first + 1 < STRETCHES * SHORTEST_STRETCH:
        return None, None
    running = sums.running[:, first - sums.first : last + 2 - sums.first]
    done, asked = running[:, length:] - running[:, :-length]
    enough = np.flatnonzero(asked >= LEAST_UNITS)
    if not len(enough):
        return None, None
    rates = done[enough] / asked[enough]
    if rates.min() == rates.max():
        return None, None
    best, worst = (int(enough[_latest(rates == extreme)]) for extreme in (rates.max(), rates.min()))
    return _stretch(sums, first + best, length), _stretch(sums, first + worst, length)


def _latest(found: NDArray[np.bool_]) -> int:
    return int(np.flatnonzero(found)[-1])


def _stretch(sums: _Sums, first: int, length: int) -> Stretch:
    return Stretch(first, first + length - 1, sums.over(first, first + length - 1))


def _cut(habit: HabitDays, items: Ints, first: int, last: int) -> Ints:
    """The places of first..last, as far as the habit has them."""
    return items[max(first - habit.first, 0) : max(last + 1 - habit.first, 0)]


def _weekdays(habits: Sequence[HabitDays], first: int, last: int) -> tuple[Share, ...]:
    done, asked = np.zeros((2, 7), dtype=np.int64)
    for habit in habits:
        # Ordinal 1 is a Monday, so an ordinal minus 1, modulo 7, is the ISO weekday minus 1.
        for day in range(7):
            shift = (day + 1 - max(first, habit.first)) % 7
            done[day] += _cut(habit, habit.done, first, last)[shift::7].sum()
            asked[day] += _cut(habit, habit.asked, first, last)[shift::7].sum()
    return tuple(Share(int(one), int(of)) for one, of in zip(done, asked, strict=True))


def _hours(habits: Sequence[HabitDays], first: int, last: int) -> tuple[int, ...]:
    counts = np.zeros(24, dtype=np.int64)
    for habit in habits:
        hours = _cut(habit, habit.hours, first, last)
        counts += np.bincount(hours[hours != NEVER], minlength=24)
    return tuple(counts.tolist())


def _standing(habit: HabitDays, first: int, last: int) -> Standing:
    kept, units, amounts = (_cut(habit, items, first, last) for items in (habit.kept, habit.units, habit.amounts))
    share = Share(int(kept.sum()), int(units.sum()))
    return Standing(habit.habit_id, share, int(np.count_nonzero(amounts)), int(amounts.sum()))
