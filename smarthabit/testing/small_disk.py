"""Settings of a product whose disk has as many pages of SQLite as the file ``disk`` in DATA_DIR says; no file: vast.

What SQLite answers at its ``max_page_count`` is what it answers on a full disk.
"""

# ruff: noqa: F403 - settings are taken over whole

from __future__ import annotations

from typing import Any

from django.db.backends.signals import connection_created

from smarthabit.settings import *
from smarthabit.settings import DATA_DIR

VAST = 4_294_967_294


def _limit(execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    try:
        pages = int((DATA_DIR / "disk").read_text())
    except FileNotFoundError:
        pages = VAST
    context["connection"].connection.execute(f"PRAGMA max_page_count = {pages}")
    return execute(sql, params, many, context)


def _watch(connection: Any, **_: Any) -> None:
    if _limit not in connection.execute_wrappers:
        connection.execute_wrappers.append(_limit)


connection_created.connect(_watch)
