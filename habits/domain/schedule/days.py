"""Which days a schedule made of days names."""

from collections.abc import Sequence
from datetime import date

from habits.domain.calendar import month_of
from habits.domain.schedule.types import LAST_OF_MONTH, DaySchedule, Interval, Monthdays, Weekdays


def is_due(schedule: DaySchedule, day: date) -> bool:
    """Whether a schedule made of days names `day`."""
    match schedule:
        case Weekdays():
            return day.isoweekday() in schedule.days
        case Interval():
            return (day.toordinal() - schedule.anchor.toordinal()) % schedule.every == 0
        case _:
            return day in _days_of_month(schedule, day)


def due_days(schedule: DaySchedule, first: int, last: int) -> Sequence[int]:
    """The due days between two ordinals (both inclusive), ascending."""
    match schedule:
        case Weekdays():
            return _on_weekdays(schedule, first, last)
        case Interval():
            lead = (schedule.anchor.toordinal() - first) % schedule.every
            return range(first + lead, last + 1, schedule.every)
        case _:
            return _on_monthdays(schedule, first, last)


def _on_weekdays(schedule: Weekdays, first: int, last: int) -> Sequence[int]:
    if len(schedule.days) == 7:
        return range(first, last + 1)
    # Ordinal 1 is a Monday, so an ordinal modulo 7 is the ISO weekday with 0 for Sunday.
    wanted = {day % 7 for day in schedule.days}
    return [day for day in range(first, last + 1) if day % 7 in wanted]


def _on_monthdays(schedule: Monthdays, first: int, last: int) -> Sequence[int]:
    found: list[int] = []
    month = date.fromordinal(first)
    while month.toordinal() <= last:
        found.extend(sorted(day.toordinal() for day in _days_of_month(schedule, month)))
        month = date.fromordinal(month_of(month)[1].toordinal() + 1)
    return [day for day in found if first <= day <= last]


def _days_of_month(schedule: Monthdays, day: date) -> set[date]:
    last = month_of(day)[1]
    return {last if wanted == LAST_OF_MONTH else last.replace(day=min(wanted, last.day)) for wanted in schedule.days}
