"""One embedded process per data folder."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class AlreadyRunningError(Exception):
    """Another process serves from this folder; the message says which."""


@contextmanager
def sole_use(folder: Path) -> Iterator[None]:
    """Hold the folder's lock; raises AlreadyRunningError at once when another process holds it.

    The system releases the lock with the process, however that ends.
    """
    path = folder / "serve.lock"
    with path.open("a+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            owner = file.read().strip() or "unknown"
            raise AlreadyRunningError(f"SmartHabit already runs on {folder} (process {owner}).") from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
        file.truncate(0)
