"""What the statements of a check-in take without the product: its own, replayed word for word by a plain WSGI view.

``daphne benchmarks.statements_floor:application`` serves it with what ``record`` wrote down in ``FLOOR_STATEMENTS``;
``FLOOR_DATABASE`` is the product's own database. All statements run in one transaction, and rows are fetched as tuples.
"""

from __future__ import annotations

import os
import pickle
import sqlite3
import threading
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

Statements = list[tuple[str, list[Any]]]
"""SQL in the driver's own style, with its parameters."""

_local = threading.local()


def record(calls: Sequence[tuple[int, Callable[[], Any]]], path: Path) -> None:
    """Write down what each of these check-ins (habit, call) asks of the database; run in the product's own process."""
    from django.db import connection  # noqa: PLC0415 - the server that replays has no Django

    noted: dict[int, Statements] = {}
    for habit, call in calls:
        with connection.execute_wrapper(partial(_note, noted.setdefault(habit, []))):
            call()
    path.write_bytes(pickle.dumps(noted))


def _note(asked: Statements, execute: Any, *call: Any) -> Any:
    sql, params, _many, context = call
    if not sql.startswith("BEGIN"):
        asked.append(_in_the_driver_s_style(context["cursor"], sql, params))
    return execute(*call)


def _in_the_driver_s_style(cursor: Any, sql: str, params: Any) -> tuple[str, list[Any]]:
    if hasattr(cursor, "mogrify"):
        return cursor.mogrify(sql, params), []
    return sql.replace("%s", "?"), [str(one) if isinstance(one, str) else one for one in params or ()]


def _connected() -> Any:
    database = os.environ["FLOOR_DATABASE"]
    if database.startswith("postgres"):
        import psycopg  # noqa: PLC0415 - only where it is measured

        return psycopg.connect(database, cursor_factory=psycopg.ClientCursor)
    connection = sqlite3.connect(database, timeout=20, isolation_level=None)
    connection.execute("PRAGMA synchronous=FULL")
    return connection


def view(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """``PUT /<habit>/...``: what its check-in asked."""
    environ["wsgi.input"].read()
    statements = _noted[int(environ["PATH_INFO"].split("/")[1])]
    if not hasattr(_local, "connection"):
        _local.connection = _connected()
    connection = _local.connection
    if isinstance(connection, sqlite3.Connection):
        connection.execute("BEGIN IMMEDIATE")
    for sql, params in statements:
        cursor = connection.execute(sql, params)
        if cursor.description:
            cursor.fetchall()
    connection.commit()
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", "2")])
    return [b"{}"]


if "FLOOR_STATEMENTS" in os.environ:
    from smarthabit.serving.bridge import WSGIBridge

    _noted: dict[int, Statements] = pickle.loads(Path(os.environ["FLOOR_STATEMENTS"]).read_bytes())  # noqa: S301 - ours
    application = WSGIBridge(view, threads=4, max_body=1024 * 1024)
