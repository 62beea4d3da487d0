"""Daphne, with an end that lets the requests under way finish."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

from daphne.http_protocol import WebRequest
from daphne.server import Server
from twisted.internet import defer, reactor

from smarthabit.pages.consumer import MESSAGE_BYTES

GRACE_SECONDS = 1.0


class EmbeddedServer(Server):
    """One listening address; ``failure`` says why it could not be had."""

    def __init__(self, application: Any, host: str, port: int) -> None:
        interface = host.replace(":", "\\:")
        super().__init__(
            application,
            endpoints=[f"tcp:port={port}:interface={interface}"],
            # Beyond this the connection is dropped before it is read; what is merely too long gets its reason.
            websocket_max_message_size=4 * MESSAGE_BYTES,
            websocket_max_frame_size=4 * MESSAGE_BYTES,
            server_name="SmartHabit",
        )
        self.failure = ""
        self._on_listening: list[Callable[[], Any]] = []

    def when_listening(self, call: Callable[[], Any]) -> None:
        """Have ``call`` called once the address is ours."""
        self._on_listening.append(call)

    def listen_success(self, port: Any) -> None:
        """Daphne's hook."""
        super().listen_success(port)
        self.http_factory.buildProtocol = partial(_leaving_forms_alone, self.http_factory.buildProtocol)
        for call in self._on_listening:
            reactor.callWhenRunning(call)

    def listen_error(self, failure: Any) -> None:
        """Daphne's hook."""
        self.failure = failure.getErrorMessage()
        self.stop()

    def kill_all_applications(self) -> Any:
        """Daphne's hook before the reactor stops; its own version trips over connections without an application."""
        return defer.Deferred.fromFuture(asyncio.ensure_future(self._wind_down()))

    async def _wind_down(self) -> None:
        running = [
            (protocol.application_type, details["application_instance"])
            for protocol, details in self.connections.items()
            if "application_instance" in details and not details["application_instance"].done()
        ]
        if requests := [task for kind, task in running if kind == "http"]:
            await asyncio.wait(requests, timeout=GRACE_SECONDS)
        for _kind, task in running:
            task.cancel()
        await asyncio.gather(*(task for _kind, task in running), return_exceptions=True)


def _leaving_forms_alone(build: Callable[[Any], Any], address: Any) -> Any:
    """Twisted would read whole uploads into memory, and refuse a broken form before the application can say why."""
    protocol = build(address)
    protocol.requestFactory = partial(WebRequest, parsePOSTFormSubmission=False)
    return protocol
