"""Workers are killed at any moment, and at the four that matter; nothing that was due is lost."""

from __future__ import annotations

import secrets
import time
from pathlib import Path

from smarthabit.testing.faults import Figure, all_of, at_most, zero
from smarthabit.testing.nudge_faults import Ledger, provider
from smarthabit.testing.servers import Postgres
from smarthabit.testing.site import Site

TITLE = "1: no nudge is lost when workers are killed (PostgreSQL and SQLite)"
RECOVERY = 40


def run(folder: Path, *, long: bool) -> list[Figure]:
    """Kill on both databases; the short form has shorter leases and fewer people."""
    with Postgres(durable=True) as server:
        place = folder / "postgres"
        place.mkdir()
        figures = killed(on_postgres(place, server.url).migrate(), "PostgreSQL", long=long)
    place = folder / "sqlite"
    place.mkdir()
    return [*figures, *killed(on_sqlite(place).migrate(), "SQLite", long=long)]


def on_postgres(folder: Path, url: str) -> Ledger:
    """A ledger on a PostgreSQL server. Redis is named and not there: only waking needs it."""
    site = Site(folder, DATABASE_URL=url, REDIS_URL="redis://127.0.0.1:1")
    keys = {"SECRET_KEY": secrets.token_urlsafe(50), "JWT_SIGNING_KEY": secrets.token_urlsafe(50)}
    return Ledger({**site.env, **keys}, folder)


def on_sqlite(folder: Path) -> Ledger:
    """A ledger in a file."""
    return Ledger(Site(folder).env, folder)


def killed(ledger: Ledger, where: str, *, long: bool) -> list[Figure]:
    """Kill three workers every 50-200 ms and at failpoints, spare them after a while, and wait until all is out."""
    count, lease = (1000, 0) if long else (60, 2)
    ledger.seed("--count", str(count))
    words = ["--workers", "3", "--kill", "--failpoints", "0.01" if long else "0.05", "--lease", str(lease)]
    with provider() as (url, counted), ledger.workers(url, *words) as workers:
        ledger.wait(lambda: len(counted.keys) >= count * 0.9, 60 if long else 6)
        workers.spare()
        ledger.wait(lambda: not ledger.waiting(), RECOVERY + 20)
        kills = workers.kills()
        recovery = max(at for _, at in counted.posts) - max(kills, default=time.time())
    states = ledger.states()
    return [
        Figure(f"{where}: kills", len(kills), "some", bool(kills)),
        zero(f"{where}: lost, of {count}", count - len(counted.keys)),
        all_of(f"{where}: marked as sent", states["sent"], count),
        at_most(f"{where}: repeated POSTs", counted.repeated, len(kills), "kills"),
        zero(f"{where}: repeated after the provider's key", len(counted.keys) - count),
        at_most(f"{where}: from the last kill to the last message", max(recovery, 0.0), RECOVERY),
    ]
