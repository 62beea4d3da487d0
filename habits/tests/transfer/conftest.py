"""Small files of other trackers, made in the test that reads them, and a short way through an import."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

import pytest

from habits.models import Entry, Habit, ImportJob
from habits.tests.conftest import NOON
from habits.transfer import services
from habits.transfer.detect import open_source
from habits.transfer.limits import LIMITS, Limits
from habits.transfer.neutral import ImportedEntry, ImportedHabit, Refusal, Tally
from smarthabit.accounts.user import User

HABITS_HEADER = (
    "Position,Name,Type,Question,Description,FrequencyNumerator,FrequencyDenominator,Color,Unit,Target Type,"
    "Target Value,Archived?\n"
)


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    """A zip of these files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def loop_zip(habits: str, files: Mapping[str, str | bytes]) -> bytes:
    """Loop's CSV export: the lines of Habits.csv without the header, and the other files."""
    return zipped({"Habits.csv": HABITS_HEADER + habits, **files})


class Reading:
    """What a reader made of a file."""

    def __init__(self, content: bytes, folder: Path, limits: Limits = LIMITS) -> None:
        path = folder / "upload"
        path.write_bytes(content)
        self.refused: list[Refusal] = []
        self.entries: list[ImportedEntry] = []
        tallies: dict[int, Tally] = {}
        with closing(open_source(path, limits)) as source:
            self.format = source.format
            for entry in source.rows(self.refused.append):
                self.entries.append(entry)
                tallies.setdefault(entry.habit, Tally()).add(entry)
            source.settle(tallies)
        self.habits: list[ImportedHabit] = source.habits
        self.extras = source.extras

    def days(self, habit: int = 0) -> dict[str, tuple[int | None, bool]]:
        """Value and skip of each day of a habit."""
        return {e.day.isoformat(): (e.value, e.skipped) for e in self.entries if e.habit == habit}

    @property
    def reasons(self) -> list[tuple[str, int, str]]:
        """File, line and code of everything that was refused."""
        return [(refusal.file, refusal.line, refusal.code) for refusal in self.refused]


Read = Callable[..., Reading]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Reads a file without touching the database."""

    def reading(content: bytes | str, limits: Limits = LIMITS) -> Reading:
        return Reading(content.encode() if isinstance(content, str) else content, tmp_path, limits)

    return reading


Import = Callable[..., ImportJob]


@pytest.fixture
def import_file(user: User) -> Import:
    """Uploads a file and carries its job out."""

    def run(
        content: bytes | str, *, dry_run: bool = False, owner: User | None = None, now: dt.datetime = NOON
    ) -> ImportJob:
        raw = content.encode() if isinstance(content, str) else content
        job = services.start_import(user=owner or user, filename="file", content=raw, dry_run=dry_run, now=now)
        services.run_import(job.pk, now)
        job.refresh_from_db()
        return job

    return run


def stored(user: User) -> dict[str, dict[str, tuple[int | None, bool, str]]]:
    """Value, skip and note of every entry, by habit and day."""
    found: dict[str, dict[str, tuple[int | None, bool, str]]] = {
        habit.name: {} for habit in Habit.objects.owned_by(user).order_by("position")
    }
    for entry in Entry.objects.owned_by(user).select_related("habit").order_by("day"):
        found[entry.habit.name][entry.day.isoformat()] = (entry.value_milli, entry.skipped, entry.note)
    return found
