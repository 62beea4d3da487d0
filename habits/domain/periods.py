"""Weekly and monthly schedules: a unit is the calendar period, clipped to the plan's own span."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from habits.domain.calendar import month_of
from habits.domain.entry import Kind
from habits.domain.ledger import DONE, SKIPPED
from habits.domain.plan import Rules, Span, off_between
from habits.domain.schedule import Period, Weekly
from habits.domain.states import UnitState
from habits.domain.strength import Step, stepper
from habits.domain.walk import MILLI, UnitMark, Walk


@dataclass(slots=True)
class _Unit:
    """A period being filled. `on_days` are those not off as far as is known, of the `length` days of the whole."""

    kind: Kind
    times: int | None
    target: int
    first: int
    last: int
    length: int
    on_days: int
    done: int = 0
    """Done days, or the sum in thousandths."""

    def state(self, closed: bool) -> UnitState:
        """What the period is, over or still open."""
        done, need = self._compared()
        if need == 0:
            return UnitState.NEUTRAL
        if self.times is None and self.kind == "limit":
            if done > need:
                return UnitState.MISSED
            return UnitState.KEPT if closed else UnitState.PENDING
        if done >= need:
            return UnitState.KEPT
        return UnitState.MISSED if closed else UnitState.PENDING

    def mark(self, state: UnitState) -> UnitMark:
        """The unit to show."""
        done, need = self._compared()
        if self.times is None:
            return UnitMark(self.first, self.last, state, Fraction(need, self.length), self.done)
        return UnitMark(self.first, self.last, state, need * MILLI, done * MILLI)

    def _compared(self) -> tuple[int, int]:
        """What is done and what is needed: days, the need rounded down, or sums times `length`, which stay exact."""
        if self.times is None:
            return self.done * self.length, self.target * self.on_days
        return self.done, self.times * self.on_days // self.length


def close(walk: Walk, span: Span, schedule: Period, first: int, last: int) -> int:
    """Close the periods of first..last that end by `last`; the day through which all is closed.

    `first` is the first day of a period.
    """
    step = _step(walk, span, schedule)
    while first <= last:
        unit = _unit_at(walk.rules, span, schedule, first)
        if unit.last > last:
            break
        _fill(walk, span, unit, step, unit.last)
        state = walk.carry.tally.settle(unit.state(closed=True), unit.first, span.freezes_on(unit.last))
        if walk.trace is not None:
            walk.trace.days.append((unit.last, walk.carry.tally.current, walk.carry.strength))
            walk.trace.units.append(unit.mark(state))
        first = unit.last + 1
    return first - 1


def lay_open(walk: Walk, span: Span, schedule: Period, today: int) -> tuple[UnitMark, int]:
    """Lay the open period over the carry as far as it is decided; it, and how many on-days come after today."""
    step = _step(walk, span, schedule)
    unit = _unit_at(walk.rules, span, schedule, today)
    _fill(walk, span, unit, step, today - 1)
    mark = walk.ledger.marks[today - walk.ledger.first]
    if mark >= 0:
        item = mark if unit.times is not None else walk.ledger.amounts[today - walk.ledger.first]
        unit.done += item
        if mark == DONE:
            walk.carry.strength = step(walk.carry.strength, item)
    unit.on_days -= mark == SKIPPED
    state = walk.carry.tally.settle(unit.state(closed=False), unit.first, span.freezes_on(today))
    later = unit.last - today - off_between(walk.rules.off, today + 1, unit.last)
    return unit.mark(state), later


def to_come(rules: Rules, span: Span, schedule: Period, first: int, last: int) -> Iterator[UnitMark]:
    """The periods that touch first..last as they will be asked for, with nothing in them yet; `first` begins one."""
    while first <= last:
        unit = _unit_at(rules, span, schedule, first)
        yield unit.mark(unit.state(closed=False))
        first = unit.last + 1


def _step(walk: Walk, span: Span, schedule: Period) -> Step:
    recent = walk.carry.recent
    return stepper(walk.rules.kind, schedule, span.target, recent.amounts if schedule.times is None else recent.done)


def _fill(walk: Walk, span: Span, unit: _Unit, step: Step, last: int) -> None:
    """Put the days of a period that are over, up to `last`, into it."""
    base, marks, amounts = walk.ledger
    items = amounts if unit.times is None else marks
    carry = walk.carry
    for day in range(unit.first, last + 1):
        mark = marks[day - base]
        if mark >= 0:
            unit.done += items[day - base]
            carry.strength = step(carry.strength, items[day - base])
        elif mark == SKIPPED:
            unit.on_days -= 1
        if walk.trace is not None:
            walk.trace.days.append((day, _streak_meanwhile(walk, span, unit, day), carry.strength))


def _streak_meanwhile(walk: Walk, span: Span, unit: _Unit, day: int) -> int:
    """The streak at the close of a day whose period is still open."""
    tally = walk.carry.tally.copy()
    tally.settle(unit.state(closed=False), unit.first, span.freezes_on(day))
    return tally.current


def _unit_at(rules: Rules, span: Span, schedule: Period, day: int) -> _Unit:
    start, end = _period_of(schedule, day, rules.week_starts_on)
    first, last = max(start, span.first), min(end, span.last)
    on_days = last - first + 1 - off_between(rules.off, first, last)
    return _Unit(rules.kind, schedule.times, span.target, first, last, end - start + 1, on_days)


def _period_of(schedule: Period, day: int, week_starts_on: int) -> tuple[int, int]:
    if isinstance(schedule, Weekly):
        start = day - (day - week_starts_on) % 7
        return start, start + 6
    first, last = month_of(date.fromordinal(day))
    return first.toordinal(), last.toordinal()
