"""The live connections of one server process: one subscription per user, however many tabs they have open.

The hub hears of changes from the channel layer, draws the fragments once per user, and hands the frames to the
sockets. What a layer may lose, it makes good by looking: every few seconds one batch of queries tells which connections
have lost their right to be open, and which have not been told of the latest change.
"""

from __future__ import annotations

import asyncio
import json
import logging
import random
import weakref
from collections.abc import Callable, Coroutine, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from channels.layers import get_channel_layer
from django.conf import settings
from django.db import close_old_connections

from smarthabit.accounts import connections
from smarthabit.accounts.connections import Passenger
from smarthabit.kernel import details
from smarthabit.kernel.live import EVERYONE, group_of, sign_in_label
from smarthabit.pages.crowd import Crowd
from smarthabit.pages.drawing import draw

log = logging.getLogger(__name__)

WATCH_SECONDS = 4.0
HEARTBEAT_SECONDS = 20.0
BURST_SECONDS = 0.03
LAYER_SECONDS = 1.0
LIFE_SECONDS = 12 * 3600.0

SIGNED_OUT, TOO_OLD = 4401, 4408

T = TypeVar("T")

_threads = ThreadPoolExecutor(2, thread_name_prefix="live")


async def in_thread(function: Callable[..., T], *arguments: Any) -> T:
    """Run what needs the database in one of the hub's threads, whose connections stay open between calls."""

    def run() -> T:
        close_old_connections()
        try:
            return function(*arguments)
        finally:
            close_old_connections()

    return await asyncio.get_running_loop().run_in_executor(_threads, run)


class Socket(Protocol):
    """What the hub needs of a connection. ``told`` is the last change it knows of, None before its hello."""

    passenger: Passenger
    language: str
    tab: str
    plain: bool
    told: int | None
    born: float
    beaten: float

    async def send(self, text: str) -> None: ...

    async def close(self, code: int) -> None: ...


@dataclass(frozen=True, slots=True)
class Update:
    """One published change."""

    seq: int
    keys: tuple[str, ...]
    tab: str
    events: tuple[dict[str, Any], ...]


class Room:
    """The connections of one user."""

    __slots__ = ("flushing", "pending", "seen", "seq", "sockets", "subscribed", "user_id")

    def __init__(self, user_id: int) -> None:
        self.user_id = user_id
        self.sockets: set[Socket] = set()
        self.pending: list[Update] = []
        self.flushing: asyncio.Task[None] | None = None
        self.subscribed = False
        self.seq = 0  # the highest number heard of
        self.seen = 0  # what the database said at the last look

    def listeners(self, *, plain: bool) -> list[Socket]:
        """The connections that have had their hello and want this kind of frame."""
        return [socket for socket in self.sockets if socket.plain is plain and socket.told is not None]


