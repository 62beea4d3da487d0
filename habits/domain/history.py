"""A habit's past, day by day and unit by unit."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import date
from operator import itemgetter

from habits.domain.closing import move_on
from habits.domain.entry import EntryRow
from habits.domain.fold import Fold, carried, start
from habits.domain.opening import day_state, lay_today
from habits.domain.plan import Rules, Span, is_off, spans_of
from habits.domain.schedule import DaySchedule, is_due
from habits.domain.states import DayState, UnitState
from habits.domain.views import DayView, History
from habits.domain.walk import Trace


def history(
    rules: Rules,
    entries: Sequence[EntryRow],
    first: int | None,
    last: int | None,
    today: int,
    *,
    base: Fold | None = None,
) -> History:
    """The days first..last (ordinals, both inclusive) and the units that touch them.

    `entries` are all of the habit's, ascending by day; with `base`, a fold that closed days before `first` only, those
    after it are enough. Without `first` the history begins on the habit's first day or that of its earliest entry,
    without `last` it ends on `today`. Days after today show what is asked of them; entries there are shown and count
    for nothing yet.
    """
    carry = carried(rules, base or start(rules))
    trace = Trace([(carry.through, carry.tally.current, carry.strength)], [])
    move_on(rules, carry, entries, today - 1, trace)
    lay_today(rules, carry, entries, today, trace)
    begin = _first_day(rules, entries) if first is None else first
    end = today if last is None else last
    units = [unit.view() for unit in trace.units if unit.last >= begin and unit.first <= end]
    return History(list(_days(rules, entries, trace, range(begin, end + 1), today)), units)


def _first_day(rules: Rules, entries: Sequence[EntryRow]) -> int:
    started = rules.started_on.toordinal()
    return min(started, entries[0].day) if entries else started


def _days(rules: Rules, entries: Sequence[EntryRow], trace: Trace, days: range, today: int) -> Iterator[DayView]:
    rows = {row.day: row for row in entries}
    units = _state_by_day(trace, days)
    moved = bisect_right(trace.days, days.start, key=itemgetter(0))
    _, streak, strength = trace.days[moved - 1]
    moves = {day: (streak, strength) for day, streak, strength in trace.days[moved:]}
    for span, part in _parts(spans_of(rules), days):
        for day in part:
            streak, strength = moves.get(day, (streak, strength))
            row = rows.get(day) or EntryRow(day, None, False)
            state = _state(rules, span, row, today, units.get(day))
            yield DayView(date.fromordinal(day), state, row.value, row.skipped, strength, streak)


def _parts(spans: Sequence[Span], days: range) -> Iterator[tuple[Span, range]]:
    """`days` cut at the spans; those before the start go by the first one."""
    first = days.start
    for span in spans:
        part = range(first, min(span.last + 1, days.stop))
        yield span, part
        first = max(first, part.stop)


def _state_by_day(trace: Trace, days: range) -> dict[int, UnitState]:
    """The state of the unit that holds each of `days`."""
    return {
        day: unit.state
        for unit in trace.units
        for day in range(max(unit.first, days.start), min(unit.last + 1, days.stop))
    }


def _state(rules: Rules, span: Span, row: EntryRow, today: int, unit: UnitState | None) -> DayState:
    if row.day <= today:
        return day_state(rules, span, row, today, unit)
    return _later_state(rules, span, row.day, today, unit)


def _later_state(rules: Rules, span: Span, day: int, today: int, unit: UnitState | None) -> DayState:
    """What a day after today shows: pending where it will be asked for, whatever is stored for it."""
    if is_off(rules, day):
        return DayState.OFF
    if isinstance(span.schedule, DaySchedule):
        return DayState.PENDING if is_due(span.schedule, date.fromordinal(day)) else DayState.OFF
    return day_state(rules, span, EntryRow(day, None, False), today, unit or UnitState.PENDING)
