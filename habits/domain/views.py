"""What a habit's rows come to, as screens and the API show it. Values, needs and amounts are in thousandths."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from habits.domain.schedule import StreakUnit
from habits.domain.states import DayState, UnitState


class UnitView(NamedTuple):
    """A unit of the streak: its days (both inclusive), what it needs and what is done.

    Both are in thousandths, numbers of days too; a need that is no whole number of thousandths is rounded here only.
    """

    first: date
    last: date
    state: UnitState
    need: int
    done: int


class DayView(NamedTuple):
    """One day of a history. `streak` and `strength` are those at the day's close, today's as they stand."""

    day: date
    state: DayState
    value: int | None
    skipped: bool
    strength: float
    streak: int


@dataclass(frozen=True, slots=True)
class History:
    """Days in order without gaps, and the units that touch them."""

    days: list[DayView]
    units: list[UnitView]


@dataclass(frozen=True, slots=True)
class Streak:
    """`since` is the first day of the current streak's first unit, None without a streak."""

    current: int
    longest: int
    unit: StreakUnit
    since: date | None
    freezes: int


@dataclass(frozen=True, slots=True)
class TodayView:
    """Today as it stands; `due` says whether the habit still asks for today."""

    day: date
    state: DayState
    due: bool
    value: int | None
    skipped: bool


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A habit right now. `open_unit` is the unit that holds today, None where today belongs to none.

    `days_left` counts the on-days of that unit, today included, on which something can still be stated.
    """

    streak: Streak
    strength: float
    today: TodayView
    open_unit: UnitView | None
    days_left: int
