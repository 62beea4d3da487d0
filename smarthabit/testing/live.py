"""The server in a thread of the test's own process, on the test database."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.test import Client
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

if TYPE_CHECKING:
    from smarthabit.accounts.user import User


class LiveSite:
    """One address on loopback. Twisted's reactor runs once in a process, so there is one of these in a test run."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.origin = f"http://127.0.0.1:{port}"
        self._listening = threading.Event()
        self._thread = threading.Thread(target=self._run, name="live-site", daemon=True)
        self._connections: list[Any] = []

    def start(self) -> None:
        """Begin to serve."""
        self._thread.start()
        if not self._listening.wait(30):
            raise TimeoutError("the server did not start")

    def stop(self) -> None:
        """End, and close the database connections of the server's threads."""
        from twisted.internet import reactor

        running: Any = reactor  # typed as a module, which the reactor has replaced
        running.callFromThread(running.stop)
        self._thread.join(10)
        for each in self._connections:
            each.close()

    def _run(self) -> None:
        from smarthabit import asgi
        from smarthabit.serving.embedded import remembered_connections
        from smarthabit.serving.server import EmbeddedServer

        self._connections = remembered_connections()
        server = EmbeddedServer(asgi.application, "127.0.0.1", self.port)
        server.signal_handlers = False
        server.when_listening(self._listening.set)
        server.run()

    def socket(
        self,
        user: User | None = None,
        *,
        query: str = "",
        origin: str | None = "",
        session: str = "",
        host: str = "127.0.0.1",
    ) -> ClientConnection:
        """Open the live socket as ``user``; the origin is this site's unless another or None is given.

        ``host`` is the name the client believes it speaks to.
        """
        if user is not None:
            session = sign_in(user)
        claimed = self.origin if origin == "" else origin
        return connect(
            f"ws://{host}:{self.port}/ws/live/{query and '?' + query}",
            origin=None if claimed is None else Origin(claimed),
            additional_headers={"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}"} if session else {},
            sock=socket.create_connection(("127.0.0.1", self.port)),
            open_timeout=10,
        )


def sign_in(user: User) -> str:
    """A session key of the user."""
    client = Client()
    client.force_login(user)
    return str(client.session.session_key)
