"""What a goal asks for from here on: the pace it needs, the line it should follow, the days it can wait."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from goals.domain.goal import MILLI, Goal, Measure

DAYS_A_WEEK = 7


@dataclass(frozen=True, slots=True)
class Pace:
    """What is needed from now to the deadline, in thousandths, rounded up.

    `days` and `chances` count what is left, today included while it is open. A pace is None where nothing is left to
    do it in.
    """

    remaining: int
    days: int
    chances: int
    per_day: int | None
    per_week: int | None
    per_chance: int | None


class LinePoint(NamedTuple):
    """An amount, in thousandths, at the close of a day."""

    day: date
    amount: int


def needed_pace(goal: Goal, remaining: int, chances: Sequence[int], today: int) -> Pace | None:
    """The pace that still reaches the goal; None without a deadline.

    `remaining` is in thousandths. `chances` are the ordinals, ascending, of the days that can bring the goal forward;
    those before `today` or after the deadline are passed over.
    """
    if goal.deadline is None:
        return None
    deadline = goal.deadline.toordinal()
    first = max(today, goal.starts_on.toordinal())
    days = max(0, deadline - first + 1)
    left = max(0, bisect_right(chances, deadline) - bisect_left(chances, first))
    week = _each(remaining * DAYS_A_WEEK, max(days, DAYS_A_WEEK)) if days else None
    return Pace(remaining, days, left, _each(remaining, days), week, _each(remaining, left))


def planned_line(goal: Goal, chances: Sequence[int], points: int = 120) -> tuple[LinePoint, ...]:
    """The even way from 0 to the target, by at most `points` days; flat where no chance is; empty without a deadline.

    `chances` are those from the goal's first day on, ascending; a goal without any rises by the calendar.
    """
    if goal.deadline is None:
        return ()
    steps = _steps(goal, goal.deadline, chances)
    days = evenly(goal.starts_on.toordinal(), goal.deadline.toordinal(), points)
    return tuple(LinePoint(date.fromordinal(day), goal.target * bisect_right(steps, day) // len(steps)) for day in days)


def safety_buffer(goal: Goal, amount: int, chances: Sequence[int], today: int) -> int | None:
    """For how many days, today first, nothing need be done; None without a deadline.

    At 0 something is due today; below 0 the goal is that many days behind its line. `amount` is in thousandths. A
    streak has no line: there it is the days until a new run has to begin, 0 when only the running one can make it, and
    below 0 the units that are too few. After Beeminder's safe days, laid over the scheduled days instead of all.
    """
    if goal.deadline is None:
        return None
    deadline = goal.deadline.toordinal()
    if goal.measure is Measure.STREAK:
        return _streak_buffer(goal, amount, [day for day in chances if today <= day <= deadline], today, deadline)
    steps = _steps(goal, goal.deadline, chances)
    covered = max(0, amount) * len(steps) // goal.target if goal.target > 0 else len(steps)
    return (steps[covered] if covered < len(steps) else deadline + 1) - today


def evenly(first: int, last: int, points: int) -> list[int]:
    """At most `points` (2 or more) whole numbers from first to last, both among them, about equally far apart."""
    gap = max(1, -(-(last - first) // (points - 1)))
    return [*range(first, last, gap), last]


def _streak_buffer(goal: Goal, amount: int, left: Sequence[int], today: int, deadline: int) -> int:
    needed = -(-goal.target // MILLI)
    if amount >= goal.target:
        return deadline + 1 - today
    if needed <= len(left):
        return left[len(left) - needed] - today
    return min(0, amount // MILLI + len(left) - needed)


def _steps(goal: Goal, deadline: date, chances: Sequence[int]) -> Sequence[int]:
    first, last = goal.starts_on.toordinal(), deadline.toordinal()
    within = chances[bisect_left(chances, first) : bisect_right(chances, last)]
    return within or range(first, max(first, last) + 1)


def _each(remaining: int, parts: int) -> int | None:
    return -(-remaining // parts) if parts > 0 else None
