"""Backing up and restoring the embedded mode, by its commands."""

from __future__ import annotations

import datetime as dt
import os
import sqlite3
import subprocess
import sys
import tarfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from smarthabit.serving import backup
from smarthabit.serving.lock import sole_use
from smarthabit.testing.site import ROOT

NOW = dt.datetime(2026, 3, 18, 12, tzinfo=dt.UTC)


@pytest.fixture
def data(tmp_path: Path, settings: Any) -> Path:
    """A data folder whose database holds one row."""
    folder = tmp_path / "data"
    folder.mkdir()
    settings.DATA_DIR, settings.EMBEDDED = folder, True
    write(folder, "first")
    for name in backup.KEYS:
        (folder / name).write_text(f"the {name}")
    return folder


def write(folder: Path, text: str) -> None:
    with closing(sqlite3.connect(folder / backup.DATABASE, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE IF NOT EXISTS notes (id INTEGER PRIMARY KEY, text TEXT)")
        connection.execute("INSERT INTO notes (text) VALUES (?)", (text,))


def notes(folder: Path) -> list[str]:
    with closing(sqlite3.connect(folder / backup.DATABASE)) as connection:
        return [text for (text,) in connection.execute("SELECT text FROM notes ORDER BY id")]


def test_what_was_there_at_the_backup_is_there_after_the_restore_with_its_keys(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "one.backup"
    call_command("backup", to=file)
    assert file.stat().st_mode & 0o077 == 0
    write(data, "second")
    (data / "secret_key").write_text("another")
    call_command("restore", file)
    assert notes(data) == ["first"]
    assert (data / "secret_key").read_text() == "the secret_key"
    (kept,) = data.glob("before-restore-*")
    assert notes(kept) == ["first", "second"]


def test_every_key_that_a_site_makes_for_itself_is_kept(tmp_path: Path) -> None:
    clean = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path)}
    subprocess.run([sys.executable, "-c", "import smarthabit.settings"], env=clean, cwd=ROOT, check=True)
    assert {path.name for path in tmp_path.iterdir()} == set(backup.KEYS)


def test_a_restore_into_an_empty_folder_needs_nothing_else(data: Path, tmp_path: Path, settings: Any) -> None:
    call_command("backup", to=tmp_path / "one.backup")
    settings.DATA_DIR = tmp_path / "new"
    call_command("restore", tmp_path / "one.backup")
    assert notes(tmp_path / "new") == ["first"]
    assert not list((tmp_path / "new").glob("before-restore-*"))


def test_only_so_many_backups_are_kept_and_nothing_else_is_touched(data: Path) -> None:
    folder = data / "backups"
    folder.mkdir()
    for day in range(1, 4):
        (folder / backup.name_at(NOW.replace(day=day))).write_text("old")
    (folder / "mine.txt").write_text("mine")
    call_command("backup", keep=2)
    left = sorted(path.name for path in folder.iterdir())
    assert left[:1] == ["mine.txt"]
    assert left[1] == backup.name_at(NOW.replace(day=3))
    assert len(left) == 3


def test_it_is_not_restored_under_a_running_product(data: Path, tmp_path: Path) -> None:
    call_command("backup", to=tmp_path / "one.backup")
    with sole_use(data), pytest.raises(CommandError, match="already runs"):
        call_command("restore", tmp_path / "one.backup")


@pytest.mark.parametrize("damage", ["not a tar", "no database", "broken database"])
def test_a_backup_that_is_not_whole_changes_nothing(data: Path, tmp_path: Path, damage: str) -> None:
    file = tmp_path / "bad.backup"
    if damage == "not a tar":
        file.write_bytes(b"x" * 2000)
    else:
        part = tmp_path / ("secret_key" if damage == "no database" else backup.DATABASE)
        part.write_bytes(b"SQLite format 3\0" + b"x" * 5000)
        with tarfile.open(file, "w") as archive:
            archive.add(part, part.name)
    with pytest.raises(CommandError, match=r"not a backup|damaged"):
        call_command("restore", file)
    assert notes(data) == ["first"]
    assert (data / "secret_key").read_text() == "the secret_key"


def test_rows_that_refer_to_none_are_damage(data: Path) -> None:
    with closing(sqlite3.connect(data / backup.DATABASE, isolation_level=None)) as connection:
        connection.execute("CREATE TABLE child (note INTEGER REFERENCES notes(id))")
        connection.execute("INSERT INTO child VALUES (99)")
    with pytest.raises(CommandError, match="damaged"):
        call_command("backup")
    assert not list((data / "backups").glob(f"{backup.PREFIX}*"))


def test_what_cannot_be_is_said(data: Path, settings: Any) -> None:
    with pytest.raises(CommandError, match="1 or more"):
        call_command("backup", keep=0)
    (data / backup.DATABASE).unlink()
    with pytest.raises(CommandError, match="no database"):
        call_command("backup")
    settings.EMBEDDED = False
    for command in (["backup"], ["restore", "x"]):
        with pytest.raises(CommandError, match="On PostgreSQL"):
            call_command(*command)
