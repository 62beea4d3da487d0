"""Rolling schedules: each on-day is a unit, judged by the window of on-days that ends with it."""

from habits.domain.entry import Kind
from habits.domain.ledger import DONE
from habits.domain.plan import Span
from habits.domain.schedule import Rolling
from habits.domain.states import UnitState
from habits.domain.strength import sliding, stepper
from habits.domain.walk import MILLI, UnitMark, Walk


class _Roll:
    """A rolling schedule on its way through the days, with the on-days behind it.

    The window that judges holds days of the span only; the one that makes the strength looks across plans.
    """

    def __init__(self, walk: Walk, span: Span, schedule: Rolling, first: int) -> None:
        carry = walk.carry
        if first == span.first:
            carry.span_days = 0
        self.kind: Kind = walk.rules.kind
        self.schedule = schedule
        self.target = span.target
        self.settles_on = span.first + schedule.days - 1
        recent = carry.recent.amounts if schedule.times is None else carry.recent.done
        own = min(carry.span_days, len(recent), schedule.days - 1)
        self.before = recent[len(recent) - own :]
        self.within = sliding(schedule.days, self.before)
        self.step = stepper(walk.rules.kind, schedule, span.target, recent)

    def closed(self, day: int, mark: int, within: int) -> UnitState:
        """What an on-day is once it is over, from what the window that ends with it holds."""
        times = self.schedule.times
        if times is None and self.kind == "limit":
            return UnitState.MISSED if within > self.target else UnitState.KEPT
        if within >= self.target if times is None else (mark == DONE or within >= times):
            return UnitState.KEPT
        return UnitState.NEUTRAL if day < self.settles_on else UnitState.MISSED

    def opened(self, day: int, mark: int, within: int, stated: bool) -> UnitState:
        """What it is before it is over: pending unless nothing more that is stated could change it."""
        state = self.closed(day, mark, within)
        if self.kind == "build":
            decided = state is UnitState.KEPT
        elif self.schedule.times is None:
            decided = state is UnitState.MISSED
        else:
            decided = stated or state is UnitState.KEPT
        return state if decided else UnitState.PENDING

    def due(self) -> bool:
        """Whether the days before today leave something to ask of it."""
        before = sum(self.before)
        if self.schedule.times is not None:
            return before < self.schedule.times
        return before <= self.target if self.kind == "limit" else before < self.target

    def unit(self, day: int, state: UnitState, within: int) -> UnitMark:
        """The unit to show."""
        times = self.schedule.times
        if times is None:
            return UnitMark(day, day, state, self.target, within)
        return UnitMark(day, day, state, times * MILLI, within * MILLI)


def close(walk: Walk, span: Span, schedule: Rolling, first: int, last: int) -> None:
    """Close the on-days of first..last."""
    roll = _Roll(walk, span, schedule, first)
    carry, trace = walk.carry, walk.trace
    base, marks, amounts = walk.ledger
    items = amounts if schedule.times is None else marks
    for low, high, freezes in span.stretches(first, last):
        for day in range(low, high + 1):
            mark, item = marks[day - base], items[day - base]
            if mark < 0:
                continue
            within = roll.within(item)
            state = carry.tally.settle(roll.closed(day, mark, within), day, freezes)
            carry.strength = roll.step(carry.strength, item)
            carry.span_days += 1
            if trace is not None:
                trace.days.append((day, carry.tally.current, carry.strength))
                trace.units.append(roll.unit(day, state, within))


def lay_open(walk: Walk, span: Span, schedule: Rolling, today: int, stated: bool) -> tuple[UnitMark, bool] | None:
    """Lay today over the carry as far as it is decided; its unit and whether it is due, None on an off day."""
    base, marks, amounts = walk.ledger
    mark = marks[today - base]
    if mark < 0:
        return None
    roll = _Roll(walk, span, schedule, today)
    due = roll.due()
    item = mark if schedule.times is not None else amounts[today - base]
    within = roll.within(item)
    state = roll.opened(today, mark, within, stated)
    state = walk.carry.tally.settle(state, today, span.freezes_on(today))
    if mark == DONE:
        walk.carry.strength = roll.step(walk.carry.strength, item)
    return roll.unit(today, state, within), due
