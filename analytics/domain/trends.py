"""The figures of a range of days, for one habit or many: how much of what was asked was done, and when.

Completion is the share of decided units (days, weeks, months, whatever a plan counts in) that were kept. A unit counts
on its last day. All ranges are ordinals, both ends included.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from analytics.domain.trends_days import NEVER, HabitDays
from analytics.domain.trends_pairs import pairs
from analytics.domain.trends_shapes import Compared, Figures, Other, Point, Share, Standing, Step, Stretch, Year
from analytics.domain.trends_strength import Point as StrengthPoint
from habits.domain.calendar import month_of

WINDOWS = (7, 30, 90, 365)
DAILY_UP_TO, WEEKLY_UP_TO = 31, 182
"""The longest ranges, in days, whose trend goes by days and by weeks; beyond, it goes by months."""
SHORTEST_STRETCH, LONGEST_STRETCH = 7, 28
STRETCHES = 4
"""A range has room for best and worst stretches when at least so many fit into it."""
LEAST_UNITS = 5
"""Fewer decided units tell nothing about a stretch or a habit."""
YEAR_WEEKS = 52
"""Whole weeks of a year's days, before the week of the last one."""
MOST_STRENGTHS = 120
"""Points of the line of strength."""

Ints = NDArray[np.int64]
N = TypeVar("N", bound=np.generic)


class _Sums:
    """Sums over any days of what many habits were asked and did, in units, and a day at a time."""

    def __init__(self, habits: Sequence[HabitDays], today: int) -> None:
        self.first = min((habit.first for habit in habits), default=today)
        # Units kept and decided; days done and asked for.
        self.daily = np.zeros((4, today - self.first + 1), dtype=np.int64)
        for habit in habits:
            for row, items in enumerate((habit.kept, habit.units, habit.done, habit.asked)):
                self.daily[row, habit.first - self.first :] += items
        self.running = np.concatenate([np.zeros((2, 1), dtype=np.int64), np.cumsum(self.daily[:2], axis=1)], 1)

    def over(self, first: int, last: int) -> Share:
        """The days first..last, as far as there are any."""
        low, high = np.clip([first - self.first, last + 1 - self.first], 0, self.daily.shape[1])
        done, asked = self.running[:, max(low, high)] - self.running[:, low]
        return Share(int(done), int(asked))

    def days(self, first: int, last: int) -> Ints:
        """How many habits were done and asked for (two rows) on each of the days first..last."""
        found = np.zeros((2, max(last - first + 1, 0)), dtype=np.int64)
        low, high = max(first, self.first), min(last, self.first + self.daily.shape[1] - 1)
        if low <= high:
            found[:, low - first : high - first + 1] = self.daily[2:, low - self.first : high - self.first + 1]
        return found


def figures(
    habits: Sequence[HabitDays],
    first: int,
    last: int,
    today: int,
    week_starts_on: int,
    *,
    against: tuple[int, int] | None = None,
) -> Figures:
    """The figures of first..last (first <= last; what lies after today is empty) and of the windows that end today.

    They are compared with the days of `against`, or with as many days just before.
    """
    sums = _Sums(habits, today)
    other = against or (first - (last - first + 1), first - 1)
    step = step_of(max(last - first, other[1] - other[0]) + 1)
    steps = _Steps(sums, step, today, week_starts_on, whole=against is not None)
    best, worst = stretches(sums, first, min(last, today))
    return Figures(
        first=first,
        last=last,
        total=Compared(last - first + 1, sums.over(first, last), sums.over(*other)),
        windows=tuple(_window(sums, today, days) for days in WINDOWS),
        step=step,
        trend=steps.over(first, min(last, today)),
        weekdays=_weekdays(sums, first, last),
        hours=_hours(habits, first, last),
        best=best,
        worst=worst,
        standings=tuple(_standing(habit, first, last) for habit in habits),
        pairs=tuple(pairs(habits, first, last)),
        other=_other(habits, sums, other, steps if against else None),
        year=_year(sums, min(last, today), week_starts_on),
        strengths=_strengths(habits, first, min(last, today)),
    )


def step_of(days: int) -> Step:
    """What the trend of so many days goes by."""
    if days <= DAILY_UP_TO:
        return "day"
    return "week" if days <= WEEKLY_UP_TO else "month"


