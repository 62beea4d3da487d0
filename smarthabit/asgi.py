"""The ASGI entry point: the live socket on the event loop, and all of HTTP through WSGI in a fixed pool of threads.

Django's own ASGI handler costs a synchronous view four to ten times as much.
"""

import gc
from typing import Any

from django.conf import settings

from smarthabit.serving.bridge import Receive, Send, WSGIBridge
from smarthabit.wsgi import application as http

from smarthabit.pages.consumer import live  # isort: skip - models can be imported once wsgi has set Django up

bridge = WSGIBridge(http, threads=settings.HTTP_THREADS, max_body=settings.IMPORT_MAX_BYTES + 1024 * 1024)

gc.freeze()  # what is loaded by now stays for good, so that the collector need not walk over it again and again


async def application(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """Send each connection where it belongs."""
    if scope["type"] == "http":
        await bridge(scope, receive, send)
    elif scope["type"] == "websocket" and scope["path"] == "/ws/live/":
        await live(scope, receive, send)
    elif scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close"})
