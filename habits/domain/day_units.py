"""Schedules made of days: each due on-day is a unit."""

from collections.abc import Sequence

from habits.domain.ledger import DONE
from habits.domain.plan import Span
from habits.domain.schedule import DaySchedule, due_days
from habits.domain.states import UnitState
from habits.domain.strength import pace_of, share
from habits.domain.walk import UnitMark, Walk


def close(walk: Walk, span: Span, schedule: DaySchedule, first: int, last: int) -> None:
    """Close the due days of first..last."""
    for low, high, freezes in span.stretches(first, last):
        _close(walk, span, due_days(schedule, low, high), freezes)


def lay_open(walk: Walk, span: Span, schedule: DaySchedule, today: int, stated: bool) -> UnitMark | None:
    """Lay today over the carry as far as it is decided; the unit it makes, if any."""
    base, marks, amounts = walk.ledger
    mark, amount = marks[today - base], amounts[today - base]
    if mark < 0 or not due_days(schedule, today, today):
        return None
    state = UnitState.PENDING
    if mark == DONE:
        pace = pace_of(span.schedule)
        walk.carry.strength = (
            walk.carry.strength * pace.held + share(walk.rules.kind, amount, span.target) * pace.gained
        )
        state = UnitState.KEPT
    elif walk.rules.kind == "limit" and stated:
        state = UnitState.MISSED
    state = walk.carry.tally.settle(state, today, span.freezes_on(today))
    return UnitMark(today, today, state, span.target, amount)


def _close(walk: Walk, span: Span, days: Sequence[int], freezes: bool) -> None:
    base, marks, amounts = walk.ledger
    tally, trace, kind, target = walk.carry.tally, walk.trace, walk.rules.kind, span.target
    pace = pace_of(span.schedule)
    held, gained, strength = pace.held, pace.gained, walk.carry.strength
    keep = tally.keep
    for day in days:
        mark = marks[day - base]
        if mark < 0:
            continue
        if mark:
            keep(day, freezes)
            strength = strength * held + gained
            state = UnitState.KEPT
        else:
            state = tally.miss(freezes)
            strength = strength * held + share(kind, amounts[day - base], target) * gained
        if trace is not None:
            trace.days.append((day, tally.current, strength))
            trace.units.append(UnitMark(day, day, state, target, amounts[day - base]))
    walk.carry.strength = strength
