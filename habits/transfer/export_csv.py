"""Habits and entries as tables in a zip, for spreadsheets; `entries.csv` can be read back as a plain table."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Final

from habits.models import Entry, Habit
from habits.transfer.detect import OWN_TABLE
from habits.transfer.readers.cells import guard
from smarthabit.accounts.user import User
from smarthabit.kernel.api.fields import instant_text, milli_text

HABIT_COLUMNS: Final = (
    "habit",
    "kind",
    "unit",
    "target",
    "schedule",
    "tags",
    "started_on",
    "archived_on",
    "why",
    "cue",
    "colour",
)
ENTRY_COLUMNS: Final = ("habit", "date", "value", "status", "note", "performed_at", "source")
_AT_ONCE: Final = 2_000
_STAMP: Final = (1980, 1, 1, 0, 0, 0)

Row = Sequence[str]


def export_csv(user: User) -> Iterator[bytes]:
    """The zip, piece by piece; its cost in memory does not grow with the account."""
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, header, rows in (
            ("habits.csv", HABIT_COLUMNS, _habits(user)),
            (OWN_TABLE, ENTRY_COLUMNS, _entries(user)),
        ):
            info = zipfile.ZipInfo(name, _STAMP)
            info.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(info, "w", force_zip64=True) as member:
                member.write(_lines([header]))
                while lines := _lines(islice(rows, _AT_ONCE)):
                    member.write(lines)
                    yield pipe.drain()
    yield pipe.drain()


def _habits(user: User) -> Iterator[Row]:
    habits = Habit.objects.owned_by(user).order_by("position", "id").prefetch_related("tags", "plans")
    for habit in habits.iterator(chunk_size=200):
        plan = list(habit.plans.all())[-1]
        yield (
            habit.name,
            habit.kind,
            habit.unit,
            milli_text(plan.target_milli),
            json.dumps(plan.schedule),
            ", ".join(sorted(tag.name for tag in habit.tags.all())),
            habit.started_on.isoformat(),
            habit.archived_on.isoformat() if habit.archived_on else "",
            habit.why,
            habit.cue,
            habit.colour,
        )


def _entries(user: User) -> Iterator[Row]:
    rows = Entry.objects.owned_by(user).order_by("habit__position", "habit_id", "day")
    fields = ("habit__name", "day", "value_milli", "skipped", "note", "performed_at", "source")
    for name, day, value, skipped, note, performed_at, source in rows.values_list(*fields).iterator(
        chunk_size=_AT_ONCE
    ):
        yield (
            name,
            day.isoformat(),
            "" if value is None else milli_text(value),
            "skipped" if skipped else "",
            note,
            instant_text(performed_at) if performed_at else "",
            source,
        )


def _lines(rows: Iterable[Row]) -> bytes:
    """The rows as CSV (RFC 4180) that no spreadsheet takes for formulas."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerows([guard(cell) for cell in row] for row in rows)
    return text.getvalue().encode()


class _Pipe(io.RawIOBase):
    """What the zip is written to, and drained from as it grows; it cannot be sought in."""

    def __init__(self) -> None:
        self._held = bytearray()

    def write(self, data: Any) -> int:
        self._held += data
        return len(data)

    def drain(self) -> bytes:
        """What has been written since the last time."""
        held, self._held = bytes(self._held), bytearray()
        return held