class Hub:
    """All rooms of one event loop."""

    def __init__(self) -> None:
        self.rooms: dict[int, Room] = {}
        self._loop = asyncio.get_running_loop()
        self._channel: str | None = None
        self._open = asyncio.Event()
        self._hears_all = False
        self._crowd = Crowd() if settings.REDIS_URL else None  # without Redis there are no other processes
        self._beside: set[asyncio.Task[Any]] = set()
        self._tasks = [self._loop.create_task(self._listen()), self._loop.create_task(self._watch())]

    async def join(self, socket: Socket) -> bool:
        """Let a connection in and subscribe to its user's changes; False when the user has too many already."""
        room = self.rooms.setdefault(socket.passenger.user_id, Room(socket.passenger.user_id))
        room.sockets.add(socket)
        number = len(room.sockets)
        if self._crowd and number <= settings.SOCKETS_PER_USER:
            number = await in_thread(self._crowd.enter, room.user_id, number)
        if number > settings.SOCKETS_PER_USER:
            self.leave(socket)
            return False
        await self._subscribe(room)
        return True

    async def greet(self, socket: Socket) -> bool:
        """Say hello with the user's latest change; False when the passenger may not stay after all."""
        standing = await in_thread(connections.standing, [socket.passenger])
        if socket.passenger in standing.expelled:
            return False
        room = self.rooms[socket.passenger.user_id]
        socket.told = max(standing.seqs.get(room.user_id, 0), room.seq)
        await socket.send(json.dumps({"type": "hello", "seq": socket.told}))
        return True

    def leave(self, socket: Socket) -> None:
        """Forget a connection; the subscription of an empty room goes at the next look."""
        room = self.rooms.get(socket.passenger.user_id)
        if room is None or socket not in room.sockets:
            return
        room.sockets.discard(socket)
        if self._crowd:  # at once, for a page that is reloaded opens its next connection at once
            self._begin(in_thread(self._crowd.enter, room.user_id, len(room.sockets)))

    def _begin(self, work: Coroutine[Any, Any, Any]) -> None:
        """Have something done beside the rest; a loop holds its tasks only weakly."""
        task = self._loop.create_task(work)
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)

    def count(self) -> int:
        """How many connections are open."""
        return sum(len(room.sockets) for room in self.rooms.values())

    # --- hearing of changes ---------------------------------------------------------------------------------------

    async def _listen(self) -> None:
        while True:
            try:
                if self._channel is None:
                    self._channel = await get_channel_layer().new_channel()
                    self._open.set()
                message = await get_channel_layer().receive(self._channel)
                await self._take(message)
                if message.get("lost"):  # the first look finds the latest numbers, the second tells who lacks them
                    await self._look()
                    await self._look()
            except Exception:
                log.exception("live layer failed")
                await asyncio.sleep(LAYER_SECONDS)

    async def _subscribe(self, room: Room) -> None:
        if room.subscribed:
            return
        try:
            await asyncio.wait_for(self._open.wait(), LAYER_SECONDS)
            if not self._hears_all:
                await asyncio.wait_for(get_channel_layer().group_add(EVERYONE, self._channel), LAYER_SECONDS)
                self._hears_all = True
            await asyncio.wait_for(get_channel_layer().group_add(group_of(room.user_id), self._channel), LAYER_SECONDS)
            room.subscribed = True
        except Exception as error:  # noqa: BLE001 - without the layer the socket still lives on what the watch sees
            log.warning("live subscription delayed", extra={"reason": repr(error)})

    async def _take(self, message: dict[str, Any]) -> None:
        if message["type"] == "live.updates":
            self._take_many(message)
            return
        room = self.rooms.get(message["user"])
        if room is None:
            return
        if message["type"] == "live.close":
            await self._close_sign_in(room, message["sign_in"])
            return
        events = tuple(message["events"])
        await self._update(room, Update(message["seq"], tuple(message["keys"]), message["tab"], events))

    def _take_many(self, message: dict[str, Any]) -> None:
        """Changes of many users, most of whom are not here; the others are told one after another."""
        for users, keys, events in message["changes"]:
            for user_id, seq in users:
                if user_id in self.rooms:
                    wait = random.uniform(0, message["spread"])  # noqa: S311 - spreading load
                    self._begin(self._update_later(wait, user_id, Update(seq, tuple(keys), "", tuple(events))))

    async def _update_later(self, wait: float, user_id: int, update: Update) -> None:
        await asyncio.sleep(wait)
        room = self.rooms.get(user_id)
        if room is None:
            return
        try:
            await self._update(room, update)
        except Exception:
            log.exception("live frames not sent")

    async def _update(self, room: Room, update: Update) -> None:
        room.seq = max(room.seq, update.seq)
        await _send_plain(room, update)
        if room.listeners(plain=False):
            room.pending.append(update)
            if room.flushing is None:
                room.flushing = self._loop.create_task(self._flush(room))

    async def _close_sign_in(self, room: Room, sign_in: str | None) -> None:
        for socket in list(room.sockets):
            passenger = socket.passenger
            labels = {sign_in_label(name) for name in (passenger.session_key, passenger.family) if name}
            if sign_in is None or sign_in in labels:
                await socket.close(SIGNED_OUT)

    async def _flush(self, room: Room) -> None:
        """Send what is pending at once, and what comes in meanwhile in one go a moment later."""
        try:
            while room.pending:
                if _holes(room):  # a change that was numbered earlier may still be on its way
                    await asyncio.sleep(BURST_SECONDS)
                updates, room.pending = room.pending, []
                await _send_fragments(room, updates)
                await asyncio.sleep(BURST_SECONDS)
        except Exception:
            log.exception("live frames not sent")
        finally:
            room.flushing = None

    # --- looking --------------------------------------------------------------------------------------------------

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            try:
                await self._look()
            except Exception:
                log.exception("live watch failed")

    async def _look(self) -> None:
        for room in [room for room in self.rooms.values() if not room.sockets]:
            await self._close_room(room)
        if self._crowd:
            counts = {room.user_id: len(room.sockets) for room in self.rooms.values()}
            await in_thread(self._crowd.tell, counts)
        sockets = [socket for room in self.rooms.values() for socket in room.sockets]
        if not sockets:
            return
        standing = await in_thread(connections.standing, {socket.passenger for socket in sockets})
        for socket in sockets:
            if socket.passenger in standing.expelled:
                await socket.close(SIGNED_OUT)
            elif self._loop.time() - socket.born > LIFE_SECONDS:
                await socket.close(TOO_OLD)
            else:
                await self._beat(socket)
        for room in list(self.rooms.values()):
            await self._subscribe(room)
            room.seen = standing.seqs.get(room.user_id, room.seen)

    async def _beat(self, socket: Socket) -> None:
        """A heartbeat when it is time, or when a change seen at the look before has not been told since."""
        room = self.rooms.get(socket.passenger.user_id)
        if room is None or socket.told is None:
            return
        now = self._loop.time()
        if room.seen > socket.told or now - socket.beaten >= HEARTBEAT_SECONDS - WATCH_SECONDS / 2:
            socket.told = max(socket.told, room.seen)
            socket.beaten = now
            await socket.send(json.dumps({"type": "heartbeat", "seq": socket.told}))

    async def _close_room(self, room: Room) -> None:
        del self.rooms[room.user_id]
        if room.subscribed:
            try:
                await asyncio.wait_for(
                    get_channel_layer().group_discard(group_of(room.user_id), self._channel), LAYER_SECONDS
                )
            except Exception as error:  # noqa: BLE001 - a subscription nobody reads does no harm
                log.warning("live subscription kept", extra={"reason": repr(error)})


