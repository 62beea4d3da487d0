"""The least a check-in can cost: two SQL upserts and a commit in a plain WSGI view, on the same server and database.

``daphne benchmarks.floor:application`` serves it; ``FLOOR_DATABASE`` is a PostgreSQL address, or a SQLite file.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterable
from typing import Any

from smarthabit.serving.bridge import WSGIBridge

DATABASE = os.environ["FLOOR_DATABASE"]
TABLES = (
    "CREATE TABLE IF NOT EXISTS floor_entry (habit bigint, day text, value bigint, PRIMARY KEY (habit, day))",
    "CREATE TABLE IF NOT EXISTS floor_state (habit bigint PRIMARY KEY, seq bigint)",
)
ENTRY = "INSERT INTO floor_entry VALUES ({0}, {0}, {0}) ON CONFLICT (habit, day) DO UPDATE SET value = excluded.value"
STATE = "INSERT INTO floor_state VALUES ({0}, 1) ON CONFLICT (habit) DO UPDATE SET seq = floor_state.seq + 1"

_local = threading.local()
_making = threading.Lock()


def _postgres() -> Any:
    import psycopg  # noqa: PLC0415 - only where it is measured

    connection = psycopg.connect(DATABASE)
    with _making:  # two that make the same table at once trip over each other
        for table in TABLES:
            connection.execute(table)
        connection.commit()
    return connection


def _sqlite() -> Any:
    connection = sqlite3.connect(DATABASE, timeout=20, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    for table in TABLES:
        connection.execute(table)
    return connection


def view(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """``PUT /<habit>/<day>/<value>``: store it."""
    _, habit, day, value = environ["PATH_INFO"].split("/")
    environ["wsgi.input"].read()
    postgres = DATABASE.startswith("postgres")
    if not hasattr(_local, "connection"):
        _local.connection = _postgres() if postgres else _sqlite()
    connection, mark = _local.connection, "%s" if postgres else "?"
    if not postgres:
        connection.execute("BEGIN IMMEDIATE")
    connection.execute(ENTRY.format(mark), (int(habit), day, int(value)))
    connection.execute(STATE.format(mark), (int(habit),))
    connection.commit()
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", "2")])
    return [b"{}"]


application = WSGIBridge(view, threads=4, max_body=1024 * 1024)
