"""The workers were off for two days: what is too late is put away and counted, and only the rest is sent."""

from __future__ import annotations

from pathlib import Path

from smarthabit.testing.faults import Figure, all_of, at_most, zero
from smarthabit.testing.faults.nudge_kills import on_postgres
from smarthabit.testing.nudge_faults import Ledger, provider
from smarthabit.testing.servers import Postgres

TITLE = "4: nothing stale is sent after 48 hours without workers"


def run(folder: Path, *, long: bool) -> list[Figure]:
    """10,000 due over 48 hours, or a few hundred."""
    with Postgres(durable=True) as server:
        return drained(on_postgres(folder, server.url).migrate(), 10_000 if long else 300)


def drained(ledger: Ledger, count: int) -> list[Figure]:
    """Switch the workers on and wait until the ledger has nothing left to do."""
    ledger.seed("--count", str(count), "--late-hours", "48")
    with provider() as (url, counted), ledger.workers(url, "--workers", "3"):
        seconds = ledger.wait(lambda: not ledger.waiting(), 120)
    states = ledger.states()
    beyond = ledger.query("SELECT count(*) FROM nudges_nudge WHERE state = 'sent' AND sent_at >= expires_at")
    return [
        zero("sent past their window", int(str(beyond[0][0])) + counted.stale),
        all_of("expired or sent", states["expired"] + states["sent"], count),
        Figure("expired", states["expired"], "most", states["expired"] > count / 2),
        Figure("sent within their window", states["sent"], "some, each once", 0 < states["sent"] == len(counted.posts)),
        at_most("drained within", seconds, 60),
    ]
