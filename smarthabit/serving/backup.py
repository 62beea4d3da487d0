"""Backups of the embedded mode: one file with the database as of one moment, and the keys that open what it holds.

PostgreSQL is backed up by its own tools: docs/operations.md.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import sqlite3
import tarfile
import tempfile
from contextlib import closing
from pathlib import Path

DATABASE = "smarthabit.sqlite3"
KEYS = ("secret_key", "jwt_signing_key", "vapid_private_key")
PREFIX, SUFFIX = "smarthabit-", ".backup"


class BackupError(Exception):
    """The backup cannot be made or used; the message says why, in words for the operator."""


def back_up(data: Path, target: Path) -> None:
    """Write the state of the data folder to the file ``target``, while the product runs and writes.

    SQLite's online backup reads one consistent state and holds up no writer. The file appears under its name only when
    it is complete, checked and on the disk.
    """
    if not (data / DATABASE).exists():
        raise BackupError(f"There is no database in {data}.")
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as folder:
            copy = Path(folder) / DATABASE
            with closing(sqlite3.connect(data / DATABASE)) as source, closing(sqlite3.connect(copy)) as destination:
                source.backup(destination)
            check(copy)
            descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                with tarfile.open(fileobj=file, mode="w") as archive:
                    for path in (copy, *(data / name for name in KEYS if (data / name).exists())):
                        archive.add(path, path.name)
                file.flush()
                os.fsync(file.fileno())
        unfinished.rename(target)
    finally:
        unfinished.unlink(missing_ok=True)
    _sync_folder(target.parent)


def restore(source: Path, data: Path, *, now: dt.datetime) -> Path | None:
    """Put a backup in the place of the data folder's database and keys; where what was there before is kept, if any.

    The caller holds the folder's lock. Nothing is touched unless the backup is whole.
    """
    data.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=data, prefix=".restore-") as name:
        fresh = Path(name)
        try:
            with tarfile.open(source) as archive:
                for member in (DATABASE, *KEYS):
                    if member == DATABASE or member in archive.getnames():
                        archive.extract(member, fresh, filter="data")
        except (OSError, KeyError, tarfile.TarError) as error:
            raise BackupError(f"{source} is not a backup that can be read: {error}") from error
        check(fresh / DATABASE)
        kept = _put_aside(data, now)
        for path in fresh.iterdir():
            path.chmod(0o600)
            path.rename(data / path.name)
    _sync_folder(data)
    return kept


def prune(folder: Path, keep: int) -> list[Path]:
    """Remove all but the latest ``keep`` backups that bear a name given by us; which ones went."""
    ours = sorted(folder.glob(f"{PREFIX}*{SUFFIX}"))
    old = ours[:-keep]
    for path in old:
        path.unlink()
    return old


def name_at(now: dt.datetime) -> str:
    """The name of a backup made at ``now``; names sort by time."""
    return f"{PREFIX}{now:%Y%m%d-%H%M%S}{SUFFIX}"


def check(database: Path) -> None:
    """Raise BackupError unless SQLite finds the file in order."""
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
            (verdict,) = connection.execute("PRAGMA integrity_check").fetchone()
            broken = connection.execute("PRAGMA foreign_key_check").fetchone()
    except sqlite3.DatabaseError as error:
        raise BackupError(f"{database.name} is damaged: {error}") from error
    if verdict != "ok" or broken is not None:
        raise BackupError(f"{database.name} is damaged: {verdict if verdict != 'ok' else 'rows refer to none'}")


def _put_aside(data: Path, now: dt.datetime) -> Path | None:
    """Move the files that a restore replaces into a folder beside them; the write-ahead log belongs to its database."""
    names = [DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", *KEYS]
    present = [data / name for name in names if (data / name).exists()]
    if not present:
        return None
    kept = data / f"before-restore-{now:%Y%m%d-%H%M%S}"
    kept.mkdir()
    for path in present:
        shutil.move(path, kept / path.name)
    return kept


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
