"""The product as its user starts it: ``manage.py serve`` in a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from smarthabit.testing import processes

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 180

_SHELL = """
import contextlib, io, json, sys, traceback, django
django.setup()
from datetime import timedelta
from django.db import connection
from smarthabit.kernel import clock
for line in sys.stdin:
    printed, error = io.StringIO(), ""
    clock.shift(timedelta(0))  # as in a process of its own
    try:
        with contextlib.redirect_stdout(printed):
            exec(json.loads(line), {})
    except Exception:
        error = traceback.format_exc()
    connection.close()
    print(json.dumps([printed.getvalue(), error]), flush=True)
"""

_OUR_OWN = {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "JWT_SIGNING_KEY"}


class Site:
    """One embedded process on a data folder. Use it in a ``with``, or ``start`` and ``stop`` it."""

    def __init__(self, folder: Path, port: int | None = None, **env: str) -> None:
        self.folder = folder
        self.port = port or processes.free_port()
        self.url = f"http://localhost:{self.port}"
        inherited = {name: value for name, value in os.environ.items() if name not in _OUR_OWN}
        self.env = {
            **inherited,
            "DJANGO_SETTINGS_MODULE": "smarthabit.settings",
            "DATA_DIR": str(folder),
            "PORT": str(self.port),
            "STATIC_ROOT": str(ROOT / "data" / "test-static"),
            "RATE_LIMITS": "off",
            **env,
        }
        self.process: subprocess.Popen[bytes] | None = None
        self._shell: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start and wait for the first answer."""
        with (self.folder / "log").open("ab") as log:
            command: list[str | Path] = [sys.executable, ROOT / "manage.py", "serve"]
            self.process = processes.start(command, env=self.env, output=log, death=signal.SIGTERM, cwd=ROOT)
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the site did not start:\n{self.log()[-3000:]}")
            time.sleep(0.1)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int | None:
        """End the process; its exit code."""
        self.end_shell()
        return None if self.process is None else processes.stop(self.process, how, timeout=30)

    def end_shell(self) -> None:
        """End the process that ``run`` began, if it did."""
        if self._shell is not None:
            self._shell.communicate()
            self._shell = None

    def answers(self, port: int | None = None) -> bool:
        """Whether it (or what listens on ``port``) takes requests by now."""
        try:
            with urllib.request.urlopen(f"http://localhost:{port or self.port}/healthz", timeout=5) as response:
                return bool(response.status == 200)
        except (OSError, urllib.error.URLError):
            return False

    def log(self) -> str:
        """What the process has written so far."""
        return (self.folder / "log").read_text(errors="replace")

    def run(self, code: str) -> str:
        """Run Python with the product's settings and data in a further process, one for all calls; what it printed."""
        if self._shell is None:
            self._shell = subprocess.Popen(
                [sys.executable, "-c", _SHELL],
                env=self.env,
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        assert self._shell.stdin is not None
        assert self._shell.stdout is not None
        print(json.dumps(code), file=self._shell.stdin, flush=True)
        printed, error = json.loads(self._shell.stdout.readline())
        if error:
            raise RuntimeError(error)
        return str(printed).strip()

    def sign_in(self, email: str = "ada@example.org", *, setup: str = "") -> str:
        """Make the account if it is new, run ``setup`` with ``user`` at hand, and return the session's cookie value."""
        return self.run(
            f"""
from django.contrib.auth import get_user_model
from django.test import Client
from smarthabit.kernel import clock
people = get_user_model().objects
user = people.filter(email={email!r}).first() or people.create_user({email!r}, None, onboarded_at=clock.now())
{setup}
client = Client()
client.force_login(user)
print(client.session.session_key)
"""
        ).splitlines()[-1]


def ready(site: Site) -> tuple[int, dict[str, Any]]:
    """The status and the content of the site's readiness page."""
    try:
        with urllib.request.urlopen(f"{site.url}/readyz", timeout=5) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)
