"""When a habit is asked for: the six schedules."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

StreakUnit = Literal["day", "week", "month"]
LAST_OF_MONTH = -1


@dataclass(frozen=True, slots=True)
class Weekdays:
    """Each listed ISO weekday; all seven make a daily habit."""

    days: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Interval:
    """Every `every`-th day, counted from `anchor` in both directions."""

    every: int
    anchor: date


@dataclass(frozen=True, slots=True)
class Monthdays:
    """Each listed day of the month; -1 is the last one, and a day past the month's end falls on it too."""

    days: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Weekly:
    """`times` done days in a week of the user's, or (None) a total over the week."""

    times: int | None


@dataclass(frozen=True, slots=True)
class Monthly:
    """`times` done days in a calendar month, or (None) a total over the month."""

    times: int | None


@dataclass(frozen=True, slots=True)
class Rolling:
    """`times` done days in any `days` on-days, or (None) a total over them."""

    days: int
    times: int | None


DaySchedule = Weekdays | Interval | Monthdays
Period = Weekly | Monthly
Schedule = DaySchedule | Period | Rolling


def asks_for_total(schedule: Schedule) -> bool:
    """Whether the target is a period's total rather than one day's amount."""
    return isinstance(schedule, Weekly | Monthly | Rolling) and schedule.times is None


def streak_unit(schedule: Schedule) -> StreakUnit:
    """What one step of the streak is called."""
    match schedule:
        case Weekly():
            return "week"
        case Monthly():
            return "month"
        case _:
            return "day"
