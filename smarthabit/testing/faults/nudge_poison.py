"""Three of a thousand cannot be sent: one fails to be worded, one meets a 500 for ever, one a provider that hangs."""

from __future__ import annotations

import time
from pathlib import Path

from smarthabit.testing.faults import Figure, all_of, at_most, zero
from smarthabit.testing.faults.nudge_kills import on_postgres
from smarthabit.testing.nudge_faults import Ledger, provider
from smarthabit.testing.receivers import Received, Reply
from smarthabit.testing.servers import Postgres

TITLE = "5: poison is isolated"
_ATTEMPTS = 5


def run(folder: Path, *, long: bool) -> list[Figure]:
    """A thousand, or a few dozen."""
    with Postgres(durable=True) as server:
        ledger = on_postgres(folder, server.url).migrate()
        return isolated(ledger, 1000 if long else 60, send_seconds=15 if long else 1)


def isolated(ledger: Ledger, count: int, *, send_seconds: int) -> list[Figure]:
    """Send all; the pauses between attempts are shortened to a second, so that the last one comes soon."""
    ledger.seed("--count", str(count), "--poison")
    env = {**ledger.env, "NUDGE_SEND_SECONDS": str(send_seconds)}
    with provider(_bad) as (url, counted), Ledger(env, ledger.folder).workers(url, "--workers", "3", "--backoff", "1"):
        ledger.wait(lambda: bool(counted.posts), 60)
        begun = min(at for _, at in counted.posts)
        ledger.wait(lambda: not ledger.waiting(), 60 + 6 * send_seconds)
    by_key, states = counted.by_key(), ledger.states()
    bad = {str(key) for (key,) in ledger.query("SELECT message_key FROM nudges_nudge WHERE state <> 'sent'")}
    waits = sorted(at - begun for key, at in counted.posts if key not in bad)
    dead = ledger.query("SELECT attempts, last_error FROM nudges_nudge WHERE state = 'dead'")
    return [
        all_of("the others sent, each once", len(waits), count - 3),
        at_most("their p95 from the first message", waits[int(0.95 * len(waits))], 5),
        at_most("attempts at the bad ones", max(int(str(attempts)) for attempts, _ in dead), _ATTEMPTS, "attempts"),
        at_most("POSTs of one message", max(by_key.values()), _ATTEMPTS, "POSTs"),
        all_of("dead letters, with their errors", sum(bool(error) for _, error in dead), 3),
        zero("still waiting", states["due"] + states["leased"]),
    ]


def _bad(got: Received) -> Reply:
    if got.body == b"poison hang":
        time.sleep(60)
    return Reply(status=500 if got.body == b"poison 500" else 200)
