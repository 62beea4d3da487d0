"""Loop Habit Tracker's CSV export: a zip with Habits.csv, a folder for each habit, and a table of all at the root."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

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
from habits.transfer.readers import cells, loop
from habits.transfer.readers.archive import Archive
from habits.transfer.readers.records import Lines, Records, SeenDays

HABITS: Final = "Habits.csv"
CHECKMARKS: Final = "Checkmarks.csv"
_FOLDER = re.compile(r"(\d{1,6})(?: .*)?")
_COLUMNS: Final = {
    "position": "position",
    "name": "name",
    "type": "type",
    "question": "question",
    "description": "description",
    "frequencynumerator": "times",
    "numrepetitions": "times",
    "frequencydenominator": "days",
    "interval": "days",
    "color": "colour",
    "unit": "unit",
    "target type": "target_type",
    "target value": "target",
    "archived?": "archived",
}
"""The columns of Habits.csv, with the names that older versions gave them."""


class LoopCsv:
    """The zip as a source. Values stand in the habits' folders; where one has none, in its column of the root table."""

    format = "loop_csv"

    def __init__(self, archive: Archive, limits: Limits) -> None:
        self.habits: list[ImportedHabit] = []
        self.extras: dict[str, Any] = {}
        self._archive = archive
        self._limits = limits
        self._numerical: list[bool] = []
        self._positions: list[int] = []
        self._unnamed: list[Refusal] = []
        self._root = min((name for name in archive.names if _is_list(name)), key=len).removesuffix(HABITS)
        self._read_habits()
        self._folders = self._find_folders()

    def rows(self, refuse: Refuse) -> Iterator[ImportedEntry]:
        """The entries of all habits, a folder at a time, newest first as Loop writes them."""
        for refusal in self._unnamed:
            refuse(refusal)
        orphans = []
        for index in range(len(self.habits)):
            file = self._folders.get(self._positions[index])
            if file is None:
                orphans.append(index)
            else:
                yield from self._checkmarks(index, file, refuse)
        table = self._root + CHECKMARKS
        if orphans and table in self._archive.names:
            yield from self._table(table, orphans, refuse)

    def revisions(self, refuse: Refuse) -> Iterator[ImportedRevision]:  # noqa: ARG002 - as every source
        """None: the format knows no history of entries."""
        return iter(())

    def settle(self, tallies: Mapping[int, Tally]) -> None:
        """Each habit starts on its first known entry."""
        for index, habit in enumerate(self.habits):
            tally = tallies.get(index)
            habit.started_on = tally.first if tally else None
            loop.anchored(habit)

    def close(self) -> None:
        """Let go of the zip."""
        self._archive.close()

    def _records(self, file: str, refuse: Refuse) -> Records:
        lines = Lines(self._archive.open(file), file, self._limits, refuse)
        return Records(lines, file, ",", self._limits, refuse)

    def _read_habits(self) -> None:
        file = self._root + HABITS
        records = iter(self._records(file, self._unnamed.append))
        _, header = next(records, (0, []))
        columns = [_COLUMNS.get(name.strip().lower(), "") for name in header]
        if "name" not in columns:
            raise FileRefusedError("no_header", file)
        named: Counter[str] = Counter()
        for row, (line, record) in enumerate(records, 1):
            if len(self.habits) >= self._limits.foreign_habits:
                raise FileRefusedError("too_many_habits", self._limits.foreign_habits)
            self._add(Refusal(file, line, ""), row, dict(zip(columns, record, strict=False)), named)

    def _add(self, at: Refusal, row: int, cell: dict[str, str], named: Counter[str]) -> None:
        position = _whole(cell.get("position", ""), row)
        name = cell.get("name", "").strip()
        numerical = cell.get("type", "").strip().upper() == "NUMERICAL"
        limit = numerical and cell.get("target_type", "").strip().upper() == "AT_MOST"
        plan = loop.plan_of(
            _whole(cell.get("times", ""), 1),
            _whole(cell.get("days", ""), 1),
            cell.get("target", "").strip(),
            numerical=numerical,
            kind="limit" if limit else "build",
        )
        habit = loop.habit_of(
            key=loop.name_key(name, named[name]),
            name=name,
            question=cell.get("question", ""),
            description=cell.get("description", ""),
            numerical=numerical,
            limit=limit,
            unit=cell.get("unit", ""),
            plan=plan,
        )
        if not habit.name:
            habit.name = f"{position:03d}"
            self._unnamed.append(at._replace(code="no_name", detail=habit.name))
        named[name] += 1
        habit.colour = loop.colour_of_hex(cell.get("colour", ""))
        habit.position = position
        habit.archived = cell.get("archived", "").strip().lower() == "true"
        self.habits.append(habit)
        self._numerical.append(numerical)
        self._positions.append(position)

    def _find_folders(self) -> dict[int, str]:
        """The habits' own Checkmarks.csv by position: a folder's name may have lost all but its number."""
        if len(set(self._positions)) < len(self._positions):
            self._positions = list(range(1, len(self._positions) + 1))
        found: dict[int, str] = {}
        for name in self._archive.names:
            parts = name.removeprefix(self._root).split("/") if name.startswith(self._root) else []
            if len(parts) == 2 and parts[1] == CHECKMARKS and (folder := _FOLDER.fullmatch(parts[0])):
                found.setdefault(int(folder[1]), name)
        return found

    def _checkmarks(self, index: int, file: str, refuse: Refuse) -> Iterator[ImportedEntry]:
        """One habit's file: date, value and, since 2.3.1, notes; the oldest ones have no header."""
        seen = SeenDays()
        for line, record in self._records(file, refuse):
            if record[0] == "Date":
                continue
            if entry := self._read(Refusal(file, line, ""), index, record, seen, refuse):
                yield entry

    def _table(self, file: str, orphans: list[int], refuse: Refuse) -> Iterator[ImportedEntry]:
        """The root table. Its header is not quoted, so only the place of a column says whose it is.

        Of an export of some habits only it has just the columns of those, which have their folders.
        """
        records = self._records(file, refuse)
        records.lines.next()
        seen, width = SeenDays(), len(self.habits) + 1
        for place, (line, record) in enumerate(records):
            filled = len(record) - (record[-1] == "")
            if place == 0 and filled == len(self._folders) + 1 < width:
                return
            if filled != width:
                refuse(Refusal(file, line, "columns", str(len(record))))
                continue
            at = Refusal(file, line, "")
            for index in orphans:
                if entry := self._read(at, index, [record[0], record[index + 1]], seen, refuse):
                    yield entry

    def _read(self, at: Refusal, index: int, record: list[str], seen: SeenDays, refuse: Refuse) -> ImportedEntry | None:
        """What a record states, unless it states nothing or is refused."""
        try:
            entry = _entry(at, index, record, self._numerical[index], refuse)
            if entry is not None:
                seen.take(index, entry.day)
        except cells.BadCellError as error:
            refuse(at._replace(code=error.code, detail=error.detail))
            return None
        return entry


def _entry(at: Refusal, index: int, record: list[str], numerical: bool, refuse: Refuse) -> ImportedEntry | None:
    """What a record states; None where it states nothing. A note on such a day is kept all the same."""
    if len(record) < 2:
        raise cells.BadCellError("columns", len(record))
    value, skipped = loop.stated(loop.number_of(record[1].strip()), numerical=numerical)
    text, cut = cells.note(record[2]) if len(record) > 2 and record[2] else ("", False)
    if value is None and not skipped and not text:
        return None
    if cut:
        refuse(at._replace(code="note_cut"))
    return ImportedEntry(index, at.file, at.line, cells.day(record[0].strip()), value, skipped, text)


def _whole(text: str, otherwise: int) -> int:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else otherwise


def _is_list(name: str) -> bool:
    return name == HABITS or name.endswith(f"/{HABITS}")


def is_loop_export(archive: Archive) -> bool:
    """Whether the zip looks like Loop's."""
    return any(map(_is_list, archive.names))
