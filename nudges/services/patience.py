"""Waiting for a delivery only so long: what hangs is left behind in its thread, and the worker goes on.

A thread cannot be ended from outside, so those left behind are counted, and nothing more is begun while too many hang.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, Generic, TypeVar

from django.db import close_old_connections, connections

T = TypeVar("T")

MOST_LEFT_BEHIND = 8


class TookTooLong(Exception):
    """The call had not come back when its time was up; it may still do what it was to do."""


class Patience:
    """Calls functions one at a time in a thread of its own, and waits for each ``seconds`` at most.

    With 0 it calls them right here and waits for as long as it takes.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._helper: _Helper | None = None

    def call(self, function: Callable[[], T], *, slow: float = 0, when_slow: Callable[[], None] | None = None) -> T:
        """What ``function`` gives back or raises; TookTooLong when it does not come back in time.

        After ``slow`` seconds of waiting ``when_slow`` is called, once, while it is still waited for.
        """
        if not self.seconds:
            return function()
        if self._helper is None:
            if _left_behind() >= MOST_LEFT_BEHIND:
                raise TookTooLong("too many deliveries hang already")
            self._helper = _Helper()
        job = _Job(function)
        self._helper.jobs.put(job)
        first = min(slow, self.seconds) if when_slow else 0
        if when_slow and not job.done.wait(first):
            when_slow()
        if not job.done.wait(self.seconds - first):
            self._leave()
            raise TookTooLong(f"no answer within {self.seconds:g} s")
        return job.result()

    def close(self) -> None:
        """Let the thread go when it has nothing left to do."""
        if self._helper is not None:
            self._helper.jobs.put(None)
            self._helper = None

    def _leave(self) -> None:
        with _lock:
            _hanging.append(self._helper)
        self.close()


class _Job(Generic[T]):
    def __init__(self, function: Callable[[], T]) -> None:
        self._function = function
        self._value: T | None = None
        self._error: BaseException | None = None
        self.done = threading.Event()

    def run(self) -> None:
        try:
            self._value = self._function()
        except BaseException as error:  # noqa: BLE001 - it is raised again where the call was made
            self._error = error
        self.done.set()

    def result(self) -> T:
        if self._error is not None:
            raise self._error
        value: Any = self._value
        return value  # type: ignore[no-any-return]  # it is what the function gave back


class _Helper:
    def __init__(self) -> None:
        self.jobs: SimpleQueue[_Job[Any] | None] = SimpleQueue()
        self.thread = threading.Thread(target=self._work, name="delivery", daemon=True)
        self.thread.start()

    def _work(self) -> None:
        while (job := self.jobs.get()) is not None:
            job.run()
            with contextlib.suppress(Exception):
                close_old_connections()
        connections.close_all()


_hanging: list[_Helper | None] = []
_lock = threading.Lock()


def _left_behind() -> int:
    with _lock:
        _hanging[:] = [helper for helper in _hanging if helper is not None and helper.thread.is_alive()]
        return len(_hanging)
