"""The product as separate processes on PostgreSQL and Valkey: what docker-compose.yml runs, without Docker.

python -m smarthabit.testing.stack      serves on PORT, on DATABASE_URL and REDIS_URL (scripts/run-services)
"""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Self

from smarthabit.testing import processes
from smarthabit.testing.site import ROOT, START_SECONDS, Site

_BIN = Path(sys.executable).parent

# The words of docker-compose.yml; a test holds the two against each other.
SERVER = "daphne --verbosity 0 --websocket-max-message-size 65536 smarthabit.asgi:application"
WORKER = "celery -A smarthabit worker --loglevel WARNING --concurrency 2 --without-gossip --without-mingle"
BEAT = "celery -A smarthabit beat --loglevel WARNING --pidfile="


class Stack(Site):
    """So many web and socket processes behind one address, workers and beats. Use it in a ``with``.

    With one web process and no sockets there is nothing in front of it: it serves both.
    """

    def __init__(
        self,
        folder: Path,
        database: str,
        redis: str,
        *,
        port: int | None = None,
        web: int = 1,
        sockets: int = 0,
        workers: int = 0,
        beats: int = 0,
        **env: str,
    ) -> None:
        keys = {name: os.environ.get(name) or secrets.token_urlsafe(50) for name in ("SECRET_KEY", "JWT_SIGNING_KEY")}
        super().__init__(folder, port, **{**keys, "DATABASE_URL": database, "REDIS_URL": redis, **env})
        self.env.setdefault("SITE_URL", self.url)
        self.ports = self._ports(web, sockets)
        self.commands: dict[str, list[str]] = {
            **{name: _serving(port) for name, port in self.ports.items()},
            **{f"worker-{number + 1}": _program(WORKER) for number in range(workers)},
            **{f"beat-{number + 1}": _program(BEAT) for number in range(beats)},
        }
        if sockets:
            self.commands["splitter"] = self._splitter()
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def _ports(self, web: int, sockets: int) -> dict[str, int]:
        if not sockets:
            return {"web-1": self.port}
        names = [*(f"web-{number + 1}" for number in range(web)), *(f"sockets-{n + 1}" for n in range(sockets))]
        return {name: processes.free_port() for name in names}

    def _splitter(self) -> list[str]:
        def those(kind: str) -> list[str]:
            return [str(port) for name, port in self.ports.items() if name.startswith(kind)]

        command = [sys.executable, "-m", "smarthabit.testing.splitter", str(self.port)]
        command += ["--host", self.env.get("HOST", "127.0.0.1")]
        return [*command, "--web", *those("web"), "--sockets", *those("sockets")]

    def migrate(self) -> Self:
        """Bring the tables up to date, and collect what pages need besides."""
        self.run("from django.core.management import call_command; call_command('migrate', verbosity=0)")
        subprocess.run([sys.executable, "-m", "smarthabit.serving.static"], env=self.env, cwd=ROOT, check=True)
        return self

    def start(self) -> None:
        """Start every process and wait for the first answer."""
        for name in self.commands:
            self.start_one(name)
        deadline = time.monotonic() + START_SECONDS
        while not all(self.answers(port) for port in (self.port, *self.ports.values())):
            for name, process in self.running.items():
                if process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"{name} did not start:\n{self.log()[-3000:]}")
            time.sleep(0.1)

    def start_one(self, name: str) -> None:
        """Start one process, again if need be."""
        with (self.folder / "log").open("ab") as log:
            self.running[name] = processes.start(
                self.commands[name], env=self.env, output=log, death=signal.SIGTERM, cwd=ROOT
            )

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int | None:
        """End all processes; the worst exit code."""
        self.end_shell()
        for process in self.running.values():
            if process.poll() is None:
                process.send_signal(how)
        codes = [processes.stop(process, how) for process in self.running.values()]
        return max(codes, key=abs, default=None)

    def kill(self, name: str) -> None:
        """End one process with SIGKILL."""
        processes.stop(self.running[name], signal.SIGKILL)


def _serving(port: int) -> list[str]:
    program, *options = _program(SERVER)
    return [program, "--bind", "127.0.0.1", "--port", str(port), *options]


def _program(words: str) -> list[str]:
    program, *options = words.split()
    return [str(_BIN / program), *options]


def _whole(folder: Path, port: int) -> Stack:
    """What docker-compose.yml starts, with two of what can be scaled without a thought."""
    servers = os.environ["DATABASE_URL"], os.environ["REDIS_URL"]
    set_by_hand = {name: os.environ[name] for name in ("SITE_URL", "STATIC_ROOT", "DATA_DIR") if name in os.environ}
    return Stack(folder, *servers, port=port, web=2, sockets=2, workers=1, beats=1, **set_by_hand)


def main() -> int:
    """Serve until SIGINT or SIGTERM, or until one of the processes ends."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    port = int(os.environ.get("PORT") or 8000)
    with (
        tempfile.TemporaryDirectory(prefix="smarthabit-stack-") as folder,
        _whole(Path(folder), port).migrate() as stack,
    ):
        where = ", ".join(f"{name} on {number}" for name, number in stack.ports.items())
        print(f"SmartHabit is at {stack.url} on PostgreSQL and Redis (Ctrl-C stops it): {where}", flush=True)
        try:
            while all(process.poll() is None for process in stack.running.values()):
                time.sleep(0.5)
        except KeyboardInterrupt:
            return 0
        print(stack.log()[-3000:], file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
