"""The stored entries of a stretch of days, laid out day by day and judged done or not."""

from bisect import bisect_left
from collections.abc import Sequence
from operator import attrgetter
from typing import NamedTuple

from habits.domain.entry import EntryRow, Kind
from habits.domain.plan import Rules, Span
from habits.domain.schedule import Schedule, asks_for_total

PAUSED, SKIPPED, UNDONE, DONE = -2, -1, 0, 1
"""The marks of a day. The negative ones are off days; the others sum to the number of done days."""


_day = attrgetter("day")


class Ledger(NamedTuple):
    """One mark and one amount (thousandths, 0 where nothing is stated) for each day from `first` on."""

    first: int
    marks: list[int]
    amounts: list[int]


def is_done(kind: Kind, schedule: Schedule, target: int, value: int | None) -> bool:
    """Whether a stated value does what a day asks; towards a total to build, any amount does."""
    if value is None:
        return False
    return value <= target if kind == "limit" else value >= least_of(schedule, target)


def settle(rules: Rules, spans: Sequence[Span], entries: Sequence[EntryRow], first: int, last: int) -> Ledger:
    """Lay out the closed days first..last, all of them on or after the habit's start.

    `entries` ascend by day and may reach beyond both ends.
    """
    length = last - first + 1
    silence = DONE if rules.kind == "limit" else UNDONE
    ledger = Ledger(first, [silence] * length, [0] * length)
    for span in spans:
        low, high = max(first, span.first), min(last, span.last)
        if low <= high:
            rows = entries[bisect_left(entries, low, key=_day) : bisect_left(entries, high + 1, key=_day)]
            if rules.kind == "limit":
                _lay_limit(ledger, rows, span.target)
            else:
                _lay_build(ledger, rows, least_of(span.schedule, span.target))
    for start, end in rules.off:
        low, high = max(first, start), min(last, end)
        if low <= high:
            ledger.marks[low - first : high - first + 1] = [PAUSED] * (high - low + 1)
    return ledger


def least_of(schedule: Schedule, target: int) -> int:
    """The least amount (thousandths) that makes a day done: any, where a total is asked for."""
    return 1 if asks_for_total(schedule) else target


def _lay_build(ledger: Ledger, rows: Sequence[EntryRow], least: int) -> None:
    first, marks, amounts = ledger
    for day, value, skipped, _ in rows:
        if value is not None and value >= least:
            marks[day - first] = DONE
            amounts[day - first] = value
        elif skipped:
            marks[day - first] = SKIPPED
        elif value:
            amounts[day - first] = value


def _lay_limit(ledger: Ledger, rows: Sequence[EntryRow], most: int) -> None:
    first, marks, amounts = ledger
    for day, value, skipped, _ in rows:
        if value is not None and value <= most:
            amounts[day - first] = value
        elif skipped:
            marks[day - first] = SKIPPED
        elif value is not None:
            marks[day - first] = UNDONE
            amounts[day - first] = value
