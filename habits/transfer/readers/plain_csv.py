"""A plain table: one entry a line, with a header that names habit and date, and value, status or note as it likes."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

from habits.transfer.limits import NAME_LENGTH, Limits
from habits.transfer.neutral import (
    COUNTED,
    DAILY,
    ONE,
    Claim,
    FileRefusedError,
    ImportedEntry,
    ImportedHabit,
    ImportedPlan,
    ImportedRevision,
    Refusal,
    Refuse,
    Tally,
)
from habits.transfer.readers import cells
from habits.transfer.readers.records import Lines, Records, SeenDays

DELIMITERS: Final = ",;\t"
COLUMNS: Final = ("habit", "date", "value", "status", "note")
_CLAIMS: Final[dict[str, Claim]] = {
    "": "",
    "done": "done",
    "kept": "done",
    "yes": "done",
    "missed": "missed",
    "failed": "missed",
    "no": "missed",
    "skipped": "",
    "skip": "",
}
_SKIPS: Final = {"skipped", "skip"}
_FEW: Final = 10
"""The share of lines (one in this many) beyond which bytes that are no UTF-8 mean another encoding."""


@dataclass(frozen=True, slots=True)
class _Layout:
    """How the table is written: its delimiter and the place of each column that it has."""

    delimiter: str
    places: Mapping[str, int]


class PlainCsv:
    """The table as a source. Habits are known by their names, which may be those of habits the user has already."""

    format = "csv"

    def __init__(
        self,
        open_stream: Callable[[], io.BufferedIOBase | BinaryIO],
        limits: Limits,
        file: str = "",
        close: Callable[[], None] | None = None,
    ) -> None:
        self.habits: list[ImportedHabit] = []
        self.extras: dict[str, Any] = {}
        self._open = open_stream
        self._close = close
        self._limits = limits
        self._file = file
        self._index: dict[str, int] = {}
        self._by_cell: dict[str, int] = {}
        layout = self._find_layout()
        self._delimiter = layout.delimiter
        self._comma = layout.delimiter != ","
        self._places = tuple(layout.places.get(name, -1) for name in COLUMNS)
        self._least = max(self._places[:2])
        self._width = max(self._places) + 1

    def rows(self, refuse: Refuse) -> Iterator[ImportedEntry]:
        """The entries in the order of the lines. Raises FileRefusedError when the file is not UTF-8 at all."""
        seen, read = SeenDays(), 0
        with closing(self._open()) as stream:
            lines = Lines(stream, self._file, self._limits, refuse)
            records = iter(Records(lines, self._file, self._delimiter, self._limits, refuse))
            next(records)
            for line, record in records:
                read += 1
                try:
                    entry = self._entry(line, record, refuse)
                    seen.take(entry.habit, entry.day)
                except cells.BadCellError as error:
                    refuse(Refusal(self._file, line, error.code, error.detail))
                else:
                    yield entry
            if lines.undecodable * _FEW > read + lines.undecodable:
                raise FileRefusedError("not_utf8")

    def revisions(self, refuse: Refuse) -> Iterator[ImportedRevision]:  # noqa: ARG002 - as every source
        """None: the format knows no history of entries."""
        return iter(())

    def settle(self, tallies: Mapping[int, Tally]) -> None:
        """Each habit starts on its first entry; one with numbers asks for the smallest amount that was logged."""
        for index, habit in enumerate(self.habits):
            tally = tallies.get(index, Tally())
            habit.started_on = tally.first
            if not tally.check:
                habit.unit = COUNTED
                habit.plans = (ImportedPlan(DAILY, tally.smallest or ONE),)

    def close(self) -> None:
        """Let go of the zip the table is in, if it is in one."""
        if self._close:
            self._close()

    def _find_layout(self) -> _Layout:
        with closing(self._open()) as stream:
            return layout_of(stream.readline(self._limits.line))

    def _entry(self, line: int, record: list[str], refuse: Refuse) -> ImportedEntry:
        habit_at, date_at, value_at, status_at, note_at = self._places
        if len(record) <= self._least:
            raise cells.BadCellError("columns", len(record))
        if len(record) < self._width:
            record += [""] * (self._width - len(record))
        record.append("")  # what a column that the table lacks (place -1) reads as
        day = cells.day(record[date_at].strip())
        value, skipped, claim = self._stated(record[value_at].strip(), record[status_at].strip())
        text, cut = cells.note(cells.unguard(record[note_at].strip())) if record[note_at] else ("", False)
        if value is None and not (skipped or claim or text):
            raise cells.BadCellError("says_nothing")
        habit = self._habit(record[habit_at])
        if cut:
            refuse(Refusal(self._file, line, "note_cut"))
        return ImportedEntry(habit, self._file, line, day, value, skipped, text, claim)

    def _stated(self, value: str, status: str) -> tuple[int | None, bool, Claim]:
        word = status.lower()
        if word not in _CLAIMS:
            raise cells.BadCellError("unknown_status", status)
        if not value:
            return None, word in _SKIPS, _CLAIMS[word]
        return cells.amount(value, comma=self._comma), word in _SKIPS, ""

    def _habit(self, cell: str) -> int:
        index = self._by_cell.get(cell)
        if index is not None:
            return index
        name = cells.line_of(cells.unguard(cell.strip()), NAME_LENGTH)
        if not name:
            raise cells.BadCellError("no_habit")
        index = self._index.get(name.casefold())
        if index is None:
            if len(self.habits) >= self._limits.foreign_habits:
                raise FileRefusedError("too_many_habits", self._limits.foreign_habits)
            index = self._index[name.casefold()] = len(self.habits)
            self.habits.append(ImportedHabit(key=f"csv:{cells.digest(name.casefold())}", name=name, by_name=True))
        if len(self._by_cell) < self._limits.foreign_habits:
            self._by_cell[cell] = index
        return index


def layout_of(first_line: bytes) -> _Layout:
    """The layout that a header says; of several delimiters the one that finds the most columns.

    Raises FileRefusedError for text in another encoding and for a header without habit or date.
    """
    if first_line[:2] in {b"\xff\xfe", b"\xfe\xff"} or b"\x00" in first_line:
        raise FileRefusedError("not_utf8")
    try:
        header = first_line.removeprefix(b"\xef\xbb\xbf").decode().rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise FileRefusedError("not_utf8") from error
    layouts = [_Layout(delimiter, _places(header, delimiter)) for delimiter in DELIMITERS]
    best = max(layouts, key=lambda layout: len(layout.places))
    if not {"habit", "date"} <= best.places.keys():
        raise FileRefusedError("no_header")
    return best


def _places(header: str, delimiter: str) -> dict[str, int]:
    try:
        names = next(csv.reader([header], delimiter=delimiter), [])
    except csv.Error:
        return {}
    places: dict[str, int] = {}
    for place, name in enumerate(names):
        if (known := name.strip().lower()) in COLUMNS:
            places.setdefault(known, place)
    return places
