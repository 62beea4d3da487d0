"""What a habit has come to, with the day of each: so many days kept, so long a streak, so much in all.

Everything is read off the history, so an edit of the past moves, adds or takes away milestones.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import takewhile

from habits.domain.entry import Kind
from habits.domain.schedule import StreakUnit
from habits.domain.states import DayState
from habits.domain.views import DayView

MILLI = 1000
KEPT = (7, 30, 100, 365, *range(1000, 20_001, 500))
"""Kept days that are told."""
STREAKS: dict[StreakUnit, tuple[int, ...]] = {
    "day": (7, 30, 100, *range(365, 20_000, 365)),
    "week": (4, 12, 26, *range(52, 3_000, 52)),
    "month": (3, 6, *range(12, 700, 12)),
}
"""Lengths of a streak that are told: round numbers, then whole years."""
LEAST_RECORD = 3
"""A longest streak that is shorter is not told."""
FEWEST_DAYS = 5
"""A total that fewer days have reached is no milestone: "10 km" is nothing where a day brings 12."""


class MilestoneKind(StrEnum):
    """What was reached."""

    KEPT = "kept"
    STREAK = "streak"
    LONGEST = "longest"
    TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Milestone:
    """Something reached on `day`: kept days, units of a streak, or (total) an amount in thousandths."""

    kind: MilestoneKind
    amount: int
    day: date


def milestones(days: Sequence[DayView], today: date, *, kind: Kind, unit: StreakUnit, totals: bool) -> list[Milestone]:
    """The milestones of a habit, the latest first; `days` is its whole history, `unit` what its streak counts in.

    `totals` says whether its amounts add up to something; those of a limit never do.
    """
    past = [*takewhile(lambda view: view.day <= today, days)]
    found = [*_kept(past), *_streaks(past, STREAKS[unit]), *_longest(past)]
    if totals and kind == "build":
        found += _totals(past)
    return sorted(found, key=lambda one: one.day, reverse=True)


def _kept(days: Sequence[DayView]) -> Iterator[Milestone]:
    kept = [view.day for view in days if view.state is DayState.KEPT]
    for count in takewhile(lambda count: count <= len(kept), KEPT):
        yield Milestone(MilestoneKind.KEPT, count, kept[count - 1])


def _streaks(days: Sequence[DayView], lengths: Sequence[int]) -> Iterator[Milestone]:
    """The first time that the streak was as long as each of `lengths`."""
    ahead = iter(lengths)
    length = next(ahead)
    for view in days:
        while view.streak >= length:
            yield Milestone(MilestoneKind.STREAK, length, view.day)
            length = next(ahead)


def _longest(days: Sequence[DayView]) -> Iterator[Milestone]:
    """The longest streak of all, on the first day on which it was that long."""
    longest = max(days, key=lambda view: view.streak, default=None)
    if longest is not None and longest.streak >= LEAST_RECORD:
        yield Milestone(MilestoneKind.LONGEST, longest.streak, longest.day)


def _totals(days: Sequence[DayView]) -> Iterator[Milestone]:
    """The days on which all amounts together reached 1, 5, 10, 50, 100, ..."""
    total = stated = 0
    rounds = _rounds()
    amount = next(rounds)
    for view in days:
        if not view.value or (view.skipped and view.state is DayState.SKIPPED):
            continue
        total, stated = total + view.value, stated + 1
        reached = None
        while total >= amount:
            reached, amount = amount, next(rounds)
        if reached is not None and stated >= FEWEST_DAYS:
            yield Milestone(MilestoneKind.TOTAL, reached, view.day)


def _rounds() -> Iterator[int]:
    power = MILLI
    while True:
        yield power
        yield 5 * power
        power *= 10
