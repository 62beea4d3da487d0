"""The channel layer of a single process: any thread may send, and each message is handed to the receiver's own loop.

The in-memory layer of channels is not made for threads (a message from a job's thread can wait most of a second for the
receiving loop to wake) and looks at every open channel on every send. This one costs the members of the group.
"""

from __future__ import annotations

import asyncio
import secrets
import threading
from collections import defaultdict, deque
from collections.abc import Iterable
from typing import Any

from channels.layers import BaseChannelLayer

Message = dict[str, Any]


class Mailbox:
    """The messages waiting for one channel. Everything but its creation happens on its loop, so it needs no lock."""

    __slots__ = ("_expiry", "_lost", "_messages", "_waiter", "loop")

    def __init__(self, loop: asyncio.AbstractEventLoop, capacity: int, expiry: float) -> None:
        self.loop = loop
        self._expiry = expiry
        self._messages: deque[tuple[float, Message]] = deque(maxlen=capacity)
        self._waiter: asyncio.Future[None] | None = None
        self._lost = False

    def put(self, message: Message) -> None:
        """Add a message; a full mailbox forgets its oldest, and says so with the next one it hands out."""
        if len(self._messages) == self._messages.maxlen:
            self._lost = True
        self._messages.append((self.loop.time() + self._expiry, message))
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    async def get(self) -> Message:
        """The oldest message that has not expired; ``lost`` is true in it when one before it was forgotten."""
        while True:
            while self._messages:
                deadline, message = self._messages.popleft()
                if deadline >= self.loop.time():
                    lost, self._lost = self._lost, False
                    return {**message, "lost": True} if lost else message
                self._lost = True
            self._waiter = self.loop.create_future()
            await self._waiter


class ThreadSafeLayer(BaseChannelLayer):
    """Channels and groups within one process; the contract is that of the pub/sub layer of channels_redis.

    Delivery is at most once. A channel exists from ``new_channel`` (or its first ``receive``) until a ``receive`` on it
    is cancelled, and lives on the event loop where it was made; what is sent to one that does not exist goes nowhere.
    A sender never waits and is never refused: a full channel forgets its oldest message.
    """

    extensions = ("groups", "flush")

    def __init__(self, expiry: float = 60, capacity: int = 10_000, **_: object) -> None:
        super().__init__(expiry=expiry, capacity=capacity)
        self._lock = threading.Lock()
        self._mailboxes: dict[str, Mailbox] = {}
        self._groups: dict[str, dict[str, Mailbox]] = {}
        self._memberships: defaultdict[str, set[str]] = defaultdict(set)

    async def new_channel(self, prefix: str = "specific") -> str:
        """Open a channel that the running loop receives on; its name."""
        name = f"{prefix}.local!{secrets.token_hex(12)}"
        self._open(name)
        return name

    async def send(self, channel: str, message: Message) -> None:
        """Hand ``message`` to one channel."""
        self.require_valid_channel_name(channel)
        with self._lock:
            mailbox = self._mailboxes.get(channel)
        if mailbox is not None:
            _deliver([mailbox], message)

    async def receive(self, channel: str) -> Message:
        """Wait for the next message of a channel of this loop; cancelling it closes the channel."""
        mailbox = self._open(channel)
        try:
            return await mailbox.get()
        except asyncio.CancelledError:
            self._close(channel)
            raise

    async def group_add(self, group: str, channel: str) -> None:
        """Have ``channel``, which must exist, receive what is sent to ``group``."""
        self.require_valid_group_name(group)
        with self._lock:
            if channel not in self._mailboxes:
                raise RuntimeError(f"no such channel in this process: {channel}")
            self._groups.setdefault(group, {})[channel] = self._mailboxes[channel]
            self._memberships[channel].add(group)

    async def group_discard(self, group: str, channel: str) -> None:
        """Undo ``group_add``; nothing happens to one that is not a member."""
        self.require_valid_group_name(group)
        with self._lock:
            self._leave(group, channel)
            self._memberships.get(channel, set()).discard(group)

    async def group_send(self, group: str, message: Message) -> None:
        """Hand ``message`` to every member of ``group``."""
        self.require_valid_group_name(group)
        with self._lock:
            members = list(self._groups.get(group, {}).values())
        _deliver(members, message)

    async def flush(self) -> None:
        """Forget all channels and groups."""
        with self._lock:
            self._mailboxes.clear()
            self._groups.clear()
            self._memberships.clear()

    def _open(self, channel: str) -> Mailbox:
        loop = asyncio.get_running_loop()
        with self._lock:
            mailbox = self._mailboxes.get(channel)
            if mailbox is None or mailbox.loop is not loop:
                mailbox = self._mailboxes[channel] = Mailbox(loop, self.capacity, self.expiry)
            return mailbox

    def _close(self, channel: str) -> None:
        with self._lock:
            self._mailboxes.pop(channel, None)
            for group in self._memberships.pop(channel, ()):
                self._leave(group, channel)

    def _leave(self, group: str, channel: str) -> None:
        members = self._groups.get(group, {})
        members.pop(channel, None)
        if not members:
            self._groups.pop(group, None)


def _deliver(mailboxes: Iterable[Mailbox], message: Message) -> None:
    by_loop: defaultdict[asyncio.AbstractEventLoop, list[Mailbox]] = defaultdict(list)
    for mailbox in mailboxes:
        by_loop[mailbox.loop].append(mailbox)
    for loop, theirs in by_loop.items():
        try:
            loop.call_soon_threadsafe(_put_all, theirs, message)
        except RuntimeError:  # that loop has ended, and its receivers with it
            continue


def _put_all(mailboxes: list[Mailbox], message: Message) -> None:
    for mailbox in mailboxes:
        mailbox.put(dict(message))
