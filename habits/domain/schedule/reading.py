"""A schedule as JSON: written, and read from untrusted input."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import TypeGuard

from habits.domain.schedule.types import (
    LAST_OF_MONTH,
    Interval,
    Monthdays,
    Monthly,
    Rolling,
    Schedule,
    Weekdays,
    Weekly,
)

_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

_MESSAGES = {
    "not_an_object": "A schedule is an object with a type.",
    "missing": "This field is needed.",
    "unknown_type": "There is no such type of schedule.",
    "unknown_field": "This type of schedule has no such field.",
    "not_a_list": "This must be a list of whole numbers.",
    "empty": "Choose at least one day.",
    "not_a_whole_number": "This must be a whole number.",
    "out_of_range": "This must be between {low} and {high}.",
    "not_a_month_day": "A day of the month is 1 to 31, or -1 for the last day.",
    "not_a_date": "This must be a date, written YYYY-MM-DD.",
    "not_true": "This can only be true; leave it out otherwise.",
    "times_and_total": "Choose either a number of times or a total, not both.",
    "times_or_total": "Choose a number of times or a total.",
    "more_times_than_days": "The number of times cannot exceed the number of days.",
}


class ScheduleError(ValueError):
    """A schedule that cannot be read.

    `field` is the key at fault ("" for the whole), `code` is stable and picks the translation, `params` fill it in.
    """

    def __init__(self, field: str, code: str, **params: int) -> None:
        self.field = field
        self.code = code
        self.params = params
        self.message = _MESSAGES[code].format(**params)
        super().__init__(f"{field}: {self.message}" if field else self.message)


def parse_schedule(obj: object) -> Schedule:
    """The schedule that a JSON value describes; days are sorted and repeats dropped.

    Raises ScheduleError at the first thing that is wrong: another type, a missing or an unknown field, a number out of
    its range. Booleans are not numbers here.
    """
    if not isinstance(obj, Mapping):
        raise ScheduleError("", "not_an_object")
    if "type" not in obj:
        raise ScheduleError("type", "missing")
    name = obj["type"]
    if not isinstance(name, str) or name not in _READERS:
        raise ScheduleError("type", "unknown_type")
    fields, read = _READERS[name]
    for key in obj:
        if key not in fields:
            raise ScheduleError(str(key), "unknown_field")
    return read(obj)


def schedule_to_json(schedule: Schedule) -> dict[str, object]:
    """The JSON form that `parse_schedule` reads back."""
    match schedule:
        case Weekdays():
            return {"type": "weekdays", "days": list(schedule.days)}
        case Interval():
            return {"type": "interval", "every": schedule.every, "anchor": schedule.anchor.isoformat()}
        case Monthdays():
            return {"type": "monthdays", "days": list(schedule.days)}
        case Weekly():
            return {"type": "weekly", **_quota(schedule.times)}
        case Monthly():
            return {"type": "monthly", **_quota(schedule.times)}
        case _:
            return {"type": "rolling", "days": schedule.days, **_quota(schedule.times)}


def _quota(times: int | None) -> dict[str, object]:
    return {"total": True} if times is None else {"times": times}


def _weekdays(obj: Mapping[str, object]) -> Schedule:
    days = {_within("days", day, 1, 7) for day in _days(obj)}
    return Weekdays(tuple(sorted(days)))


def _interval(obj: Mapping[str, object]) -> Schedule:
    every = _whole(obj, "every", 1, 365)
    anchor = _field(obj, "anchor")
    if not isinstance(anchor, str) or not _ISO_DATE.fullmatch(anchor):
        raise ScheduleError("anchor", "not_a_date")
    try:
        return Interval(every, date.fromisoformat(anchor))
    except ValueError:
        raise ScheduleError("anchor", "not_a_date") from None


def _monthdays(obj: Mapping[str, object]) -> Schedule:
    days = {_month_day(day) for day in _days(obj)}
    return Monthdays(tuple(sorted(days, key=lambda day: (day == LAST_OF_MONTH, day))))


def _weekly(obj: Mapping[str, object]) -> Schedule:
    return Weekly(_times(obj, 7))


def _monthly(obj: Mapping[str, object]) -> Schedule:
    return Monthly(_times(obj, 28))


def _rolling(obj: Mapping[str, object]) -> Schedule:
    days = _whole(obj, "days", 1, 60)
    times = _times(obj, 60)
    if times is not None and times > days:
        raise ScheduleError("times", "more_times_than_days")
    return Rolling(days, times)


def _times(obj: Mapping[str, object], most: int) -> int | None:
    """The number of times asked for, or None where the schedule asks for a total."""
    if "total" not in obj:
        if "times" not in obj:
            raise ScheduleError("times", "times_or_total")
        return _whole(obj, "times", 1, most)
    if obj["total"] is not True:
        raise ScheduleError("total", "not_true")
    if "times" in obj:
        raise ScheduleError("times", "times_and_total")
    return None


def _days(obj: Mapping[str, object]) -> list[object]:
    days = _field(obj, "days")
    if not isinstance(days, list | tuple):
        raise ScheduleError("days", "not_a_list")
    if not days:
        raise ScheduleError("days", "empty")
    return list(days)


def _month_day(value: object) -> int:
    if not _is_whole(value):
        raise ScheduleError("days", "not_a_whole_number")
    if value != LAST_OF_MONTH and not 1 <= value <= 31:
        raise ScheduleError("days", "not_a_month_day")
    return value


def _whole(obj: Mapping[str, object], name: str, low: int, high: int) -> int:
    return _within(name, _field(obj, name), low, high)


def _within(name: str, value: object, low: int, high: int) -> int:
    if not _is_whole(value):
        raise ScheduleError(name, "not_a_whole_number")
    if not low <= value <= high:
        raise ScheduleError(name, "out_of_range", low=low, high=high)
    return value


def _is_whole(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _field(obj: Mapping[str, object], name: str) -> object:
    if name not in obj:
        raise ScheduleError(name, "missing")
    return obj[name]


_READERS: dict[str, tuple[frozenset[str], Callable[[Mapping[str, object]], Schedule]]] = {
    "weekdays": (frozenset({"type", "days"}), _weekdays),
    "interval": (frozenset({"type", "every", "anchor"}), _interval),
    "monthdays": (frozenset({"type", "days"}), _monthdays),
    "weekly": (frozenset({"type", "times", "total"}), _weekly),
    "monthly": (frozenset({"type", "times", "total"}), _monthly),
    "rolling": (frozenset({"type", "days", "times", "total"}), _rolling),
}
