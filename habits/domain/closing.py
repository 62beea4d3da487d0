"""Walking over the days that are over."""

from collections.abc import Sequence

from habits.domain import day_units, periods, rolling
from habits.domain.entry import EntryRow
from habits.domain.ledger import settle
from habits.domain.plan import Rules, Span, spans_of
from habits.domain.schedule import Monthly, Rolling, Weekly
from habits.domain.walk import Carry, Trace, Walk


def move_on(rules: Rules, carry: Carry, entries: Sequence[EntryRow], upto: int, trace: Trace | None) -> None:
    """Walk `carry` over the days up to `upto`, as far as their units are over."""
    spans = spans_of(rules)
    first = max(carry.through + 1, spans[0].first)
    walk = Walk(rules, settle(rules, spans, entries, first, upto), carry, trace)
    for span in spans:
        low, high = max(span.first, carry.through + 1), min(span.last, upto)
        if low > high:
            continue
        closed = _close(walk, span, low, high)
        carry.recent.extend(walk.ledger, low, closed)
        carry.through = closed
        if closed < high:
            return
    carry.through = max(carry.through, upto)


def _close(walk: Walk, span: Span, first: int, last: int) -> int:
    """Close the units of first..last; the day through which they are closed."""
    match span.schedule:
        case Weekly() | Monthly():
            return periods.close(walk, span, span.schedule, first, last)
        case Rolling():
            rolling.close(walk, span, span.schedule, first, last)
        case _:
            day_units.close(walk, span, span.schedule, first, last)
    return last
