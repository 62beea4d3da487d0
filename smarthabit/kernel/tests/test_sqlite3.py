"""Threads take turns at writing to SQLite, whatever becomes of the one whose turn it was."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connections

from smarthabit.kernel.sqlite3.base import DatabaseWrapper

pytestmark = pytest.mark.django_db


@pytest.fixture
def connect(tmp_path: Path) -> Iterator[Callable[..., DatabaseWrapper]]:
    """Opens connections to one file, usable from any thread."""
    opened: list[DatabaseWrapper] = []

    def open_one(timeout: float = 20) -> DatabaseWrapper:
        told: dict[str, Any] = {
            **connections.configure_settings({"default": {}})["default"],
            "NAME": str(tmp_path / "turns.sqlite3"),
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": timeout},
        }
        made = DatabaseWrapper(told, "default")
        made.inc_thread_sharing()
        opened.append(made)
        return made

    yield open_one
    for each in opened:
        each.close()


def test_the_next_thread_goes_on_when_the_turn_ends(connect: Callable[..., DatabaseWrapper]) -> None:
    first, second = connect(), connect()
    order = []
    begun = threading.Event()

    def write() -> None:
        begun.set()
        second.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
        order.append("second begins")
        second.commit()

    first.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    thread = threading.Thread(target=write)
    thread.start()
    begun.wait()
    order.append("first ends")
    first.commit()
    thread.join()
    assert order == ["first ends", "second begins"]


@pytest.mark.parametrize("end", ["commit", "rollback", "close"])
def test_every_end_ends_the_turn(end: str, connect: Callable[..., DatabaseWrapper]) -> None:
    first, second = connect(), connect()
    first.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    getattr(first, end)()
    second.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    second.rollback()


def test_who_waits_too_long_is_told_that_the_database_is_locked(connect: Callable[..., DatabaseWrapper]) -> None:
    first, second = connect(), connect(timeout=0.01)
    first.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    with pytest.raises(OperationalError, match="locked"):
        second.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    first.commit()
    third = connect(timeout=0.01)
    third.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    third.rollback()


@pytest.mark.parametrize("padding", ["", " " * 4_000])
def test_marks_of_long_and_short_statements_are_rewritten(
    connect: Callable[..., DatabaseWrapper], padding: str
) -> None:
    with connect().cursor() as cursor:
        for _ in range(2):
            cursor.execute(f"SELECT %s, '100 %%', %s{padding}", ["a%s", 1])
            assert cursor.fetchone() == ("a%s", "100 %", 1)
        cursor.execute("SELECT %(one)s, %(two)s", {"one": 1, "two": "b"})
        assert cursor.fetchone() == (1, "b")
