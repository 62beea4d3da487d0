"""The health checks of containers: they pass a process that is well, and name what is wrong with one that is not."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from smarthabit.serving import alive, probe


class Handler(BaseHTTPRequestHandler):
    status = 200
    heard: dict[str, str] = {}

    def do_GET(self) -> None:
        Handler.heard = dict(self.headers)
        self.send_response(Handler.status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    server = HTTPServer(("127.0.0.1", 0), Handler)
    monkeypatch.setenv("PROBE_PORT", str(server.server_port))
    monkeypatch.setenv("SITE_URL", "https://habits.example.org")
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(("status", "code"), [(200, 0), (301, 1), (503, 1)])
def test_a_server_is_asked_by_the_name_of_the_site(answering: None, status: int, code: int) -> None:
    Handler.status = status
    assert probe.main("http") == code
    assert Handler.heard["Host"] == "habits.example.org"
    assert Handler.heard["X-Forwarded-Proto"] == "https"


def test_a_server_that_is_away_is_said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("PROBE_PORT", "1")
    assert probe.main("http") == 1
    assert "no answer" in capsys.readouterr().out


def test_a_silent_worker_is_told_from_a_living_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "new"))
    assert probe.main("worker") == 1
    assert "has not begun" in capsys.readouterr().out
    alive.show("worker")
    assert probe.main("worker") == 0
    long_ago = time.time() - 90
    os.utime(alive.sign("worker"), (long_ago, long_ago))
    assert probe.main("worker") == 1
    assert "silent for 90 s" in capsys.readouterr().out


def test_a_folder_that_cannot_be_written_does_not_stop_a_worker(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "file"))
    alive.show("beat")
    assert not alive.sign("beat").exists()
