"""What the figures of a range are: plain values, made by `trends` and shown by pages, tables and the API.

Days are ordinals, both ends of a range included.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from analytics.domain.trends_pairs import Pair
from analytics.domain.trends_strength import Point as StrengthPoint
from habits.domain.views import Streak

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
    """A stretch of days, and what it is compared with: as many days just before it, unless others were asked for."""

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
    """One habit in the range. `amount` is the sum of what was stated, in thousandths; `streak` is that of today."""

    habit_id: int
    share: Share
    days: int
    amount: int
    streak: Streak | None = None


class Year(NamedTuple):
    """Days in a row from the ordinal `first` on: how many habits asked for each of them, and how many were done."""

    first: int
    done: tuple[int, ...]
    asked: tuple[int, ...]


class Other(NamedTuple):
    """The days that a range is compared with, and what stands beside its figures."""

    first: int
    last: int
    total: Share
    trend: tuple[Point, ...]
    """Empty unless these days were asked for: then as many steps as they have, from their first day on."""
    weekdays: tuple[Share, ...]
    standings: tuple[Standing, ...]


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
    other: Other
    year: Year
    """The days of the year that ends with the range, or with today."""
    strengths: tuple[StrengthPoint, ...]
    """The mean strength of the habits in use, at most MOST_STRENGTHS days of the range and the last among them."""
    partial: bool = False
    """Whether there are more habits than were counted."""
