"""How strong a habit is, 0 to 1: an exponential average of its days.

The formula is Loop Habit Tracker's score (uhabits, `Score.kt` and `ScoreList.kt`), so that an imported habit looks the
same here: with f repetitions a day, m = 0.5^(sqrt(f)/13) and s = s*m + v*(1-m), where v is how much of what was asked
the latest days hold. Unlike there, a skipped day takes no place in the window either.
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import sqrt

from habits.domain.entry import Kind
from habits.domain.schedule import Interval, Monthdays, Monthly, Schedule, Weekdays, Weekly

HALF_LIFE = 13
"""Days after which half of a daily habit's strength is gone."""
DAYS_OF_WEEK = 7
DAYS_OF_MONTH = 30


Step = Callable[[float, int], float]


@dataclass(frozen=True, slots=True)
class Pace:
    """How one schedule moves the strength at each step: `held` is m, `gained` 1-m.

    v compares the last `days` on-days with what is asked: `times` done days, or (None) the target as a sum.
    """

    held: float
    gained: float
    days: int
    times: int | None


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
        case _:
            return _quota(schedule.times, schedule.days)


def share(kind: Kind, amount: int, target: int) -> float:
    """How much of what was asked `amount` is, 0 to 1; both in thousandths."""
    if target == 0:
        return 1.0 if amount == 0 else 0.0
    if kind == "build":
        return min(1.0, amount / target)
    return min(1.0, max(0.0, 1 - (amount - target) / target))


def stepper(kind: Kind, schedule: Schedule, target: int, recent: Sequence[int]) -> Step:
    """The step of a schedule with a window: strength before, and what one more on-day holds, to strength after.

    An on-day holds 1 or 0 where done days count, its amount in thousandths where a total does. `recent` are the on-days
    before, oldest first.
    """
    pace = pace_of(schedule)
    held, gained, times = pace.held, pace.gained, pace.times
    push = sliding(pace.days, recent)
    if times is None:
        return lambda strength, item: strength * held + share(kind, push(item), target) * gained

    def count(strength: float, item: int) -> float:
        done = push(item)
        return strength * held + (done / times if done < times else 1.0) * gained

    return count


def sliding(size: int, items: Sequence[int]) -> Callable[[int], int]:
    """A function that takes one number at a time and gives the sum of the last `size`, counting on from `items`."""
    window = deque(items, maxlen=size)
    total = sum(window)

    def push(item: int) -> int:
        nonlocal total
        if len(window) == size:
            total -= window[0]
        window.append(item)
        total += item
        return total

    return push


def _quota(times: int | None, days: int) -> Pace:
    if times is None:
        return _pace(Fraction(1, days), days, None)
    if times == days:
        return _pace(Fraction(1), 1, 1)
    return _pace(Fraction(times, days), 2 * days, 2 * times)


def _pace(frequency: Fraction, days: int, times: int | None) -> Pace:
    held = 0.5 ** (sqrt(frequency) / HALF_LIFE)
    return Pace(held, 1 - held, days, times)
