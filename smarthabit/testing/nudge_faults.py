"""Counting what becomes of due nudges while their workers are killed: the parts that the faults share."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGKILL, SIGTERM, SIGUSR1

import psycopg

from smarthabit.testing import processes
from smarthabit.testing.receivers import Received, Receiver, Reply
from smarthabit.testing.site import ROOT

Behaviour = Callable[[Received], Reply]


@dataclass
class Counted:
    """What arrived at the provider: every POST's key and when it came (seconds of the epoch)."""

    posts: list[tuple[str, float]] = field(default_factory=list)
    stale: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, got: Received) -> None:
        with self._lock:
            self.posts.append((got.headers["idempotency-key"], time.time()))
            self.stale += float(got.headers.get("x-window", 1)) <= 0

    @property
    def keys(self) -> set[str]:
        return {key for key, _ in self.posts}

    @property
    def repeated(self) -> int:
        """POSTs beyond the first of their key."""
        return len(self.posts) - len(self.keys)

    def by_key(self) -> Counter[str]:
        return Counter(key for key, _ in self.posts)


@contextmanager
def provider(behaviour: Behaviour | None = None) -> Iterator[tuple[str, Counted]]:
    """A provider on the loopback; gives its address and its book."""
    counted = Counted()

    def answer(got: Received) -> Reply:
        counted.note(got)
        return behaviour(got) if behaviour else Reply()

    with Receiver(answer) as receiver:
        yield receiver.url, counted


@dataclass
class Ledger:
    """A database with the product's tables, and how to speak to it from outside of the product."""

    env: Mapping[str, str]
    folder: Path

    def migrate(self) -> Ledger:
        """Make the tables."""
        self._run([sys.executable, "manage.py", "migrate", "--verbosity", "0"])
        return self

    def seed(self, *words: str) -> None:
        """Make people with something due: see ``smarthabit.testing.nudging``."""
        self._run([sys.executable, "-m", "smarthabit.testing.nudging", "seed", *words])

    def states(self) -> Counter[str]:
        """How many rows are in which state."""
        rows = self.query("SELECT state, count(*) FROM nudges_nudge GROUP BY state")
        return Counter({str(state): int(str(count)) for state, count in rows})

    def waiting(self) -> int:
        """Rows that something is still to come of."""
        states = self.states()
        return states["due"] + states["leased"]

    def query(self, statement: str) -> list[tuple[object, ...]]:
        """What a statement gives back."""
        if url := self.env.get("DATABASE_URL"):
            with psycopg.connect(url, connect_timeout=5) as connection:
                return list(connection.execute(statement.encode()))
        path = Path(self.env["DATA_DIR"]) / "smarthabit.sqlite3"
        with closing(sqlite3.connect(path, timeout=20)) as file:
            return list(file.execute(statement))

    def forget(self) -> None:
        """Remove all people and what is theirs, for another turn on the same server."""
        with psycopg.connect(self.env["DATABASE_URL"]) as connection:
            connection.execute("TRUNCATE accounts_user CASCADE")

    @contextmanager
    def workers(self, url: str, *words: str) -> Iterator[Workers]:
        """Workers that send to the provider at ``url``."""
        command = [sys.executable, "-m", "smarthabit.testing.nudging", "work", "--folder", str(self.folder), *words]
        with (self.folder / "log").open("ab") as log:
            process = processes.start(
                command, env={**self.env, "PROVIDER_URL": url}, output=log, death=SIGKILL, cwd=ROOT
            )
            book = self.folder / "kills"
            try:
                self.wait(book.exists, 60)
                yield Workers(process, book)
            finally:
                processes.stop(process, SIGTERM)

    def wait(self, done: Callable[[], bool], seconds: float) -> float:
        """Look every 0.1 s until ``done``, for so long at most; the seconds it took."""
        begun = time.monotonic()
        while not done() and time.monotonic() - begun < seconds:
            time.sleep(0.1)
        return time.monotonic() - begun

    def _run(self, command: list[str]) -> None:
        done = subprocess.run(
            command, env=dict(self.env), cwd=ROOT, capture_output=True, text=True, check=False, timeout=300
        )
        if done.returncode:
            raise RuntimeError(done.stderr[-3000:])


@dataclass
class Workers:
    """Running workers."""

    process: subprocess.Popen[bytes]
    book: Path

    def kills(self) -> list[float]:
        """When each of those that died did."""
        return [float(line) for line in self.book.read_text().split()]

    def spare(self) -> None:
        """Kill no more of them."""
        self.process.send_signal(SIGUSR1)
