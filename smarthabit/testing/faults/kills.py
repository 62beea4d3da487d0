"""Promise 10: what was acknowledged is stored, whatever was killed at that moment."""

from __future__ import annotations

import signal
import time
from collections.abc import Sequence
from pathlib import Path

from smarthabit.testing.faults import Figure, at_most, zero
from smarthabit.testing.load import Book, Person, Writers, people, stored
from smarthabit.testing.servers import Postgres, Valkey
from smarthabit.testing.site import Site
from smarthabit.testing.stack import Stack

TITLE = "10: a 2xx survives a kill of the web process, and of the database"


def run(folder: Path, *, long: bool) -> list[Figure]:
    """On PostgreSQL with its real durability, then on SQLite."""
    (folder / "stack").mkdir()
    (folder / "site").mkdir()
    rounds, writes = (5, 100) if long else (1, 40)
    with (
        Postgres(durable=True) as postgres,
        Valkey() as valkey,
        Stack(folder / "stack", postgres.url, valkey.url).migrate() as stack,
    ):
        figures = on_postgres(stack, postgres, people(stack, 4, name="kills"), rounds=rounds, writes=writes)
    with Site(folder / "site") as site:
        return figures + on_sqlite(site, rounds=rounds, writes=writes)


def on_postgres(
    stack: Stack, postgres: Postgres, persons: Sequence[Person], *, rounds: int, writes: int
) -> list[Figure]:
    """Kill the web process, and stop PostgreSQL at once, so many times each under load."""
    healed = []
    with Writers(stack.ports["web-1"], persons) as writers:
        for _ in range(rounds):
            writers.wait(writes)
            stack.kill("web-1")
            stack.start_one("web-1")
            writers.wait(writes)
            postgres.stop(signal.SIGQUIT)
            postgres.start()
            begun = time.monotonic()
            writers.wait(5)  # four answers may have been under way
            healed.append(time.monotonic() - begun)
    return [*_kept("PostgreSQL", writers.book, stack), at_most("healed without a restart of web", max(healed), 10)]


def on_sqlite(site: Site, *, rounds: int, writes: int) -> list[Figure]:
    """Kill the one process of the embedded mode, so many times under load."""
    with Writers(site.port, people(site, 4, name="kills")) as writers:
        for _ in range(rounds):
            writers.wait(writes)
            site.stop(signal.SIGKILL)
            site.start()
        writers.wait(writes)
    return _kept("SQLite", writers.book, site)


def _kept(where: str, book: Book, site: Site) -> list[Figure]:
    found = stored(site)
    strange = [status for status in book.statuses if not (200 <= status < 300 or status == 503)]
    told = f": {sorted({*strange})}" if strange else ""
    said = f"acknowledged but missing of {len(book.acknowledged)} ({where}, {book.unanswered} not answered)"
    return [zero(said, book.missing(found)), zero(f"answers other than 2xx or 503 ({where}){told}", len(strange))]
