"""The days on which a habit can still bring a goal forward."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from goals.domain.goal import Measure
from habits.domain.calendar import month_of
from habits.domain.plan import Rules, Span, off_between, spans_of
from habits.domain.schedule import Interval, Monthdays, Monthly, Weekdays, Weekly, due_days


def days_ahead(rules: Rules, measure: Measure, first: int, last: int) -> list[int]:
    """The chances that first..last (ordinals, both inclusive) hold by the plans in force, pauses left out.

    For a total they are the days on which an amount is asked for; for a count or a streak the days on which a unit
    closes, a period's last one.
    """
    found: list[int] = []
    for span in spans_of(rules):
        low, high = max(first, span.first), min(last, span.last)
        if low <= high:
            found.extend(_chances(rules, measure, span, low, high))
    return found


def _chances(rules: Rules, measure: Measure, span: Span, first: int, last: int) -> Iterator[int]:
    match span.schedule:
        case Weekdays() | Interval() | Monthdays():
            return _on(rules, due_days(span.schedule, first, last))
        case Weekly() | Monthly() if measure is not Measure.TOTAL:
            return _closings(rules, span, span.schedule, first, last)
        case _:
            return _on(rules, range(first, last + 1))


def _on(rules: Rules, days: Sequence[int]) -> Iterator[int]:
    paused = _covered(rules, days)
    return (day for day in days if day not in paused)


def _covered(rules: Rules, days: Sequence[int]) -> set[int]:
    """The days of an ascending series that are off."""
    if not days:
        return set()
    ranges: Iterable[range] = (range(max(first, days[0]), min(last, days[-1]) + 1) for first, last in rules.off)
    return {day for stretch in ranges for day in stretch}


def _closings(rules: Rules, span: Span, schedule: Weekly | Monthly, first: int, last: int) -> Iterator[int]:
    day = first
    while day <= last:
        start, end = _period_of(schedule, day, rules.week_starts_on)
        if min(end, span.last) <= last and _asks(rules, span, schedule, start, end):
            yield min(end, span.last)
        day = end + 1


def _asks(rules: Rules, span: Span, schedule: Weekly | Monthly, start: int, end: int) -> bool:
    """Whether the part of a period that lies in the span needs anything."""
    low, high = max(start, span.first), min(end, span.last)
    on_days = high - low + 1 - off_between(rules.off, low, high)
    return on_days > 0 if schedule.times is None else schedule.times * on_days >= end - start + 1


def _period_of(schedule: Weekly | Monthly, day: int, week_starts_on: int) -> tuple[int, int]:
    if isinstance(schedule, Weekly):
        # Ordinal 1 is a Monday, so ordinals and ISO weekdays agree modulo 7.
        start = day - (day - week_starts_on) % 7
        return start, start + 6
    first, last = month_of(date.fromordinal(day))
    return first.toordinal(), last.toordinal()
