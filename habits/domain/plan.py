"""What was asked of a habit, from which date on, and the days on which nothing was asked."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, time
from itertools import pairwise

from habits.domain.entry import Kind
from habits.domain.schedule import Schedule

FOREVER = date.max.toordinal()
"""The end of an interval that has no end."""

Off = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """One version of what is asked, in force from `effective_from` until the next one. `target` is in thousandths."""

    effective_from: date
    schedule: Schedule
    target: int
    freezes: bool
    preferred_time: time | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything besides the entries that decides a history.

    `plans` ascend by `effective_from`, one a date. `off` holds merged inclusive ordinal intervals: pauses of the habit
    and of the account, and the days after archiving. Raises ValueError for plans that are missing or out of order.
    """

    kind: Kind
    started_on: date
    plans: tuple[Plan, ...]
    off: Off
    week_starts_on: int

    def __post_init__(self) -> None:
        """Refuse plans that no day could be judged by."""
        starts = [plan.effective_from for plan in self.plans]
        if not starts or any(later <= earlier for earlier, later in pairwise(starts)):
            raise ValueError("Plans must be given, one for each date, in order.")


@dataclass(frozen=True, slots=True)
class Span:
    """Consecutive plans that share schedule and target, and therefore their units. Ordinals, both inclusive."""

    first: int
    last: int
    schedule: Schedule
    target: int
    freezes: tuple[tuple[int, bool], ...]
    """The first day of each plan in the span, with its choice of freezes."""

    def freezes_on(self, day: int) -> bool:
        """Whether the plan in force on `day` has freezes."""
        return next(on for first, on in reversed(self.freezes) if first <= day)

    def stretches(self, first: int, last: int) -> Iterator[tuple[int, int, bool]]:
        """The parts of first..last, each under one choice of freezes."""
        starts = [start for start, _ in self.freezes[1:]]
        for (start, on), following in zip(self.freezes, [*starts, FOREVER + 1], strict=True):
            if max(first, start) <= min(last, following - 1):
                yield max(first, start), min(last, following - 1), on


def merge_off(intervals: Iterable[tuple[int, int]]) -> Off:
    """The same days as disjoint, ascending, inclusive intervals; empty ones (end before start) vanish."""
    merged: list[tuple[int, int]] = []
    for first, last in sorted(interval for interval in intervals if interval[0] <= interval[1]):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return tuple(merged)


def plan_on(rules: Rules, day: date) -> Plan:
    """The plan in force on `day`; the earliest one reaches back as far as it must."""
    return next((plan for plan in reversed(rules.plans) if plan.effective_from <= day), rules.plans[0])


def spans_of(rules: Rules) -> list[Span]:
    """The habit's spans from `started_on` on, ascending and without gaps."""
    started = rules.started_on.toordinal()
    current = plan_on(rules, rules.started_on)
    plans = [current, *(plan for plan in rules.plans if plan.effective_from > rules.started_on and plan is not current)]
    starts = [started, *(plan.effective_from.toordinal() for plan in plans[1:])]
    spans: list[Span] = []
    for plan, first, following in zip(plans, starts, [*starts[1:], FOREVER + 1], strict=True):
        step = (first, plan.freezes)
        if spans and (spans[-1].schedule, spans[-1].target) == (plan.schedule, plan.target):
            same = spans.pop()
            spans.append(Span(same.first, following - 1, same.schedule, same.target, (*same.freezes, step)))
        else:
            spans.append(Span(first, following - 1, plan.schedule, plan.target, (step,)))
    return spans


def off_between(off: Off, first: int, last: int) -> int:
    """How many days of first..last lie in the intervals."""
    return sum(max(0, min(last, end) - max(first, start) + 1) for start, end in off)


def is_off(rules: Rules, day: int) -> bool:
    """Whether nothing is asked on `day`: before the start, paused, or archived. Skips are told by the entries."""
    return day < rules.started_on.toordinal() or any(first <= day <= last for first, last in rules.off)
