"""The bridge keeps to WSGI (PEP 3333) and to ASGI's HTTP."""

from __future__ import annotations

import asyncio
import io
import threading
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from smarthabit.serving.bridge import WHOLE_ANSWER, WSGIBridge, environ_of

SCOPE: dict[str, Any] = {
    "type": "http",
    "method": "POST",
    "path": "/ü/x",
    "root_path": "",
    "query_string": b"q=%C3%BC",
    "http_version": "1.1",
    "scheme": "http",
    "server": ["127.0.0.1", 8000],
    "client": ["127.0.0.1", 5000],
    "headers": [(b"content-type", b"text/plain"), (b"content-length", b"999"), (b"x-tab-id", b"t1")],
}


def exchange(app: Any, *chunks: bytes, scope: dict[str, Any] = SCOPE, max_body: int = 1000) -> list[dict[str, Any]]:
    """What the bridge sends for a request whose body comes in ``chunks`` (none: the client is gone)."""
    sent: list[dict[str, Any]] = []
    waiting = [{"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks]
    if waiting:
        waiting[-1]["more_body"] = False
    waiting.append({"type": "http.disconnect"})

    async def receive() -> dict[str, Any]:
        return waiting.pop(0)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    bridge = WSGIBridge(app, threads=1, max_body=max_body)
    asyncio.run(bridge(scope, receive, send))
    bridge.pool.shutdown()
    return sent


def body_of(sent: list[dict[str, Any]]) -> bytes:
    assert [message["more_body"] for message in sent[1:]] == [True] * (len(sent) - 2) + [False]
    return b"".join(message["body"] for message in sent[1:])


def test_an_ordinary_answer_is_one_start_and_one_body() -> None:
    def app(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        start("201 Created", [("Content-Type", "text/plain"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")])
        return [b"got ", environ["wsgi.input"].read()]

    sent = exchange(app, b"one ", b"two")
    assert sent[0] == {
        "type": "http.response.start",
        "status": 201,
        "headers": [(b"content-type", b"text/plain"), (b"set-cookie", b"a=1"), (b"set-cookie", b"b=2")],
    }
    assert len(sent) == 2
    assert body_of(sent) == b"got one two"


def test_an_empty_answer_is_complete() -> None:
    def app(_environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        start("204 No Content", [])
        return []

    sent = exchange(app, b"")
    assert sent[0]["status"] == 204
    assert body_of(sent) == b""


def test_a_long_answer_is_sent_as_it_comes() -> None:
    def app(_environ: dict[str, Any], start: Any) -> Iterator[bytes]:
        start("200 OK", [])
        for _ in range(7):
            yield b"x" * (WHOLE_ANSWER // 2)

    sent = exchange(app, b"")
    assert len(sent) > 3
    assert len(body_of(sent)) == 7 * (WHOLE_ANSWER // 2)


def test_the_answer_is_closed_in_the_thread_that_made_it() -> None:
    threads: list[str] = []

    class Answer(list[bytes]):
        def close(self) -> None:
            threads.append(threading.current_thread().name)

    def app(_environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        threads.append(threading.current_thread().name)
        start("200 OK", [])
        return Answer([b"x"])

    exchange(app, b"")
    assert threads == ["http_0", "http_0"]


def test_what_is_written_comes_before_what_is_returned() -> None:
    def app(_environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        start("200 OK", [])(b"first ")
        return [b"second"]

    assert body_of(exchange(app, b"")) == b"first second"


def test_an_application_that_raises_is_answered_with_500(caplog: pytest.LogCaptureFixture) -> None:
    def app(_environ: dict[str, Any], _start: Any) -> Iterable[bytes]:
        raise LookupError("boom")

    sent = exchange(app, b"")
    assert sent[0]["status"] == 500
    assert b"boom" not in body_of(sent)
    assert "boom" in caplog.text


def test_an_application_that_fails_half_way_does_not_pretend_to_be_done() -> None:
    def app(_environ: dict[str, Any], start: Any) -> Iterator[bytes]:
        start("200 OK", [])
        yield b"x" * WHOLE_ANSWER
        yield b"x" * WHOLE_ANSWER
        raise LookupError("boom")

    with pytest.raises(LookupError):
        exchange(app, b"")


def test_an_error_replaces_the_headers_as_long_as_none_are_sent() -> None:
    def app(_environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        start("200 OK", [("X-Old", "1")])
        start("503 Service Unavailable", [], (LookupError, LookupError(), None))
        return [b"sorry"]

    sent = exchange(app, b"")
    assert (sent[0]["status"], sent[0]["headers"]) == (503, [])


def test_a_body_over_the_limit_never_reaches_the_application() -> None:
    def app(_environ: dict[str, Any], _start: Any) -> Iterable[bytes]:
        raise AssertionError("called")

    sent = exchange(app, b"x" * 600, b"x" * 600)
    assert sent[0]["status"] == 413


def test_a_client_that_leaves_before_its_request_is_complete_is_not_served() -> None:
    def app(_environ: dict[str, Any], _start: Any) -> Iterable[bytes]:
        raise AssertionError("called")

    assert exchange(app) == []


def test_the_environment_is_that_of_wsgi() -> None:
    environ = environ_of(SCOPE, io.BytesIO(b"four"))
    assert environ["PATH_INFO"].encode("latin-1").decode() == "/ü/x"
    assert environ["QUERY_STRING"] == "q=%C3%BC"
    assert environ["CONTENT_TYPE"] == "text/plain"
    assert environ["CONTENT_LENGTH"] == "4"
    assert environ["HTTP_X_TAB_ID"] == "t1"
    assert environ["REMOTE_ADDR"] == "127.0.0.1"
    assert environ["wsgi.url_scheme"] == "http"
    assert environ["SERVER_PORT"] == "8000"


def test_repeated_headers_are_joined_and_underscores_do_not_pass_for_hyphens() -> None:
    headers = [(b"cookie", b"a=1"), (b"cookie", b"b=2"), (b"accept", b"x"), (b"accept", b"y"), (b"x_tab_id", b"forged")]
    environ = environ_of({**SCOPE, "headers": headers, "client": None, "server": None}, io.BytesIO())
    assert environ["HTTP_COOKIE"] == "a=1; b=2"
    assert environ["HTTP_ACCEPT"] == "x,y"
    assert "HTTP_X_TAB_ID" not in environ
    assert "REMOTE_ADDR" not in environ
