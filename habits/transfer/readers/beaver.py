"""Beaver Habits: its export, and the file it keeps on disk, which wraps the same.

Only habits are read: beside them a file (of daya0576/beaverhabits) may hold an address and the token of a backup.
"""

import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from typing import Any, BinaryIO, Final, TypeGuard

from habits.domain.schedule import Monthly, Schedule, Weekly
from habits.transfer.limits import MOST_TAGS, TAG_LENGTH, Limits
from habits.transfer.neutral import (
    DAILY,
    ONE,
    FileRefusedError,
    ImportedEntry,
    ImportedHabit,
    ImportedPlan,
    Refusal,
    Refuse,
)
from habits.transfer.readers import cells, loop
from habits.transfer.readers.foreign import Foreign, key_of, left_out, name_of, numbered
from habits.transfer.readers.json_stream import Builder, Event, events_of, expect, fields, items, rest_of_fields, skip
from habits.transfer.readers.records import SeenDays

_WRAPPED: Final = "data"
_DAYS: Final = {"D": 1, "W": 7, "M": 30, "Y": 365}
_MOST_COUNT: Final = 1000
_MOST_VALUES: Final = 2_000
"""Values that a habit may hold beside its records."""
_MOST_OF_RECORD: Final = 50

Values = Mapping[str, Any]


class Beaver(Foreign):
    """The document as a source. Habits that were deleted there are left out."""

    format = "beaver"

    def __init__(self, open_stream: Callable[[], io.BufferedIOBase | BinaryIO], limits: Limits) -> None:
        super().__init__(limits)
        self._open = open_stream

    def rows(self, refuse: Refuse) -> Iterator[ImportedEntry]:
        """The records, habit by habit."""
        found: list[ImportedHabit] = []
        if not self.habits:
            self.habits = found
        with closing(self._open()) as stream:
            events = events_of(stream, self._limits)
            for _ in _to_habits(events):
                yield from self._habits(found, events, refuse)

    def close(self) -> None:
        """Nothing is held open between two readings."""

    def _habits(self, found: list[ImportedHabit], events: Iterator[Event], refuse: Refuse) -> Iterator[ImportedEntry]:
        for event in items(events):
            expect(event, "start_map")
            self._check_room(found)
            index = len(found)
            found.append(ImportedHabit(key="", name="", broken=True))
            builder = Builder(_MOST_VALUES, self._limits.depth)
            values: dict[str, Any] = {}
            for name in rest_of_fields(events):
                if name == "records":
                    yield from self._records(index, events, refuse)
                else:
                    values[name] = builder.build(next(events), events)
            found[index] = habit_of(index, values, refuse)

    def _records(self, index: int, events: Iterator[Event], refuse: Refuse) -> Iterator[ImportedEntry]:
        file, seen = f"habits[{index}].records", SeenDays()
        for number, event in enumerate(items(events), 1):
            values = Builder(_MOST_OF_RECORD, self._limits.depth).build(event, events)
            try:
                entry, cut = _entry_of(index, file, number, values)
                seen.take(index, entry.day)
            except cells.BadCellError as error:
                refuse(Refusal(file, number, error.code, error.detail))
                continue
            if cut:
                refuse(Refusal(file, number, "note_cut"))
            yield entry


def is_beaver(open_stream: Callable[[], io.BufferedIOBase | BinaryIO], limits: Limits) -> bool:
    """Whether the first habit of a JSON document is one of Beaver's: with records, and without what ours have."""
    try:
        with closing(open_stream()) as stream:
            events = events_of(stream, limits)
            for _ in _to_habits(events):
                for event in items(events):
                    expect(event, "start_map")
                    return _looks_right(events)
    except FileRefusedError:
        pass  # whoever reads it says what is wrong
    return False


def _looks_right(events: Iterator[Event]) -> bool:
    names = set()
    for name in rest_of_fields(events):
        names.add(name)
        skip(events)
    return "records" in names and not names & {"key", "entries"}


def habit_of(index: int, values: Values, refuse: Refuse) -> ImportedHabit:
    """A habit; what about it cannot be read is told, and has its usual value."""
    file, name = f"habits[{index}]", name_of(values)
    if values.get("status") == "soft_delete":
        return left_out(file, "deleted_there", name, refuse)
    name = numbered(name, index, file, refuse)
    try:
        schedule = schedule_of(values.get("period"))
    except cells.BadCellError as error:
        schedule = DAILY
        refuse(Refusal(file, 0, error.code, error.detail))
    return ImportedHabit(
        key=key_of("beaver", values, name, index),
        name=name,
        plans=(ImportedPlan(schedule, ONE),),
        tags=_tags(values.get("tags")),
        position=index,
        archived=values.get("status") == "archive",
    )


def schedule_of(period: Any) -> Schedule:
    """`target_count` times in `period_count` days, weeks, months or years; None is every day."""
    if period is None:
        return DAILY
    known = period if isinstance(period, dict) else {}
    kind, count, times = (known.get(name) for name in ("period_type", "period_count", "target_count"))
    if kind not in _DAYS or not _is_count(count) or not _is_count(times):
        raise cells.BadCellError("bad_schedule", period)
    if count == 1 and kind == "W":
        return Weekly(times) if times < 7 else DAILY
    if count == 1 and kind == "M":
        return Monthly(times) if times < 28 else DAILY
    return loop.schedule_of(times, count * _DAYS[kind], numerical=False)[0]


def _to_habits(events: Iterator[Event], *, wrapped: bool = False) -> Iterator[None]:
    """Comes to a stop before each list of habits; whoever asks takes it before asking again."""
    for name in fields(events):
        if name == "habits":
            yield
        elif name == _WRAPPED and not wrapped:  # once: a stranger's file may be wrapped without end
            yield from _to_habits(events, wrapped=True)
        else:
            skip(events)


def _entry_of(index: int, file: str, line: int, values: Any) -> tuple[ImportedEntry, bool]:
    """A record, and whether its note had to be cut."""
    if not isinstance(values, dict) or not isinstance(values.get("done"), bool):
        raise cells.BadCellError("bad_field", "done")
    note, cut = cells.note(cells.text(values.get("text")))
    value = ONE if values["done"] else 0
    return ImportedEntry(index, file, line, cells.day(cells.text(values.get("day"))), value, note=note), cut


def _tags(listed: Any) -> tuple[str, ...]:
    texts = [cells.line_of(cells.text(one), TAG_LENGTH) for one in listed] if isinstance(listed, list) else []
    return (*dict.fromkeys(filter(None, texts)),)[:MOST_TAGS]


def _is_count(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value <= _MOST_COUNT