def _holes(room: Room) -> bool:
    """Whether a number between what the sockets were told and what is pending has not arrived."""
    told = min((socket.told or 0 for socket in room.listeners(plain=False)), default=0)
    return _after(room.pending) > told


def _after(updates: Iterable[Update]) -> int:
    """The number before the unbroken run of numbers that ends with the highest of ``updates``."""
    numbers = {update.seq for update in updates}
    number = max(numbers, default=0)
    while number in numbers:
        number -= 1
    return number


async def _send_plain(room: Room, update: Update) -> None:
    listeners = room.listeners(plain=True)
    if not listeners:
        return
    events: Sequence[details.Event] = update.events
    if details.wanted(events):
        events = await in_thread(details.filled, room.user_id, events)
    text = json.dumps({"seq": update.seq, "after": update.seq - 1, "events": events}, separators=(",", ":"))
    for socket in listeners:
        socket.told = max(socket.told or 0, update.seq)
        await socket.send(text)


async def _send_fragments(room: Room, updates: list[Update]) -> None:
    """Each tab gets what others changed, and the number of what it changed itself."""
    sockets = room.listeners(plain=False)
    wanted = {socket: _foreign_keys(updates, socket.tab) for socket in sockets}
    keys = dict.fromkeys(key for theirs in wanted.values() for key in theirs)
    drawn: dict[str, tuple[dict[str, Any], list[str]]] = {}
    if keys:
        languages = {socket.language for socket in sockets if wanted[socket]}
        drawn = await in_thread(draw, room.user_id, languages, list(keys))
    head = {"seq": max(update.seq for update in updates), "after": _after(updates)}
    for socket in sockets:
        frame: dict[str, Any] = dict(head)
        fragments, fetched = drawn.get(socket.language, ({}, []))
        theirs = set(wanted[socket])
        if own := {key: fragment for key, fragment in fragments.items() if key in theirs}:
            frame["fragments"] = own
        if refresh := [key for key in fetched if key in theirs]:
            frame["refresh"] = refresh
        # A number that was held up comes after a heartbeat that was ahead of it: no tab is told a lower one.
        socket.told = frame["seq"] = max(socket.told or 0, frame["seq"])
        await socket.send(json.dumps(frame, ensure_ascii=False, separators=(",", ":")))


def _foreign_keys(updates: list[Update], tab: str) -> list[str]:
    return [key for update in updates if not (tab and update.tab == tab) for key in update.keys]


_hubs: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = weakref.WeakKeyDictionary()


def open_sockets() -> int:
    """How many connections this process has."""
    return sum(hub.count() for hub in list(_hubs.values()))


def current_hub() -> Hub:
    """The hub of the running loop, made when its first connection comes."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub()
    return _hubs[loop]
