"""HabitTrove's zip of JSON files (dohsimpson/HabitTrove).

Read are `habits.json` and the time zone in `settings.json`, nothing else: `auth.json` holds the hashes of passwords.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from habits.domain.schedule import Interval, Monthdays, Monthly, Schedule, Weekdays, Weekly
from habits.transfer.limits import EARLIEST, WHY_LENGTH, Limits
from habits.transfer.neutral import (
    COUNTED,
    DAILY,
    ONE,
    ImportedEntry,
    ImportedHabit,
    ImportedPlan,
    Refusal,
    Refuse,
)
from habits.transfer.readers import cells
from habits.transfer.readers.archive import Archive
from habits.transfer.readers.foreign import Foreign, key_of, left_out, name_of, numbered
from habits.transfer.readers.json_stream import Builder, Event, events_of, expect, fields, items, rest_of_fields, skip

HABITS: Final = "habits.json"
_SETTINGS: Final = "settings.json"
_WEEKDAYS: Final = {"MO": 1, "TU": 2, "WE": 3, "TH": 4, "FR": 5, "SA": 6, "SU": 7}
_MOST_VALUES: Final = 20_000
"""Values that the settings, or a habit beside its completions, may hold."""
_MOST_OF_COMPLETION: Final = 20
_MOST_TARGET: Final = 1000
_LONGEST_INTERVAL: Final = 365
_LAST: Final = -1
"""The last day of a month, in a rule as with us."""


class HabitTrove(Foreign):
    """The zip as a source. Tasks, which are done once, are left out."""

    format = "habittrove"

    def __init__(self, archive: Archive, limits: Limits) -> None:
        super().__init__(limits)
        self._archive = archive

    def rows(self, refuse: Refuse) -> Iterator[ImportedEntry]:
        """The days with completions, habit by habit; how often a day was completed is its value."""
        found: list[ImportedHabit] = []
        if not self.habits:
            self.habits = found
        zone = self._zone(refuse)
        with closing(self._archive.open(HABITS)) as stream:
            events = events_of(stream, self._limits)
            for name in fields(events):
                if name == "habits":
                    for event in items(events):
                        expect(event, "start_map")
                        yield from self._habit(found, zone, events, refuse)
                else:
                    skip(events)

    def close(self) -> None:
        """Let go of the zip."""
        self._archive.close()

    def _zone(self, refuse: Refuse) -> ZoneInfo:
        """The zone whose days the completions are of; UTC where the file names none."""
        values: Any = {}
        if _SETTINGS in self._archive.names:
            with closing(self._archive.open(_SETTINGS)) as stream:
                events = events_of(stream, self._limits)
                values = Builder(_MOST_VALUES, self._limits.depth).build(next(events), events)
        system = values.get("system") if isinstance(values, dict) else None
        name = system.get("timezone") if isinstance(system, dict) else None
        try:
            return ZoneInfo(str(name or ""))
        except (LookupError, ValueError, OSError):  # OSError: of names that are folders
            refuse(Refusal(_SETTINGS, 0, "no_zone"))
            return ZoneInfo("UTC")

    def _habit(
        self, found: list[ImportedHabit], zone: ZoneInfo, events: Iterator[Event], refuse: Refuse
    ) -> Iterator[ImportedEntry]:
        self._check_room(found)
        index = len(found)
        days: Counter[date] = Counter()
        builder = Builder(_MOST_VALUES, self._limits.depth)
        values: dict[str, Any] = {}
        for name in rest_of_fields(events):
            if name == "completions":
                days = self._completions(index, zone, events, refuse)
            else:
                values[name] = builder.build(next(events), events)
        habit = habit_of(index, values, refuse)
        found.append(habit)
        counted = habit.unit == COUNTED
        for line, (day, times) in enumerate(sorted(days.items()), 1):
            yield ImportedEntry(index, f"habits[{index}]", line, day, times * ONE if counted else ONE)

    def _completions(self, index: int, zone: ZoneInfo, events: Iterator[Event], refuse: Refuse) -> Counter[date]:
        """How often each local day was completed."""
        days: Counter[date] = Counter()
        for number, event in enumerate(items(events), 1):
            value = Builder(_MOST_OF_COMPLETION, self._limits.depth).build(event, events)
            try:
                days[_local_day(value, zone)] += 1
            except cells.BadCellError as error:
                refuse(Refusal(f"habits[{index}].completions", number, error.code, error.detail))
        return days


def habit_of(index: int, values: Mapping[str, Any], refuse: Refuse) -> ImportedHabit:
    """A habit; what about it cannot be read is told, and has its usual value."""
    file, name = f"habits[{index}]", name_of(values)
    if values.get("isTask") is True:
        return left_out(file, "task", name, refuse)
    name = numbered(name, index, file, refuse)
    try:
        schedule = schedule_of(cells.text(values.get("frequency")))
    except cells.BadCellError as error:
        schedule = DAILY
        refuse(Refusal(file, 0, error.code, error.detail))
    target = values.get("targetCompletions")
    times = target if isinstance(target, int) and not isinstance(target, bool) and 1 < target <= _MOST_TARGET else 1
    return ImportedHabit(
        key=key_of("habittrove", values, name, index),
        name=name,
        plans=(ImportedPlan(schedule, times * ONE),),
        unit=COUNTED if times > 1 else "",
        why=cells.line_of(cells.text(values.get("description")), WHY_LENGTH),
        position=index,
        archived=values.get("archived") is True,
    )


def schedule_of(rule: str) -> Schedule:
    """What a recurrence rule (RFC 5545, 3.3.10) asks for; raises BadCellError for one that no schedule of ours is.

    Days of the week are only kept where they come every week, and days of the month by their numbers.
    """
    parts = dict(part.split("=", 1) for part in rule.upper().removeprefix("RRULE:").split(";") if "=" in part)
    kind, every = parts.get("FREQ"), parts.get("INTERVAL", "1")
    if not every.isdecimal() or not 0 < int(every) <= _LONGEST_INTERVAL:
        raise cells.BadCellError("bad_schedule", rule)
    weekdays = [_WEEKDAYS.get(day) for day in parts.get("BYDAY", "").split(",") if day]
    monthdays = [int(day) for day in parts.get("BYMONTHDAY", "").split(",") if day.lstrip("-").isdecimal()]
    if kind == "DAILY":
        return DAILY if every == "1" else Interval(int(every), EARLIEST)
    if kind == "WEEKLY" and every == "1" and None not in weekdays:
        return Weekdays((*sorted({day for day in weekdays if day}),)) if weekdays else Weekly(1)
    if kind == "WEEKLY" and not weekdays and int(every) * 7 <= _LONGEST_INTERVAL:
        return Interval(int(every) * 7, EARLIEST)
    if kind == "MONTHLY" and every == "1":
        fitting = {day for day in monthdays if 0 < day <= 31 or day == _LAST}
        return Monthdays((*sorted(fitting, key=lambda day: (day == _LAST, day)),)) if fitting else Monthly(1)
    if kind == "YEARLY" and every == "1":
        return Interval(_LONGEST_INTERVAL, EARLIEST)
    raise cells.BadCellError("bad_schedule", rule)


def _local_day(value: Any, zone: ZoneInfo) -> date:
    try:
        instant = datetime.fromisoformat(cells.text(value))
        local = (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).astimezone(zone)
    except (ValueError, OverflowError):
        raise cells.BadCellError("bad_day", value) from None
    return cells.day(local.date().isoformat())
