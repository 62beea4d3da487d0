"""Telling the open screens of a user that something changed.

What goes to a screen may be lost - the screen notices and heals itself - so publishing never fails and never holds up
the write it follows. One thread with one event loop does it for the whole process: starting a loop per message costs
milliseconds, and a frozen Redis would hold up every writer.
"""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import logging
import os
import random
import threading
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from channels.layers import get_channel_layer

from smarthabit.kernel import metrics

log = logging.getLogger(__name__)

QUEUE_LENGTH = 10_000
EVERYONE = "live.everyone"
"""The group that every process with connections listens to."""
USERS_AT_ONCE = 500
AT_ONCE = 100
SEND_SECONDS = 1.0
KEPT_SECONDS = 10.0

Message = dict[str, Any]


class Change(NamedTuple):
    """What a change of many users is to those it is the same for: each one's id and number; see ``publish``."""

    users: Sequence[tuple[int, int]]
    keys: Sequence[str]
    events: Sequence[Mapping[str, Any]]


def publish(
    user_id: int,
    seq: int,
    keys: Sequence[str],
    tab: str = "",
    events: Sequence[Mapping[str, Any]] = (),
    *,
    spread_seconds: float = 0,
) -> None:
    """Tell the user's screens that change number ``seq`` touched ``keys``. Call it after the commit.

    ``tab`` is the browser tab that wrote and need not be told; ``events`` go to scripts as they are (ids and numbers,
    no personal data). Recalculations that touch many users at once set ``spread_seconds``: each waits a random part.
    """
    message = {
        "type": "live.update",
        "user": user_id,
        "seq": seq,
        "keys": list(keys),
        "tab": tab,
        "events": [dict(event) for event in events],
    }
    _send(group_of(user_id), message, random.uniform(0, spread_seconds) if spread_seconds else 0)  # noqa: S311 - spreading load


def publish_to_many(changes: Sequence[Change], *, spread_seconds: float) -> None:
    """``publish`` for a change of many users at once: some messages to every process instead of one for each user.

    Who is connected picks theirs out, and waits a random part of the seconds before telling it.
    """
    for parts in _parts(changes):
        _send(EVERYONE, {"type": "live.updates", "spread": spread_seconds, "changes": parts}, 0)


def _parts(changes: Sequence[Change]) -> Iterator[list[list[Any]]]:
    """The changes in parts of so many users."""
    part: list[list[Any]] = []
    size = 0
    for users, keys, events in changes:
        for at in range(0, len(users), USERS_AT_ONCE):
            some = users[at : at + USERS_AT_ONCE]
            if size + len(some) > USERS_AT_ONCE:
                yield part
                part, size = [], 0
            part.append([list(some), list(keys), list(events)])
            size += len(some)
    if part:
        yield part


def close_sockets(user_id: int, session_key: str | None = None) -> None:
    """Close the live connections of a user, or only those that a session (or token family) opened."""
    sign_in = None if session_key is None else sign_in_label(session_key)
    _send(group_of(user_id), {"type": "live.close", "user": user_id, "sign_in": sign_in}, 0)


def group_of(user_id: int) -> str:
    """The group that every process with a connection of this user listens to."""
    return f"live.user.{user_id}"


def queue_length() -> int:
    """How many messages this process has still to send."""
    return _current.waiting() if _current else 0


def sign_in_label(session_key: str) -> str:
    """How messages name a session: by something that cannot be used to take it over."""
    return hashlib.sha256(session_key.encode()).hexdigest()[:16]


def _send(group: str, message: Message, delay: float) -> None:
    try:
        _publisher().put(group, message, delay)
    except Exception:
        log.exception("live update not sent")


class Publisher:
    """A thread that sends messages to groups in their order, and tries for a while when the layer does not answer."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._waiting: deque[tuple[float, str, Message]] = deque(maxlen=QUEUE_LENGTH)
        self._wake = asyncio.Event()
        self.thread = threading.Thread(target=self._run, name="live-publisher", daemon=True)
        self.thread.start()

    def put(self, group: str, message: Message, delay: float = 0) -> None:
        """Queue a message, from any thread; a queue that is full forgets its oldest."""
        self._loop.call_soon_threadsafe(self._accept, group, message, delay)

    def waiting(self) -> int:
        """How many messages have not been sent."""
        return len(self._waiting)

    def _accept(self, group: str, message: Message, delay: float) -> None:
        if delay:
            self._loop.call_later(delay, self._accept, group, message, 0)
            return
        if len(self._waiting) == QUEUE_LENGTH:
            metrics.count("live_publishes", "forgotten")
        self._waiting.append((self._loop.time() + KEPT_SECONDS, group, message))
        self._wake.set()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._send_for_ever())

    async def _send_for_ever(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._waiting:
                await self._send_some()

    async def _send_some(self) -> None:
        """Send the first few that wait, in one journey where the layer can; else the first alone."""
        layer = get_channel_layer()
        send_many = getattr(layer, "group_send_many", None)
        first = list(itertools.islice(self._waiting, AT_ONCE if send_many else 1))
        deadline, group, message = first[0]
        try:
            async with asyncio.timeout(SEND_SECONDS):
                if send_many:
                    await send_many([(each_group, each) for _, each_group, each in first])
                else:
                    await layer.group_send(group, message)
        except Exception as error:  # noqa: BLE001 - whatever a layer raises, the next message must go out
            log.warning("live update delayed", extra={"reason": repr(error)})
            if self._loop.time() < deadline:
                metrics.count("live_publishes", "delayed")
                await asyncio.sleep(0.2)
                return
            metrics.count("live_publishes", "forgotten")
            first = first[:1]
        else:
            metrics.count("live_publishes", "sent", by=len(first))
        for sent in first:  # a queue that was full has forgotten some of them meanwhile
            if self._waiting and self._waiting[0] is sent:
                self._waiting.popleft()


_current: Publisher | None = None
_lock = threading.Lock()


def _publisher() -> Publisher:
    global _current  # noqa: PLW0603 - one per process, made when first needed
    with _lock:
        if _current is None:
            _current = Publisher()
        return _current


def _forget_after_fork() -> None:
    global _current, _lock
    _current, _lock = None, threading.Lock()


os.register_at_fork(after_in_child=_forget_after_fork)
