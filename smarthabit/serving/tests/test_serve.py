"""``manage.py serve`` as its user knows it: it starts, answers, works, and ends when told to."""

from __future__ import annotations

import http.client
import json
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import connect
from websockets.typing import Origin

from smarthabit.testing import processes
from smarthabit.testing.site import ROOT, Site, ready


def wait_until_ready(site: Site, seconds: float = 40) -> dict[str, Any]:
    deadline = time.monotonic() + seconds
    while True:
        code, body = ready(site)
        if code == 200 or time.monotonic() > deadline:
            assert code == 200, body
            return body
        time.sleep(0.2)


@pytest.mark.slow
@pytest.mark.product
@pytest.mark.timeout(300)  # it starts the product twice, from nothing
def test_it_serves_runs_jobs_stops_with_0_and_starts_again_on_its_data(tmp_path: Path) -> None:
    site = Site(tmp_path)
    try:
        site.start()
        assert "SmartHabit is at http://localhost:" in site.log()
        assert wait_until_ready(site)["checks"]["migrations"] == "ok"
        session = site.sign_in()
        with connect(
            f"ws://localhost:{site.port}/ws/live/",
            origin=Origin(site.url),
            additional_headers={"Cookie": f"session={session}"},
        ) as socket:
            assert json.loads(socket.recv(10))["type"] == "hello"
            begun = time.monotonic()
            assert site.stop() == 0
            assert time.monotonic() - begun < 5
        site.start()
        assert site.stop(signal.SIGINT) == 0
        assert site.log().count("Bringing the database up to date") == 1
        assert "Traceback" not in site.log()
    finally:
        site.stop(signal.SIGKILL)


def test_a_second_process_on_the_same_data_is_refused(site: Site) -> None:
    assert site.process is not None
    second = subprocess.run(
        [sys.executable, ROOT / "manage.py", "serve", "--port", str(processes.free_port())],
        env=site.env,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert second.returncode == 1
    assert f"already runs on {site.folder} (process {site.process.pid})" in second.stderr
    assert site.answers()


def test_a_form_that_cannot_be_read_gets_the_answer_of_the_application(site: Site) -> None:
    headers = {"Host": f"localhost:{site.port}", "Content-Type": "multipart/form-data"}
    with closing(http.client.HTTPConnection("127.0.0.1", site.port, timeout=20)) as connection:
        connection.request("POST", "/api/v1/auth/token/", b"no boundary", headers)
        answer = connection.getresponse()
        answer.read()
    assert (answer.status, answer.headers["Content-Type"]) == (415, "application/problem+json")


def test_an_address_in_use_is_said_plainly(site: Site, tmp_path: Path) -> None:
    with (
        closing(sqlite3.connect(site.folder / "smarthabit.sqlite3")) as source,
        closing(sqlite3.connect(tmp_path / "smarthabit.sqlite3")) as copy,
    ):
        source.backup(copy)
    second = subprocess.run(
        [sys.executable, ROOT / "manage.py", "serve"],
        env={**site.env, "DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=90,
    )
    assert second.returncode == 1
    assert f"Cannot listen on 127.0.0.1:{site.port}" in second.stdout


def test_its_files_are_its_owners_alone(site: Site) -> None:
    for name in ("secret_key", "jwt_signing_key"):
        assert (site.folder / name).stat().st_mode & 0o077 == 0