def _window(sums: _Sums, today: int, days: int) -> Compared:
    first = today - days + 1
    return Compared(days, sums.over(first, today), sums.over(first - days, first - 1))


def _other(habits: Sequence[HabitDays], sums: _Sums, span: tuple[int, int], steps: _Steps | None) -> Other:
    return Other(
        first=max(span[0], 1),
        last=max(span[1], 1),
        total=sums.over(*span),
        trend=steps.over(span[0], min(span[1], steps.today)) if steps else (),
        weekdays=_weekdays(sums, *span),
        standings=tuple(_standing(habit, *span) for habit in habits),
    )


@dataclass(frozen=True, slots=True)
class _Steps:
    """How trends go: by which steps, and whether they begin with the range (`whole`) or once something is asked."""

    sums: _Sums
    step: Step
    today: int
    week_starts_on: int
    whole: bool

    def over(self, first: int, last: int) -> tuple[Point, ...]:
        """The steps of first..last."""
        points: list[Point] = []
        day = first if self.whole else max(first, self.sums.first)
        while day <= last:
            start, end = _step_around(self.step, day, self.week_starts_on)
            share = self.sums.over(max(start, first), min(end, last))
            if self.whole or points or share.asked:
                points.append(Point(max(start, first), min(end, last), share, end >= self.today))
            day = end + 1
        return tuple(points)


def _step_around(step: Step, day: int, week_starts_on: int) -> tuple[int, int]:
    if step == "day":
        return day, day
    if step == "week":
        start = _week_start(day, week_starts_on)
        return start, start + 6
    first, last = month_of(date.fromordinal(day))
    return first.toordinal(), last.toordinal()


def _week_start(day: int, week_starts_on: int) -> int:
    # Ordinal 1 is a Monday, and ordinals modulo 7 are ISO weekdays. By numbers, because no date lies before year 1.
    return day - (day - week_starts_on) % 7


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


def _cut(habit: HabitDays, items: NDArray[N], first: int, last: int) -> NDArray[N]:
    """The places of first..last, as far as the habit has them."""
    return items[max(first - habit.first, 0) : max(last + 1 - habit.first, 0)]


def _weekdays(sums: _Sums, first: int, last: int) -> tuple[Share, ...]:
    first, last = max(first, sums.first), min(last, sums.first + sums.daily.shape[1] - 1)
    days = sums.days(first, last)
    # Ordinal 1 is a Monday, so an ordinal minus 1, modulo 7, is the ISO weekday minus 1.
    found = (days[:, (day + 1 - first) % 7 :: 7].sum(axis=1).tolist() for day in range(7))
    return tuple(Share(*both) for both in found)


def _hours(habits: Sequence[HabitDays], first: int, last: int) -> tuple[int, ...]:
    counts = np.zeros(24, dtype=np.int64)
    for habit in habits:
        hours = _cut(habit, habit.hours, first, last)
        counts += np.bincount(hours[hours != NEVER], minlength=24)
    return tuple(counts.tolist())


def _standing(habit: HabitDays, first: int, last: int) -> Standing:
    kept, units, amounts = (_cut(habit, items, first, last) for items in (habit.kept, habit.units, habit.amounts))
    share = Share(int(np.count_nonzero(kept)), int(np.count_nonzero(units)))
    return Standing(habit.habit_id, share, int(np.count_nonzero(amounts)), int(amounts.sum()), habit.streak)


def _year(sums: _Sums, last: int, week_starts_on: int) -> Year:
    first = max(_week_start(last, week_starts_on) - 7 * YEAR_WEEKS, 1)
    done, asked = sums.days(first, last).tolist()
    return Year(first, tuple(done), tuple(asked))


def _strengths(habits: Sequence[HabitDays], first: int, last: int) -> tuple[StrengthPoint, ...]:
    first = max(first, min((habit.first for habit in habits), default=last + 1))
    if first > last:
        return ()
    total, count = np.zeros((2, last - first + 1))
    for habit in habits:
        strength = _cut(habit, habit.strength, first, last)
        place = slice(max(habit.first - first, 0), max(habit.first - first, 0) + len(strength))
        used = ~np.isnan(strength)
        total[place] += np.where(used, strength, 0)
        count[place] += used
    at = np.flatnonzero(count)
    shown = at[::-1][:: max(1, -(-len(at) // MOST_STRENGTHS))][::-1]
    return tuple(StrengthPoint(first + int(day), float(total[day] / count[day])) for day in shown)
