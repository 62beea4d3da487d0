"""The one live socket, ``/ws/live/``: who may open it, and what it does with what comes in.

It is a plain ASGI application: a consumer of channels would hop to a thread for every message, and keep a queue and two
tasks for every connection where the hub needs one for all.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from http.cookies import CookieError, SimpleCookie
from importlib import import_module
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.http.request import validate_host
from django.utils import translation

from smarthabit.accounts import connections
from smarthabit.accounts.connections import Passenger
from smarthabit.kernel import metrics
from smarthabit.pages.hub import SIGNED_OUT, current_hub, in_thread

log = logging.getLogger(__name__)

FOREIGN_ORIGIN, TOO_BIG, TOO_FAST, TOO_MANY_SOCKETS, BROKEN = 4403, 4413, 4420, 4429, 4500

MESSAGE_BYTES = 16 * 1024
MESSAGES_PER_SECOND = 10

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


async def live(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """Serve one connection from its handshake to its end."""
    await LiveSocket(scope, receive, send).run()


class LiveSocket:
    """One open connection of one user; see ``hub.Socket`` for what its attributes mean."""

    __slots__ = (
        "__weakref__",
        "_closed",
        "_receive",
        "_recent",
        "_scope",
        "_send",
        "beaten",
        "born",
        "language",
        "passenger",
        "plain",
        "tab",
        "told",
    )

    passenger: Passenger

    def __init__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        query = parse_qs(scope["query_string"].decode("latin-1"))
        self._scope: dict[str, Any] | None = scope
        self._receive = receive
        self._send = send
        self._closed = False
        self._recent: deque[float] = deque(maxlen=MESSAGES_PER_SECOND)
        self.plain = query.get("format") == ["json"]
        self.tab = query.get("tab", [""])[0][:64]
        self.language = ""
        self.told: int | None = None
        self.born = self.beaten = asyncio.get_running_loop().time()

    async def run(self) -> None:
        """Accept, let in or close with the reason, then read until the other side is gone."""
        await self._receive()
        # Accept first: browsers take a refused handshake for a network fault and try again for ever.
        await self._send({"type": "websocket.accept"})
        try:
            if code := await self._admit():
                await self.close(code)
            await self._read()
        except Exception:
            log.exception("live socket failed")
            await self.close(BROKEN)
            await self._read()
        finally:
            if hasattr(self, "passenger"):
                current_hub().leave(self)

    async def send(self, text: str) -> None:
        """Send one frame, unless the connection is closing."""
        if not self._closed:
            metrics.count("live_frames")
            await self._send({"type": "websocket.send", "text": text})

    async def close(self, code: int) -> None:
        """Begin to close; no frame follows."""
        if not self._closed:
            self._closed = True
            metrics.count("live_closes", str(code))
            await self._send({"type": "websocket.close", "code": code})

    async def _admit(self) -> int:
        """Why the connection may not stay, or 0; the scope is no longer needed afterwards."""
        scope, self._scope = self._scope or {}, None
        ticket = parse_qs(scope["query_string"].decode("latin-1")).get("ticket", [""])[0]
        if not _origin_is_ours(_headers(scope), required=not ticket and _brings_session(scope)):
            return FOREIGN_ORIGIN
        passenger, language = await in_thread(_identify, scope, ticket)
        if passenger is None:
            return SIGNED_OUT
        self.passenger, self.language = passenger, language
        hub = current_hub()
        if not await hub.join(self):
            return TOO_MANY_SOCKETS
        return 0 if await hub.greet(self) else SIGNED_OUT

    async def _read(self) -> None:
        """Drop what comes in - the protocol has no questions - and close when it is too much."""
        while (message := await self._receive())["type"] != "websocket.disconnect":
            content = (message.get("text") or "").encode() or message.get("bytes") or b""
            if len(content) > MESSAGE_BYTES:
                await self.close(TOO_BIG)
            elif self._is_too_fast():
                await self.close(TOO_FAST)

    def _is_too_fast(self) -> bool:
        now = asyncio.get_running_loop().time()
        full = len(self._recent) == MESSAGES_PER_SECOND and now - self._recent[0] < 1
        self._recent.append(now)
        return full


def _headers(scope: dict[str, Any]) -> dict[str, str]:
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}


def _origin_is_ours(headers: dict[str, str], *, required: bool) -> bool:
    """Whether the page that opened the socket is one of this site; scripts with a ticket have no page."""
    origin = headers.get("origin")
    if origin is None:
        return not required
    if origin in settings.CSRF_TRUSTED_ORIGINS:
        return True
    host = headers.get("host", "")
    name = urlsplit(f"//{host}").hostname or ""
    known = validate_host(f"[{name}]" if ":" in name else name, settings.ALLOWED_HOSTS)
    return known and origin == f"{'https' if settings.SECURE else 'http'}://{host}"


def _brings_session(scope: dict[str, Any]) -> bool:
    """Whether there is a session that a foreign page could use; whoever brings none is merely nobody we know."""
    return settings.SESSION_COOKIE_NAME in _cookies(_headers(scope).get("cookie", ""))


def _identify(scope: dict[str, Any], ticket: str) -> tuple[Passenger | None, str]:
    """Whose connection it is by ticket or else by session, and the language to draw fragments in."""
    headers = _headers(scope)
    cookies = _cookies(headers.get("cookie", ""))
    request = HttpRequest()
    request.COOKIES = cookies
    request.META["HTTP_ACCEPT_LANGUAGE"] = headers.get("accept-language", "")
    if ticket:
        passenger = connections.redeem_ticket(ticket)
    else:
        store = import_module(settings.SESSION_ENGINE).SessionStore
        request.session = store(cookies.get(settings.SESSION_COOKIE_NAME))
        passenger = connections.passenger_of(request)
    chosen = passenger.language if passenger else ""
    return passenger, chosen or translation.get_language_from_request(request)


def _cookies(header: str) -> dict[str, str]:
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(header).items()}
    except CookieError:
        return {}
