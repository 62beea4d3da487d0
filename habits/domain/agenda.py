"""What a calendar shows of a habit to build: what became of the days behind, and what will be asked of those ahead.

- A schedule made of days is shown on each of its days.
- `weekly` and `monthly` name no days: the period is shown as one piece, from the first of its days on which something
  can be done to the last, with how much of it is done.
- `rolling` names none either. Behind, days on which something was done or skipped are shown, and no verdict; ahead,
  the days that will be due if those before them are done. By how much a total will grow nobody knows, so that of one
  only today is shown.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import NamedTuple

from habits.domain.closing import move_on
from habits.domain.entry import EntryRow
from habits.domain.fold import Fold, carried
from habits.domain.ledger import DONE, settle
from habits.domain.opening import span_on
from habits.domain.periods import to_come
from habits.domain.plan import Rules, Span, is_off, plan_on, spans_of
from habits.domain.schedule import DaySchedule, Period, Rolling, due_days
from habits.domain.states import DayState, UnitState
from habits.domain.views import DayView, History, UnitView


class Occurrence(NamedTuple):
    """One thing in a calendar: a day, or the days of a period (both inclusive), and what became of it.

    `need` and `done` are amounts in thousandths, or (`counts`) numbers of days in thousandths. `at` is the hour at
    which a day's plan would have it done. `unit`, the first day of the whole period, names the thing for good.
    """

    first: date
    last: date
    unit: date
    state: DayState
    need: int
    done: int
    counts: bool = False
    at: time | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """A habit's rules and its past up to `today` (an ordinal), told from the fold `base` and all `entries` after it."""

    rules: Rules
    past: History
    base: Fold
    entries: Sequence[EntryRow]
    today: int


_OF_UNIT = {
    UnitState.KEPT: DayState.KEPT,
    UnitState.MISSED: DayState.MISSED,
    UnitState.FROZEN: DayState.FROZEN,
    UnitState.PENDING: DayState.PENDING,
}


def agenda(told: Told, first: int, last: int) -> list[Occurrence]:
    """What is to be shown of the days first..last (ordinals, `today` among them), in the order of their first days.

    The past must reach back to `first`, so that `base` has closed days before it only.
    """
    spans = spans_of(told.rules)
    found = [*_days_behind(told, spans, first), *_periods_behind(told, spans, first)]
    for span in spans:
        low, high = max(span.first, told.today + 1), min(span.last, last)
        if low <= high:
            found.extend(_ahead(told, span, low, high))
    return sorted(found, key=lambda one: (one.first, one.last))


def _days_behind(told: Told, spans: Sequence[Span], first: int) -> Iterator[Occurrence]:
    units = {unit.first: unit for unit in told.past.units}
    for view in told.past.days:
        if view.day.toordinal() < first or view.state is DayState.OFF:
            continue
        span = span_on(spans, view.day.toordinal())
        if isinstance(span.schedule, Rolling):
            yield _day(told, view.day, view.state, span.target, _rolling_done(span.schedule, view, units))
        elif isinstance(span.schedule, DaySchedule):
            yield _day(told, view.day, view.state, span.target, view.value or 0)


def _day(told: Told, day: date, state: DayState, need: int, done: int) -> Occurrence:
    return Occurrence(day, day, day, state, need, done, at=plan_on(told.rules, day).preferred_time)


def _rolling_done(schedule: Rolling, view: DayView, units: dict[date, UnitView]) -> int:
    """What is done on a day; while it is open and a total is asked for, what is in the whole window."""
    if schedule.times is None and view.state is DayState.PENDING:
        return units[view.day].done
    return view.value or 0


def _periods_behind(told: Told, spans: Sequence[Span], first: int) -> Iterator[Occurrence]:
    for unit in told.past.units:
        span = span_on(spans, unit.first.toordinal())
        if isinstance(span.schedule, Period) and unit.last.toordinal() >= first:
            yield from _period(told.rules, unit, counts=span.schedule.times is not None)


def _period(rules: Rules, unit: UnitView, *, counts: bool) -> Iterator[Occurrence]:
    """The period without the off days at its ends; nothing where it asks for nothing."""
    if unit.state in _OF_UNIT:
        days = range(unit.first.toordinal(), unit.last.toordinal() + 1)
        on_days = [day for day in days if not is_off(rules, day)]
        first, last = date.fromordinal(on_days[0]), date.fromordinal(on_days[-1])
        yield Occurrence(first, last, unit.first, _OF_UNIT[unit.state], unit.need, unit.done, counts)


def _ahead(told: Told, span: Span, low: int, high: int) -> Iterator[Occurrence]:
    """What `span` will ask for on the days low..high, all of them after today."""
    if isinstance(span.schedule, Period):
        begun = [unit.last.toordinal() + 1 for unit in told.past.units if unit.last.toordinal() >= low]
        for mark in to_come(told.rules, span, span.schedule, max(begun, default=low), high):
            yield from _period(told.rules, mark.view(), counts=span.schedule.times is not None)
        return
    if isinstance(span.schedule, Rolling):
        days = _rolling_days(told, span, span.schedule, range(low, high + 1))
    else:
        days = (day for day in due_days(span.schedule, low, high) if not is_off(told.rules, day))
    for day in days:
        yield _day(told, date.fromordinal(day), DayState.PENDING, span.target, 0)


def _rolling_days(told: Told, span: Span, schedule: Rolling, days: range) -> Iterator[int]:
    """Those of `days` that will be due, each as if what was due before it had been done."""
    if schedule.times is None:
        return
    window = deque(_window(told, span, schedule, schedule.times), maxlen=schedule.days - 1)
    for day in days:
        if not is_off(told.rules, day):
            due = sum(window) < schedule.times
            window.append(due)
            if due:
                yield day


def _window(told: Told, span: Span, schedule: Rolling, times: int) -> list[int]:
    """The latest on-days of the span up to today, 1 for done ones. What is due today counts as done."""
    if span.first > told.today:
        return []
    carry = carried(told.rules, told.base)
    move_on(told.rules, carry, told.entries, told.today - 1, None)
    done = carry.recent.done
    own = min(carry.span_days, len(done), schedule.days - 1) if told.today > span.first else 0
    before = done[len(done) - own :]
    mark = settle(told.rules, [span], told.entries, told.today, told.today).marks[0]
    return before if mark < 0 else [*before, int(mark == DONE or sum(before) < times)]
