"""From ASGI to WSGI: requests run in a fixed pool of threads; an ordinary answer costs one hop there and one back."""

from __future__ import annotations

import asyncio
import io
import logging
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any

log = logging.getLogger(__name__)

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Environ = dict[str, Any]
WSGIApp = Callable[..., Iterable[bytes]]

BODY_IN_MEMORY = 256 * 1024
WHOLE_ANSWER = 256 * 1024


class WSGIBridge:
    """An ASGI application for HTTP that runs a WSGI one in ``threads`` threads of its own.

    The threads live as long as the process, so that each keeps its database connection. A body larger than ``max_body``
    bytes is answered with 413 before the application sees it.
    """

    def __init__(self, app: WSGIApp, threads: int, max_body: int) -> None:
        self.app = app
        self.max_body = max_body
        self.pool = ThreadPoolExecutor(threads, thread_name_prefix="http")

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Serve one request."""
        try:
            body = await self._read(receive)
        except _TooLargeError:
            await _send_plainly(send, 413, b"The request is too large.")
            return
        if body is None:
            return
        loop = asyncio.get_running_loop()
        exchange = Exchange(self.app, environ_of(scope, body), send, loop)
        await loop.run_in_executor(self.pool, exchange.run)
        await exchange.finish()

    async def _read(self, receive: Receive) -> IO[bytes] | None:
        """The whole body, on disk when it is large; None when the client has gone."""
        body = tempfile.SpooledTemporaryFile(BODY_IN_MEMORY)  # noqa: SIM115 - closed by the caller
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                body.close()
                return None
            body.write(message.get("body", b""))
            if body.tell() > self.max_body:
                body.close()
                raise _TooLargeError
            if not message.get("more_body", False):
                body.seek(0)
                return body


class Exchange:
    """One call of the WSGI application. ``run`` belongs to a thread, ``finish`` to the loop."""

    def __init__(self, app: WSGIApp, environ: Environ, send: Send, loop: asyncio.AbstractEventLoop) -> None:
        self._app = app
        self._environ = environ
        self._send = send
        self._loop = loop
        self._start: dict[str, Any] | None = None
        self._begun = False
        self._chunks: list[bytes] = []

    def run(self) -> None:
        """Call the application. An answer of ordinary size waits for ``finish``; a long one is sent as it comes."""
        try:
            self._answer()
        except Exception:
            log.exception("request failed outside of Django")
            if self._begun:
                raise
            self._start = _head(500, [])
            self._chunks = []
        finally:
            self._environ["wsgi.input"].close()

    async def finish(self) -> None:
        """Send what is left of the answer."""
        for message in self._messages(more=False):
            await self._send(message)

    def _answer(self) -> None:
        answer = self._app(self._environ, self._start_response)
        try:
            for block in _blocks(answer):
                if self._chunks:
                    self._send_from_thread()
                self._chunks.append(block)
        finally:
            close = getattr(answer, "close", None)
            if close is not None:
                close()

    def _start_response(
        self, status: str, headers: list[tuple[str, str]], exc_info: Any = None
    ) -> Callable[[bytes], None]:
        if exc_info and self._begun:
            raise exc_info[1].with_traceback(exc_info[2])
        self._start = _head(int(status.split(" ", 1)[0]), headers)
        return self._chunks.append

    def _messages(self, *, more: bool) -> list[dict[str, Any]]:
        body = {"type": "http.response.body", "body": b"".join(self._chunks), "more_body": more}
        self._chunks = []
        if self._begun:
            return [body]
        self._begun = True
        return [self._start or _head(500, []), body]

    def _send_from_thread(self) -> None:
        async def send_all() -> None:
            for message in self._messages(more=True):
                await self._send(message)

        asyncio.run_coroutine_threadsafe(send_all(), self._loop).result()


class _TooLargeError(Exception):
    pass


def _blocks(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in blocks of at least WHOLE_ANSWER bytes, but for the last."""
    gathered: list[bytes] = []
    size = 0
    for chunk in chunks:
        gathered.append(chunk)
        size += len(chunk)
        if size >= WHOLE_ANSWER:
            yield b"".join(gathered)
            gathered, size = [], 0
    if gathered:
        yield b"".join(gathered)


def _head(status: int, headers: list[tuple[str, str]]) -> dict[str, Any]:
    encoded = [(name.encode("latin-1").lower(), value.encode("latin-1")) for name, value in headers]
    return {"type": "http.response.start", "status": status, "headers": encoded}


async def _send_plainly(send: Send, status: int, text: bytes) -> None:
    await send(_head(status, [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(text)))]))
    await send({"type": "http.response.body", "body": text})


def environ_of(scope: dict[str, Any], body: IO[bytes]) -> Environ:
    """The WSGI environment of an ASGI request (PEP 3333: text is bytes in disguise of Latin-1)."""
    server, port = scope.get("server") or ("localhost", 80)
    root = scope.get("root_path", "").encode().decode("latin-1")
    environ: Environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": root,
        "PATH_INFO": scope["path"].encode().decode("latin-1").removeprefix(root),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": server,
        "SERVER_PORT": str(port or 0),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    if scope.get("client"):
        environ["REMOTE_ADDR"] = scope["client"][0]
        environ["REMOTE_PORT"] = str(scope["client"][1])
    for name, value in scope["headers"]:
        _add_header(environ, name.decode("latin-1"), value.decode("latin-1"))
    # The body is here in full, whatever the client announced.
    environ["CONTENT_LENGTH"] = str(body.seek(0, io.SEEK_END))
    body.seek(0)
    return environ


def _add_header(environ: Environ, name: str, value: str) -> None:
    if "_" in name:  # it would pass for the header with hyphens
        return
    key = name.upper().replace("-", "_")
    if key not in {"CONTENT_TYPE", "CONTENT_LENGTH"}:
        key = f"HTTP_{key}"
    if key in environ:
        value = f"{environ[key]}{'; ' if key == 'HTTP_COOKIE' else ','}{value}"
    environ[key] = value
