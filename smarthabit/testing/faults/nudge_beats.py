"""The jobs as they are run: Celery workers and beats. Two beats do no harm, and losing Redis loses nothing."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from redis import Redis

from smarthabit.testing.faults import Figure, all_of, zero
from smarthabit.testing.nudge_faults import Counted, Ledger, provider
from smarthabit.testing.servers import Postgres, Valkey
from smarthabit.testing.stack import Stack

TITLE = "2, 3: two beats make one message; Redis killed, flushed and frozen loses none"


def run(folder: Path, *, long: bool) -> list[Figure]:
    """Two beats with three workers; then the same through each fault of Redis."""
    count = 100 if long else 30
    with Postgres(durable=True) as server, Valkey() as redis:
        figures = []
        for name, break_it in {"two beats": None, **(_FAULTS if long else {})}.items():
            place = folder / name.replace(" ", "-")
            place.mkdir()
            with _jobs(place, server.url, redis.url, count) as (ledger, counted):
                if break_it is not None:
                    break_it(redis)
                ledger.wait(partial(_all_decided_and_sent, ledger, count), 160)
                time.sleep(1)  # whoever would send again has the time to
            figures += _told(name, ledger, counted, count)
            ledger.forget()
        return figures


def _all_decided_and_sent(ledger: Ledger, count: int) -> bool:
    return _decisions(ledger) == count and not ledger.waiting()


def _decisions(ledger: Ledger) -> int:
    return int(str(ledger.query("SELECT count(*) FROM nudges_decision")[0][0]))


def _told(name: str, ledger: Ledger, counted: Counted, count: int) -> list[Figure]:
    rows = sum(ledger.states().values())
    return [
        all_of(f"{name}: people decided for once", _decisions(ledger), count),
        Figure(f"{name}: rows of the ledger", rows, f"more than the {count} there were", rows > count),
        zero(f"{name}: lost", rows - len(counted.keys)),
        all_of(f"{name}: exactly one POST per key", sum(n == 1 for n in counted.by_key().values()), rows),
    ]


@contextmanager
def _jobs(folder: Path, database: str, redis: str, count: int) -> Iterator[tuple[Ledger, Counted]]:
    """Workers and beats, with so many people who have a nudge due, and as many to decide for."""
    with provider() as (url, counted):
        stack = Stack(folder, database, redis, workers=3, beats=2, PROVIDER_URL=url)
        stack.commands = {
            name: [word if word != "smarthabit" else "smarthabit.testing.nudge_celery" for word in words]
            for name, words in stack.commands.items()
            if not name.startswith("web")
        }
        ledger = Ledger(stack.env, folder).migrate()
        ledger.seed("--count", str(count))
        ledger.seed("--count", str(count), "--decide")
        try:
            for name in stack.commands:
                stack.start_one(name)
            yield ledger, counted
        finally:
            stack.stop()


def _kill(redis: Valkey) -> None:
    time.sleep(8)  # when workers and beats are at it
    for _ in range(3):
        time.sleep(3)
        redis.kill()
        time.sleep(1)
        redis.start()


def _flush(redis: Valkey) -> None:
    for _ in range(40):
        time.sleep(0.5)
        with Redis.from_url(redis.url) as client:
            client.flushall()


def _freeze(redis: Valkey) -> None:
    time.sleep(8)
    redis.freeze()
    time.sleep(10)
    redis.thaw()


_FAULTS = {"Redis killed": _kill, "FLUSHALL": _flush, "Redis frozen for 10 s": _freeze}
