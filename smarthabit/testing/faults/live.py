"""Promises 3 and 8: what Redis does, no write notices and no view goes wrong.

Tabs are played as static/js/live.js is: they show a fragment if it is newer, and fetch their rows when they have missed
something. What they show in the end is held against the page.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import random
import re
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

from smarthabit.testing.faults import Figure, all_of, at_most, zero
from smarthabit.testing.load import Person, Writers, people, stored, until
from smarthabit.testing.servers import Postgres, Valkey
from smarthabit.testing.stack import Stack

TITLE = "3 and 8: Redis killed, flushed and frozen under writes, with sockets open"
HEALED_SECONDS = 10

_ROW = re.compile(r'<li id="habit-(\d+)".*?data-version="(\d+)"(.*?)</li>', re.DOTALL)
_PRESSED = re.compile(r'aria-pressed="(\w+)"')
_STREAK = re.compile(r'class="flame">.*?(\d+)\s', re.DOTALL)

Shown = tuple[str, str]


def run(folder: Path, *, long: bool) -> list[Figure]:
    """100 tabs of two people in two processes and 1,000 writes; the short form a tenth of it."""
    tabs, writes, frozen = (100, 1000, 10.0) if long else (12, 100, 2.0)
    with (
        Postgres() as postgres,
        Valkey() as valkey,
        Stack(folder, postgres.url, valkey.url, web=1, sockets=2, SOCKETS_PER_USER="100").migrate() as stack,
    ):
        return prove(stack, valkey, people(stack, 2, name="live"), tabs=tabs, writes=writes, frozen=frozen)


def prove(
    stack: Stack, valkey: Valkey, persons: Sequence[Person], *, tabs: int, writes: int, frozen: float
) -> list[Figure]:
    """A fault at each quarter of the writes, then quiet, then the look at what every tab of two people shows."""
    views = [View(stack, persons[number % 2], number) for number in range(tabs)]
    with Audience(views), Writers(stack.ports["web-1"], persons, threads=2) as writers:
        until(lambda: all(view.seq is not None for view in views), 60, "every hello")
        calm = _span(lambda: writers.wait(writes // 4, 300))
        faults: list[Callable[[], None]] = [lambda: _restarted(valkey), valkey.flush, lambda: _frozen(valkey, frozen)]
        ill = [_span(lambda fault=fault: _through(fault, writers, writes // 4)) for fault in faults]  # type: ignore[misc]  # a default binds it
        writers.stop()
        healed = _healed(stack, persons, views)
    book = writers.book
    added = max(book.p99(*span) for span in ill) - book.p99(*calm)
    return [
        all_of("writes answered with 2xx", len(book.statuses) - book.refused(), len(book.statuses) + book.unanswered),
        zero(f"acknowledged but missing of {len(book.acknowledged)}", book.missing(stored(stack))),
        at_most("p99 of writes added by the faults", added, 1),
        zero(f"steps back in {sum(view.frames for view in views)} frames", sum(view.regressions for view in views)),
        zero("frames of other users", sum(view.strange for view in views)),
        at_most(f"seconds until all {tabs} tabs equal the page", healed, HEALED_SECONDS),
    ]


def _through(fault: Callable[[], None], writers: Writers, writes: int) -> None:
    fault()
    writers.wait(writes, 300)


def _restarted(valkey: Valkey) -> None:
    valkey.kill()
    time.sleep(1)
    valkey.start()


def _frozen(valkey: Valkey, seconds: float) -> None:
    valkey.freeze()
    time.sleep(seconds)
    valkey.thaw()


def _span(work: Callable[[], None]) -> tuple[float, float]:
    begun = time.monotonic()
    work()
    return begun, time.monotonic()


def _healed(stack: Stack, persons: Sequence[Person], views: Sequence[View]) -> float:
    """Seconds from now until every tab shows what the page says."""
    wanted = {person.pk: {key: shown for key, (_, shown) in rows_of(stack, person).items()} for person in persons}
    try:
        return until(lambda: all(view.shown() == wanted[view.person.pk] for view in views), 60, "equal tabs")
    except TimeoutError:
        return 60.0


class View:
    """One tab of a person."""

    def __init__(self, stack: Stack, person: Person, number: int) -> None:
        self.person = person
        self.seq: int | None = None
        self.frames = self.regressions = self.strange = 0
        self._stack = stack
        self._tab = f"tab-{number}"
        self._rows: dict[int, tuple[int, Shown]] = {}
        self._sent: dict[str, int] = {}
        self._stale = asyncio.Event()

    def shown(self) -> dict[int, Shown]:
        """What the tab shows of each habit."""
        return {key: shown for key, (_, shown) in self._rows.items()}

    async def live(self) -> None:
        """Listen and fetch for ever, and connect again when the connection ends."""
        fetching = asyncio.create_task(self._fetch())
        try:
            while True:
                try:
                    await self._listen()
                except (OSError, ConnectionClosed, TimeoutError):
                    await asyncio.sleep(0.5)
        finally:
            fetching.cancel()

    async def _listen(self) -> None:
        url = f"ws://localhost:{self._stack.port}/ws/live/?tab={self._tab}"
        cookie = {"Cookie": f"session={self.person.session}"}
        origin = Origin(self._stack.url)
        async with connect(url, origin=origin, additional_headers=cookie, open_timeout=30) as socket:
            async for text in socket:
                self._take(json.loads(text))

    def _take(self, frame: dict[str, Any]) -> None:
        self.frames += 1
        kind, seq = frame.get("type"), frame["seq"]
        known = self.seq
        if kind == "hello":
            missed = seq != known
        else:
            self.regressions += known is not None and seq < known
            missed = known is None or frame.get("after", seq) > known
        self.seq = max(known or 0, seq)
        for key, fragment in frame.get("fragments", {}).items():
            self._apply(key, fragment)
        if missed or "list:today" in frame.get("refresh", ()):
            self._stale.set()

    def _apply(self, key: str, fragment: dict[str, Any]) -> None:
        app, _, habit = key.partition(":")
        if app != "habit":
            return
        self.strange += int(habit) not in self.person.habits
        self.regressions += fragment["version"] < self._sent.get(key, 0)
        self._sent[key] = fragment["version"]
        self._show(parsed(fragment["html"]))

    def _show(self, rows: dict[int, tuple[int, Shown]]) -> None:
        for habit, row in rows.items():
            if habit not in self._rows or row[0] > self._rows[habit][0]:
                self._rows[habit] = row

    async def _fetch(self) -> None:
        while True:
            await self._stale.wait()
            await asyncio.sleep(random.uniform(0, 0.3))  # noqa: S311 - tabs do not all ask at once
            self._stale.clear()
            try:
                self._show(await asyncio.to_thread(rows_of, self._stack, self.person))
            except (OSError, http.client.HTTPException):
                self._stale.set()


class Audience:
    """All views, in a loop and a thread of their own for as long as the block lasts."""

    def __init__(self, views: Sequence[View]) -> None:
        self._views = views
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._main.cancel)
        self._thread.join(30)

    def _run(self) -> None:
        async def all_views() -> None:
            await asyncio.gather(*(view.live() for view in self._views))

        self._main = self._loop.create_task(all_views())
        with suppress(asyncio.CancelledError):
            self._loop.run_until_complete(self._main)
        self._loop.run_until_complete(_ended(asyncio.all_tasks(self._loop)))
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()


async def _ended(tasks: Iterable[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def rows_of(stack: Stack, person: Person) -> dict[int, tuple[int, Shown]]:
    """The rows of the page Today: their versions, and what they say."""
    connection = http.client.HTTPConnection("127.0.0.1", stack.ports["web-1"], timeout=30)
    headers = {"Cookie": f"session={person.session}", "Host": f"localhost:{stack.port}"}
    try:
        connection.request("GET", f"/day/{person.today}/rows/", headers=headers)
        answer = connection.getresponse()
        text = answer.read().decode()
    finally:
        connection.close()
    if answer.status != 200:
        raise http.client.HTTPException(f"rows: {answer.status}")
    return parsed(text)


def parsed(html: str) -> dict[int, tuple[int, Shown]]:
    """Version, state and streak of each row."""
    found: dict[int, tuple[int, Shown]] = {}
    for habit, version, rest in _ROW.findall(html):
        pressed, streak = _PRESSED.search(rest), _STREAK.search(rest)
        found[int(habit)] = int(version), (pressed[1] if pressed else "", streak[1] if streak else "0")
    return found
