"""SQLite where the threads of the process take turns at writing.

SQLite lets one connection write at a time, and has the others look again after 1, 2, 5, 10, 15 ... 100 ms: while they
sleep nobody writes. Threads of one process can do better, they wait for each other and the next goes on at once. What
another process writes meanwhile is still SQLite's affair.
"""

from __future__ import annotations

import os
import threading
from collections import defaultdict
from functools import lru_cache
from typing import Any

from django.db.backends.sqlite3 import base

_LONGEST_KEPT = 3_000
_turns: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)


class Cursor(base.SQLiteCursorWrapper):
    """Django's, which rewrites the marks of every statement for SQLite, with what comes again rewritten once."""

    def convert_query(self, query: str, *, param_names: list[str] | None = None) -> str:
        """The statement in SQLite's own style."""
        if param_names is None and len(query) <= _LONGEST_KEPT:
            return _converted(query)
        converted: str = super().convert_query(query, param_names=param_names)
        return converted


@lru_cache(maxsize=500)
def _converted(query: str) -> str:
    return base.FORMAT_QMARK_REGEX.sub("?", query).replace("%%", "%")


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that waits for its turn before it begins a transaction."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._turn: threading.Lock | None = None

    def create_cursor(self, name: str | None = None) -> Any:  # noqa: ARG002 - Django's signature
        """A cursor that knows the statements it has seen."""
        return self.connection.cursor(factory=Cursor)

    def _start_transaction_under_autocommit(self) -> None:
        turn = _turns[str(self.settings_dict["NAME"])]
        # Whoever has waited for as long as SQLite would goes on to SQLite, which then says that it is locked.
        if turn.acquire(timeout=self.settings_dict["OPTIONS"].get("timeout", 5)):
            self._turn = turn
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # missing in the stubs
        except BaseException:
            self._end_turn()
            raise

    def _commit(self) -> None:
        try:
            super()._commit()  # type: ignore[misc]  # as above
        finally:
            self._end_turn()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]  # as above
        finally:
            self._end_turn()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]  # as above
        finally:
            self._end_turn()

    def _end_turn(self) -> None:
        turn, self._turn = self._turn, None
        if turn is not None:
            turn.release()


os.register_at_fork(after_in_child=_turns.clear)
