"""How strong a habit is, 0 to 1: an exponential average of its days.

The formula is Loop Habit Tracker's score (uhabits, `Score.kt` and `ScoreList.kt`), so that an imported habit looks the
same here: with f repetitions a day, m = 0.5^(sqrt(f)/13) and s = s*m + v*(1-m), where v is how much of what was asked
the latest days hold. Unlike there, a skipped day takes no place in the window either.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import sqrt

from habits.domain.entry import Kind
from habits.domain.schedule import Interval, Monthdays, Monthly, Rolling, Schedule, Weekdays, Weekly

HALF_LIFE = 13
"""Days after which half of a daily habit's strength is gone."""
DAYS_OF_WEEK = 7
DAYS_OF_MONTH = 30


@dataclass(frozen=True, slots=True)
class Pace:
    """How one schedule moves the strength at each step: `held` is m, `gained` 1-m.

    v compares the last `days` on-days with what is asked: `times` done days, or (None) the target as a sum.
    """

    held: float
    gained: float
    days: int
    times: int | None


class Sliding:
    """The sum of the last `size` numbers pushed."""

    __slots__ = ("_items", "total")

    def __init__(self, size: int, items: Iterable[int] = ()) -> None:
        self._items: deque[int] = deque(items, maxlen=size)
        self.total = sum(self._items)

    def push(self, item: int) -> int:
        """Take in one more number; returns the new sum."""
        items = self._items
        if len(items) == items.maxlen:
            self.total -= items[0]
        items.append(item)
        self.total += item
        return self.total

    def without_next(self) -> int:
        """The sum that is left when the next number pushed adds nothing."""
        full = len(self._items) == self._items.maxlen
        return self.total - self._items[0] if full else self.total


def initial(kind: Kind) -> float:
    """The strength before the first day: a limit is held until it is broken."""
    return 1.0 if kind == "limit" else 0.0


@lru_cache(maxsize=512)
def pace_of(schedule: Schedule) -> Pace:
    """How `schedule` moves the strength."""
    match schedule:
        case Weekdays(days=listed):
            return _pace(Fraction(len(listed), DAYS_OF_WEEK), 1, None)
        case Interval(every=every):
            return _pace(Fraction(1, every), 1, None)
        case Monthdays(days=listed):
            return _pace(min(Fraction(1), Fraction(len(listed), DAYS_OF_MONTH)), 1, None)
        case Weekly(times=times):
            return _quota(times, DAYS_OF_WEEK)
        case Monthly(times=times):
            return _quota(times, DAYS_OF_MONTH)
        case Rolling(days=days, times=times):
            return _quota(times, days)


def share(kind: Kind, amount: int, target: int) -> float:
    """How much of what was asked `amount` is, 0 to 1; both in thousandths."""
    if target == 0:
        return 1.0 if amount == 0 else 0.0
    if kind == "build":
        return min(1.0, amount / target)
    return min(1.0, max(0.0, 1 - (amount - target) / target))


def value_of(pace: Pace, kind: Kind, within: int, target: int) -> float:
    """v of one step, from the done days (or the sum, in thousandths) within the window."""
    if pace.times is None:
        return share(kind, within, target)
    return min(1.0, within / pace.times)


def _quota(times: int | None, days: int) -> Pace:
    if times is None:
        return _pace(Fraction(1, days), days, None)
    if times == days:
        return _pace(Fraction(1), 1, 1)
    return _pace(Fraction(times, days), 2 * days, 2 * times)


def _pace(frequency: Fraction, days: int, times: int | None) -> Pace:
    held = 0.5 ** (sqrt(frequency) / HALF_LIFE)
    return Pace(held, 1 - held, days, times)
