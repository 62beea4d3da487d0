"""Our own export (see `export_json`): read as a stream of JSON events, whatever the order of its fields."""

import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from typing import Any, BinaryIO, Final

from habits.transfer.limits import Limits
from habits.transfer.neutral import (
    FileRefusedError,
    ImportedEntry,
    ImportedHabit,
    ImportedRevision,
    Refusal,
    Refuse,
    Tally,
)
from habits.transfer.readers import cells, native_values
from habits.transfer.readers.json_stream import Builder, Event, events_of, expect, fields, items, rest_of_fields, skip
from habits.transfer.readers.records import SeenDays

FORMAT: Final = "smarthabit"
VERSION: Final = 2
"""2 since entries come with their history; the documents of before are read all the same."""
_READ: Final = frozenset({1, VERSION})
_MOST_VALUES: Final = 1_000_000
"""Values outside of entries that a file may hold: they are kept in memory."""
_MOST_OF_ENTRY: Final = 200


class Native:
    """The document as a source. Habits that cannot be read are refused with all their entries."""

    format = FORMAT

    def __init__(self, open_stream: Callable[[], io.BufferedIOBase | BinaryIO], limits: Limits) -> None:
        self.habits: list[ImportedHabit] = []
        self.extras: dict[str, Any] = {}
        self._has_revisions = False
        self._open = open_stream
        self._limits = limits

    def rows(self, refuse: Refuse) -> Iterator[ImportedEntry]:
        """The entries, habit by habit. Raises FileRefusedError for what is not our export, or a newer one."""
        found: list[ImportedHabit] = []
        if not self.habits:
            self.habits = found
        builder = Builder(_MOST_VALUES, self._limits.depth)
        with closing(self._open()) as stream:
            events = events_of(stream, self._limits)
            for name in fields(events):
                if name == "habits":
                    yield from self._habits(found, builder, events, refuse)
                else:
                    self.extras[name] = builder.build(next(events), events)
        if self.extras.get("format") != FORMAT:
            raise FileRefusedError("unknown_json")
        if self.extras.get("version") not in _READ:
            raise FileRefusedError("other_version", self.extras.get("version"))

    def revisions(self, refuse: Refuse) -> Iterator[ImportedRevision]:
        """The history of the entries, habit by habit, in a reading of its own: it is stored when the entries are."""
        if not self._has_revisions:
            return
        builder = Builder(_MOST_VALUES, self._limits.depth)
        with closing(self._open()) as stream:
            events = events_of(stream, self._limits)
            for name in fields(events):
                if name != "habits":
                    builder.build(next(events), events)
                    continue
                for index, event in enumerate(items(events)):
                    expect(event, "start_map")
                    yield from self._revisions(index, builder, events, refuse)

    def settle(self, tallies: Mapping[int, Tally]) -> None:
        """The habits say themselves when they start and what they ask."""

    def close(self) -> None:
        """Nothing is held open between two readings."""

    def _habits(
        self, found: list[ImportedHabit], builder: Builder, events: Iterator[Event], refuse: Refuse
    ) -> Iterator[ImportedEntry]:
        for event in items(events):
            expect(event, "start_map")
            index = len(found)
            if index >= self._limits.habits:
                raise FileRefusedError("too_many_habits", self._limits.habits)
            found.append(ImportedHabit(key="", name="", broken=True))
            values: dict[str, Any] = {}
            for name in rest_of_fields(events):
                if name == "entries":
                    yield from self._entries(index, events, refuse)
                elif name == "revisions":
                    self._has_revisions = skip(events) or self._has_revisions
                else:
                    values[name] = builder.build(next(events), events)
            try:
                found[index] = native_values.habit_of(values)
            except cells.BadCellError as error:
                refuse(Refusal(f"habits[{index}]", 0, error.code, error.detail))

    def _entries(self, index: int, events: Iterator[Event], refuse: Refuse) -> Iterator[ImportedEntry]:
        file, seen = f"habits[{index}].entries", SeenDays()
        for number, event in enumerate(items(events), 1):
            values = Builder(_MOST_OF_ENTRY, self._limits.depth).build(event, events)
            try:
                entry = native_values.entry_of(index, file, number, values)
                seen.take(index, entry.day)
            except cells.BadCellError as error:
                refuse(Refusal(file, number, error.code, error.detail))
            else:
                yield entry

    def _revisions(
        self, index: int, builder: Builder, events: Iterator[Event], refuse: Refuse
    ) -> Iterator[ImportedRevision]:
        for name in rest_of_fields(events):
            if name == "entries":
                skip(events)
            elif name == "revisions":
                file = f"habits[{index}].revisions"
                for number, event in enumerate(items(events), 1):
                    values = Builder(_MOST_OF_ENTRY, self._limits.depth).build(event, events)
                    try:
                        yield native_values.revision_of(index, file, number, values)
                    except cells.BadCellError as error:
                        refuse(Refusal(file, number, error.code, error.detail))
            else:
                builder.build(next(events), events)
