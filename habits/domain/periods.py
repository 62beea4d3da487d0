"""Weekly and monthly schedules: a unit is the calendar period, clipped to the plan's own span."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from habits.domain.calendar import month_of
from habits.domain.entry import Kind
from habits.domain.ledger import DONE, SKIPPED
from habits.domain.plan import Rules, Span, off_between
from habits.domain.schedule import Period, Weekly
from habits.domain.states import UnitState
from habits.domain.strength import Pace, Sliding, pace_of, value_of
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

    def need(self) -> Fraction | int:
        """What the period asks for: done days rounded down, or the exact sum in thousandths."""
        if self.times is None:
            return Fraction(self.target * self.on_days, self.length)
        return self.times * self.on_days // self.length

    def state(self, closed: bool) -> UnitState:
        """What the period is, over or still open."""
        need = self.need()
        if need == 0:
            return UnitState.NEUTRAL
        if self.times is None and self.kind == "limit":
            if self.done > need:
                return UnitState.MISSED
            return UnitState.KEPT if closed else UnitState.PENDING
        if self.done >= need:
            return UnitState.KEPT
        return UnitState.MISSED if closed else UnitState.PENDING

    def mark(self, state: UnitState) -> UnitMark:
        """The unit to show."""
        scale = 1 if self.times is None else MILLI
        return UnitMark(self.first, self.last, state, self.need() * scale, self.done * scale)


def close(walk: Walk, span: Span, schedule: Period, first: int, last: int) -> int:
    """Close the periods of first..last that end by `last`; the day through which all is closed.

    `first` is the first day of a period.
    """
    strength = _Strengthening(walk, schedule, span.target)
    while first <= last:
        unit = _unit_at(walk.rules, span, schedule, first)
        if unit.last > last:
            break
        for day in range(unit.first, unit.last + 1):
            _fill(walk, unit, strength, day, still_open=False)
            if walk.trace is not None and day < unit.last:
                _note(walk, span, unit, day)
        state = walk.carry.tally.settle(unit.state(closed=True), unit.first, span.freezes_on(unit.last))
        if walk.trace is not None:
            walk.trace.days.append((unit.last, walk.carry.tally.current, walk.carry.strength))
            walk.trace.units.append(unit.mark(state))
        first = unit.last + 1
    return first - 1


def lay_open(walk: Walk, span: Span, schedule: Period, today: int) -> tuple[UnitMark, int]:
    """Lay the open period over the carry as far as it is decided; it, and how many on-days come after today."""
    strength = _Strengthening(walk, schedule, span.target)
    unit = _unit_at(walk.rules, span, schedule, today)
    for day in range(unit.first, today + 1):
        _fill(walk, unit, strength, day, still_open=day == today)
        if walk.trace is not None and day < today:
            _note(walk, span, unit, day)
    state = walk.carry.tally.settle(unit.state(closed=False), unit.first, span.freezes_on(today))
    later = unit.last - today - off_between(walk.rules.off, today + 1, unit.last)
    return unit.mark(state), later


class _Strengthening:
    """The strength of a period's days, with the window of on-days behind them."""

    def __init__(self, walk: Walk, schedule: Period, target: int) -> None:
        self.kind: Kind = walk.rules.kind
        self.target = target
        self.pace: Pace = pace_of(schedule)
        recent = walk.carry.recent
        self.window = Sliding(self.pace.days, recent.amounts if schedule.times is None else recent.done)

    def stepped(self, strength: float, item: int) -> float:
        """The strength after an on-day that brings `item` done days, or that amount, into the window."""
        value = value_of(self.pace, self.kind, self.window.push(item), self.target)
        return strength * self.pace.held + value * self.pace.gained


def _fill(walk: Walk, unit: _Unit, strength: _Strengthening, day: int, *, still_open: bool) -> None:
    """Put one day into its period; a day still open moves the strength only once it is done."""
    index = day - walk.ledger.first
    mark = walk.ledger.marks[index]
    if mark < 0:
        unit.on_days -= mark == SKIPPED
        return
    item = walk.ledger.amounts[index] if unit.times is None else mark
    unit.done += item
    if mark == DONE or not still_open:
        walk.carry.strength = strength.stepped(walk.carry.strength, item)


def _note(walk: Walk, span: Span, unit: _Unit, day: int) -> None:
    """Write down how a day stood at its close, its period still open."""
    if walk.trace is not None:
        tally = walk.carry.tally.copy()
        tally.settle(unit.state(closed=False), unit.first, span.freezes_on(day))
        walk.trace.days.append((day, tally.current, walk.carry.strength))


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
