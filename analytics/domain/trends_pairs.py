"""Which habits go together: correlations of days done, with how sure one can be of them.

For two habits the days on which both were asked are compared, done or not (Pearson's r of two yes-or-no series, phi).
Days are not independent of each other: a habit done today is more often done tomorrow. So the number of days is first
cut to its effective size n' = n (1 - a*b) / (1 + a*b), a and b being the two series' correlations with their own day
before (Bretherton et al. 1999, "The effective number of spatial degrees of freedom", eq. 31); then Fisher's z gives the
interval: tanh(atanh(r) +- q / sqrt(n' - 3)).

Among many pairs some look related by chance. A pair is told only if its interval stays clear of 0 also at the level at
which one chance find among all pairs compared is expected less than once in twenty accounts (Bonferroni).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import atanh, sqrt, tanh
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from analytics.domain.trends_days import HabitDays

LEAST_DAYS = 30
MOST_HABITS = 100
"""The first so many habits are compared; the work grows with their square."""
DOUBT = 0.05
_CERTAIN = 1 - 1e-9

Matrix = NDArray[np.float64]
Vector = NDArray[np.float64]


class Pair(NamedTuple):
    """Two habits, how their days go together (-1 to 1), the 95 % interval of that, and on how many days it rests."""

    first: int
    second: int
    r: float
    low: float
    high: float
    days: int


def pairs(habits: Sequence[HabitDays], first: int, last: int) -> list[Pair]:
    """The pairs of which there is evidence in first..last, the closest first."""
    compared = habits[:MOST_HABITS]
    if len(compared) < 2:
        return []
    asked, done = _laid_out(compared, first, last)
    days, r = _correlated(asked, done)
    own = _with_yesterday(done, asked)
    shared = np.clip(np.outer(own, own), 0, 0.99)
    effective = days * (1 - shared) / (1 + shared)
    judged = np.triu(days >= LEAST_DAYS, 1)
    strict = NormalDist().inv_cdf(1 - DOUBT / 2 / max(int(judged.sum()), 1))
    found = [
        _pair(compared[i], compared[j], float(r[i, j]), float(effective[i, j]), int(days[i, j]))
        for i, j in np.argwhere(judged & _clear_of_zero(r, effective, strict)).tolist()
    ]
    return sorted(found, key=lambda pair: -abs(pair.r))


def interval(r: float, days: float, doubt: float = DOUBT) -> tuple[float, float]:
    """Fisher's interval of a correlation that rests on so many independent days; all of -1 to 1 for 3 or fewer."""
    if days <= 3:
        return -1.0, 1.0
    middle, reach = atanh(max(-_CERTAIN, min(_CERTAIN, r))), NormalDist().inv_cdf(1 - doubt / 2) / sqrt(days - 3)
    return min(tanh(middle - reach), r), max(tanh(middle + reach), r)


def _pair(one: HabitDays, other: HabitDays, r: float, effective: float, days: int) -> Pair:
    return Pair(one.habit_id, other.habit_id, r, *interval(r, effective), days)


def _clear_of_zero(r: Matrix, days: Matrix, quantile: float) -> NDArray[np.bool_]:
    reach = np.abs(np.arctanh(np.clip(r, -_CERTAIN, _CERTAIN))) * np.sqrt(np.maximum(days - 3, 0))
    clear: NDArray[np.bool_] = reach > quantile
    return clear


def _laid_out(habits: Sequence[HabitDays], first: int, last: int) -> tuple[Matrix, Matrix]:
    """Asked and done, a row a habit and a column a day of first..last up to today."""
    last = min(last, habits[0].last)
    asked, done = np.zeros((2, len(habits), max(last - first + 1, 0)))
    for row, habit in enumerate(habits):
        low = max(first, habit.first)
        if low <= last:
            place, here = slice(low - first, None), slice(low - habit.first, last + 1 - habit.first)
            asked[row, place], done[row, place] = habit.asked[here], habit.done[here]
    return asked, done


def _correlated(asked: Matrix, done: Matrix) -> tuple[Matrix, Matrix]:
    """For every two habits the days on which both were asked, and the correlation on them; 0 where one never varies."""
    days = asked @ asked.T
    one, both = done @ asked.T, done @ done.T
    spread = one * (days - one)
    scale = np.sqrt(spread * spread.T)
    return days, np.divide(days * both - one * one.T, scale, out=np.zeros_like(scale), where=scale > 0)


def _with_yesterday(done: Matrix, asked: Matrix) -> Vector:
    """Each habit's correlation with its own day before, over days asked in a row; 0 where it never varies."""
    in_a_row = asked[:, 1:] * asked[:, :-1]
    days = in_a_row.sum(axis=1)
    now, before = ((one * in_a_row).sum(axis=1) for one in (done[:, 1:], done[:, :-1]))
    both = (done[:, 1:] * done[:, :-1] * in_a_row).sum(axis=1)
    scale = np.sqrt(now * (days - now) * before * (days - before))
    found: Vector = np.divide(days * both - now * before, scale, out=np.zeros_like(scale), where=scale > 0)
    return found
