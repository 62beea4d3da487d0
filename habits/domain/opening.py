"""Laying today, which is not over, on top of the days that are."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from habits.domain import day_units, periods, rolling
from habits.domain.entry import EntryRow, Kind
from habits.domain.ledger import DONE, UNDONE, is_done, settle
from habits.domain.plan import Rules, Span, is_off, spans_of
from habits.domain.schedule import DaySchedule, Monthly, Rolling, Weekly
from habits.domain.states import DayState, UnitState
from habits.domain.walk import Carry, Trace, UnitMark, Walk

_SHOWN: dict[UnitState, DayState] = {
    UnitState.KEPT: DayState.KEPT,
    UnitState.MISSED: DayState.MISSED,
    UnitState.FROZEN: DayState.FROZEN,
    UnitState.PENDING: DayState.PENDING,
}
"""What a day shows that is a unit of its own."""


@dataclass(frozen=True, slots=True)
class Laid:
    """Today, and the unit that holds it. `days_left`: the unit's on-days on which something can still be stated."""

    state: DayState
    due: bool
    value: int | None
    skipped: bool
    unit: UnitMark | None
    days_left: int


def lay_today(rules: Rules, carry: Carry, entries: Sequence[EntryRow], today: int, trace: Trace | None) -> Laid:
    """Move `carry`, closed as far as units were over yesterday, on by what today has already decided."""
    row = entry_on(entries, today)
    spans = spans_of(rules)
    span = span_on(spans, today)
    unit, due, days_left = None, False, 0
    if today >= span.first:
        ledger = settle(rules, spans, entries, max(carry.through + 1, span.first), today)
        if rules.kind == "limit" and row.value is None and ledger.marks[-1] == DONE:
            ledger.marks[-1] = UNDONE  # silence holds only once the day is over
        walk = Walk(rules, ledger, carry, trace)
        unit, due, days_left = _lay(walk, span, today, row.value is not None)
        if trace is not None:
            trace.days.append((today, carry.tally.current, carry.strength))
            trace.units.extend([unit] if unit else [])
    state = day_state(rules, span, row, today, unit.state if unit else None)
    return Laid(state, due, row.value, row.skipped, unit, days_left)


def entry_on(entries: Sequence[EntryRow], day: int) -> EntryRow:
    """The row stored for `day`, or one that states nothing."""
    at = bisect_left(entries, day, key=lambda row: row.day)
    return entries[at] if at < len(entries) and entries[at].day == day else EntryRow(day, None, False)


def span_on(spans: Sequence[Span], day: int) -> Span:
    """The span that holds `day`; the first one before the start."""
    return next((span for span in reversed(spans) if span.first <= day), spans[0])


def day_state(rules: Rules, span: Span, row: EntryRow, today: int, unit: UnitState | None) -> DayState:
    """What a day shows, given the state of the unit that holds it, if one does."""
    of_days = isinstance(span.schedule, DaySchedule)
    if of_days and unit is not None:  # only a due on-day makes such a unit
        return _SHOWN[unit]
    done = is_done(rules.kind, span.schedule, span.target, row.value)
    if is_off(rules, row.day):
        return DayState.EXTRA if done else DayState.OFF
    if row.skipped and not done:
        return DayState.SKIPPED
    if done:
        return DayState.EXTRA if of_days else DayState.KEPT
    if of_days:
        return DayState.OFF
    return _undone_state(rules.kind, row, today, unit)


def _undone_state(kind: Kind, row: EntryRow, today: int, unit: UnitState | None) -> DayState:
    """What an on-day shows whose period carries the verdict."""
    if kind == "build":
        return DayState.PENDING if row.day >= today and unit is UnitState.PENDING else DayState.OFF
    if row.value is None:
        return DayState.PENDING if row.day >= today else DayState.KEPT
    return DayState.OFF


def _lay(walk: Walk, span: Span, today: int, stated: bool) -> tuple[UnitMark | None, bool, int]:
    """Today's unit, whether today is due, and the days left."""
    mark = walk.ledger.marks[-1]
    can_state = mark >= 0 and not (stated if walk.rules.kind == "limit" else mark == DONE)
    match span.schedule:
        case Weekly() | Monthly():
            unit, later = periods.lay_open(walk, span, span.schedule, today)
            return unit, mark >= 0 and unit.state is UnitState.PENDING, later + can_state
        case Rolling():
            laid = rolling.lay_open(walk, span, span.schedule, today, stated)
            return (laid[0], laid[1], int(can_state)) if laid else (None, False, 0)
        case _:
            day_unit = day_units.lay_open(walk, span, span.schedule, today, stated)
            return day_unit, day_unit is not None, int(can_state and day_unit is not None)
