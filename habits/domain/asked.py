"""What evidence is made of: each closed day on which the habit was asked for, and how it went.

A day is judged by what was known on it: a week's quota asks for as long as the days before leave it short, and neither
a pause nor a plan that begins later changes that. So evidence of closed days stands until one of them is edited, and
moving on by a day or by a year gives the same bytes.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from habits.domain.calendar import month_of, week_of
from habits.domain.entry import EntryRow, Kind
from habits.domain.evidence import Evidence, observe_days
from habits.domain.fold import Fold
from habits.domain.ledger import DONE, SKIPPED, Ledger, settle
from habits.domain.plan import Rules, Span, off_between, spans_of
from habits.domain.schedule import DaySchedule, Monthly, Period, Rolling, Weekly, asks_for_total, due_days

Day = tuple[int, bool, bool, bool, int | None]
"""Ordinal, asked, done, skipped (never: such days are left out), and the minute it was done (a limit: overstepped)."""


def see(rules: Rules, base: Fold, packed: bytes, entries: Sequence[EntryRow], *, after: int, upto: int) -> bytes:
    """Packed evidence of the days up to `after`, moved on over those up to `upto` (ordinals).

    `base` is a fold of days no later than `after`; `entries` ascend by day and hold at least those since it.
    """
    if upto <= after:
        return packed
    days = list(closed_days(rules, base, entries, after, upto))
    return observe_days(Evidence.from_bytes(packed), days).to_bytes() if days else packed


def closed_days(rules: Rules, base: Fold, entries: Sequence[EntryRow], after: int, upto: int) -> Iterator[Day]:
    """The days after `after` up to `upto` that were asked for or on which the habit was done, in order."""
    spans = spans_of(rules)
    first = max((base.through or 0) + 1, spans[0].first)
    if first > upto:
        return
    page = _Page(rules, settle(rules, spans, entries, first, upto), _minutes(entries, first), after)
    for span in spans:
        low, high = max(span.first, first), min(span.last, upto)
        if low <= high:
            yield from _of_span(page, span, base, low, high)


class _Page(NamedTuple):
    """A stretch of days laid out. Days up to `after` are looked at for their sums only."""

    rules: Rules
    ledger: Ledger
    minutes: dict[int, int]
    after: int

    def day(self, day: int, asked: bool, done: bool) -> Day:
        """A day as evidence takes it."""
        counts = not done if self.rules.kind == "limit" else done
        return day, asked, done, False, self.minutes.get(day) if counts else None


def _minutes(entries: Sequence[EntryRow], first: int) -> dict[int, int]:
    return {row.day: row.minute for row in entries if row.minute is not None and row.day >= first}


def _of_span(page: _Page, span: Span, base: Fold, low: int, high: int) -> Iterator[Day]:
    match span.schedule:
        case Rolling():
            return _rolling(page, span, span.schedule, _window(span.schedule, span, base, low), range(low, high + 1))
        case Weekly() | Monthly():
            return _periods(page, span, span.schedule, low, high)
        case _:
            return _days(page, span.schedule, max(low, page.after + 1), high)


def _days(page: _Page, schedule: DaySchedule, low: int, high: int) -> Iterator[Day]:
    """Due days; a build habit's done days in between are seen, too, but a limit is held on those by itself."""
    first, marks, _ = page.ledger
    due = due_days(schedule, low, high)
    if page.rules.kind == "limit" or len(due) == high - low + 1:
        timed, minutes = page.rules.kind != "limit", page.minutes
        yield from [  # ten years of a daily habit: calls of `page.day` would be half of it
            (day, True, done, False, minutes.get(day) if done is timed else None)
            for day in due
            if (mark := marks[day - first]) >= 0
            for done in (mark == DONE,)
        ]
        return
    wanted = set(due)
    for day in range(low, high + 1):
        mark = marks[day - first]
        if mark == DONE or (mark >= 0 and day in wanted):
            yield page.day(day, asked=day in wanted, done=mark == DONE)


def _periods(page: _Page, span: Span, schedule: Period, low: int, high: int) -> Iterator[Day]:
    """Days of weeks or months, asked while the ones before leave the period short; `low` begins one."""
    while low <= high:
        start, end = _period(schedule, low, page.rules.week_starts_on)
        quota = _Quota(page.rules.kind, schedule.times, span.target, end - start + 1, end - low + 1)
        first = low
        for day in range(low, min(end, high) + 1):
            mark = page.ledger.marks[day - page.ledger.first]
            amount = page.ledger.amounts[day - page.ledger.first]
            if mark < 0:
                quota.off += mark == SKIPPED
                continue
            paused = off_between(page.rules.off, first, day)
            if day > page.after and (quota.asks(paused) or quota.does(mark, amount)):
                yield page.day(day, quota.asks(paused), quota.does(mark, amount))
            quota.add(mark, amount)
        low = end + 1


class _Quota:
    """A period on its way: what it asks, of `length` days of which `open` lie in the plan, and what is in it so far."""

    def __init__(self, kind: Kind, times: int | None, target: int, length: int, days: int) -> None:
        self.kind, self.times, self.target, self.length, self.days = kind, times, target, length, days
        self.off = 0
        self.so_far = 0

    def asks(self, paused: int) -> bool:
        """Whether the next day is asked for; a limit on a total is, always."""
        on_days = self.days - self.off - paused
        if self.times is not None:
            return self.so_far < self.times * on_days // self.length
        return self.kind == "limit" or self.so_far * self.length < self.target * on_days

    def does(self, mark: int, amount: int) -> bool:
        """Whether a day did its part: towards a limit's total by adding nothing to it."""
        return _does(self.kind, self.times, mark, amount)

    def add(self, mark: int, amount: int) -> None:
        """Count a day in."""
        self.so_far += amount if self.times is None else mark


def _does(kind: Kind, times: int | None, mark: int, amount: int) -> bool:
    return amount == 0 if kind == "limit" and times is None else mark == DONE


def _period(schedule: Period, day: int, week_starts_on: int) -> tuple[int, int]:
    of = date.fromordinal(day)
    first, last = week_of(of, week_starts_on) if isinstance(schedule, Weekly) else month_of(of)
    return first.toordinal(), last.toordinal()


def _window(schedule: Rolling, span: Span, base: Fold, low: int) -> list[int]:
    """What the on-days of the span before `low` came to, as far back as the schedule looks."""
    if low == span.first:
        return []
    recent = base.recent_amounts if schedule.times is None else base.recent_done
    own = min(base.span_days, len(recent), schedule.days - 1)
    return list(recent[len(recent) - own :])


def _rolling(page: _Page, span: Span, schedule: Rolling, before: list[int], days: range) -> Iterator[Day]:
    """Days asked while the window before them is short of the plan; a limit on a total asks always."""
    kind, times = page.rules.kind, schedule.times
    window = deque(before, maxlen=schedule.days - 1)
    total, need = sum(before), span.target if times is None else times
    for day in days:
        mark = page.ledger.marks[day - page.ledger.first]
        amount = page.ledger.amounts[day - page.ledger.first]
        if mark < 0:
            continue
        asked = (kind == "limit" and asks_for_total(schedule)) or total < need
        done = _does(kind, times, mark, amount)
        if day > page.after and (asked or done):
            yield page.day(day, asked, done)
        item = amount if times is None else mark
        if window.maxlen:
            total += item - (window[0] if len(window) == window.maxlen else 0)
            window.append(item)
