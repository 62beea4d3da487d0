"""The strength of a habit at the close of each day, for years of days at a time.

The same steps as `habits.domain.strength` takes one by one, with their windows summed over arrays.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from analytics.domain.trends_units import Ints, Marked
from habits.domain.ledger import DONE
from habits.domain.plan import FOREVER, Rules, Span
from habits.domain.schedule import DaySchedule, due_days
from habits.domain.strength import initial, pace_of

Floats = NDArray[np.float64]

BLOCK = 128
"""Steps that are taken at once: few enough for what is left of the first of them not to vanish in the rounding."""


class Point(NamedTuple):
    """The strength, 0 to 1, at the close of the ordinal `day`."""

    day: int
    strength: float


def strengths(rules: Rules, spans: list[Span], days: Marked) -> Floats:
    """The strength on each of `days`; NaN once the habit is put away, or paused without end."""
    held, gained = np.ones(len(days.marks)), np.zeros(len(days.marks))
    for span in spans:
        first, last = max(span.first, days.first) - days.first, min(span.last, days.today) - days.first
        if first <= last:
            at, share = _worth(rules, span, days, first, last)
            pace = pace_of(span.schedule)
            held[at], gained[at] = pace.held, share * pace.gained
    line = _walked(held, gained, initial(rules.kind))
    if rules.off and rules.off[-1][1] == FOREVER:
        line[max(rules.off[-1][0] - days.first, 0) :] = np.nan
    return line


def _walked(held: Floats, gained: Floats, strength: float) -> Floats:
    """What ``strength * held + gained``, taken step by step, comes to after each step."""
    line = np.empty(len(held))
    for at in range(0, len(held), BLOCK):
        kept = np.cumprod(held[at : at + BLOCK])
        line[at : at + BLOCK] = kept * (strength + np.cumsum(gained[at : at + BLOCK] / kept))
        strength = float(line[min(at + BLOCK, len(held)) - 1])
    return line


def _worth(rules: Rules, span: Span, days: Marked, first: int, last: int) -> tuple[Ints, Floats]:
    """The places of first..last that move the strength, and how much of what was asked each of them holds."""
    pace = pace_of(span.schedule)
    if isinstance(span.schedule, DaySchedule):
        at = np.asarray(due_days(span.schedule, first + days.first, last + days.first), dtype=np.int64) - days.first
        at = _counted(at[days.marks[at] >= 0], days)
        return at, np.where(days.marks[at] == DONE, 1.0, _shares(rules, days.amounts[at], span.target))
    on = np.flatnonzero(days.marks[: last + 1] >= 0)
    items = days.marks if pace.times is not None else days.amounts
    sums = np.concatenate([[0], np.cumsum(items[on], dtype=np.int64)])
    at = _counted(on[np.searchsorted(on, first) :], days)
    ends = np.searchsorted(on, at) + 1
    within = sums[ends] - sums[np.maximum(ends - pace.days, 0)]
    if pace.times is None:
        return at, _shares(rules, within, span.target)
    return at, np.where(within < pace.times, within / pace.times, 1.0)


def _counted(at: Ints, days: Marked) -> Ints:
    """The places without today's as long as it is not done."""
    today = days.today - days.first
    return at[:-1] if len(at) and at[-1] == today and days.marks[today] != DONE else at


def _shares(rules: Rules, amounts: Ints, target: int) -> Floats:
    """`habits.domain.strength.share` of many amounts."""
    if target == 0:
        return np.where(amounts == 0, 1.0, 0.0)
    if rules.kind == "build":
        return np.clip(amounts / target, 0.0, 1.0)
    return np.clip(1 - (amounts - target) / target, 0.0, 1.0)
