"""The burn-up chart's own series: what had been gathered by the close of each day."""

from collections.abc import Iterable, Sequence
from datetime import date

from goals.domain.facts import DayFact
from goals.domain.goal import MILLI, Goal, Measure
from goals.domain.pace import LinePoint, evenly
from goals.domain.progress import gained


def burn_up(goal: Goal, facts: Sequence[Iterable[DayFact]], today: int, points: int = 120) -> tuple[LinePoint, ...]:
    """The amount in thousandths, rounded down, at the close of at most `points` days from the start to today.

    Ends with the deadline once that is over; empty before the start. `facts` are those of `progress.advance`.
    """
    first, end = goal.first_and_last()
    last = min(today, end)
    if last < first:
        return ()
    changes = _changes(goal, facts, first, last)
    series: list[LinePoint] = []
    amount = taken = 0
    for day in evenly(first, last, points):
        while taken < len(changes) and changes[taken][0] <= day:
            amount = changes[taken][1] + (0 if goal.measure is Measure.STREAK else amount)
            taken += 1
        series.append(LinePoint(date.fromordinal(day), amount // MILLI))
    return tuple(series)


def _changes(goal: Goal, facts: Sequence[Iterable[DayFact]], first: int, last: int) -> list[tuple[int, int]]:
    """Each day's gain in millionths, or the streak at its close."""
    return sorted(
        (fact.day, fact.streak * MILLI * MILLI if goal.measure is Measure.STREAK else gained(goal, index, fact))
        for index, strand in enumerate(facts)
        for fact in strand
        if first <= fact.day <= last
    )
