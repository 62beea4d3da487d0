"""Everything in one process: the database brought up to date, HTTP and sockets, a worker and beat."""

from __future__ import annotations

import logging
import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.backends.signals import connection_created
from django.db.migrations.executor import MigrationExecutor

from smarthabit.accounts import answers
from smarthabit.kernel.hiding import hidden
from smarthabit.serving import static

log = logging.getLogger(__name__)

# Before this version two connections that reset the log at the same moment may corrupt the file (sqlite.org/wal.html).
SAFE_SQLITE = (3, 51, 3)
STOP_SECONDS = 2.0

Say = Callable[[str], Any]


def serve(host: str, port: int, say: Say) -> int:
    """Serve until SIGINT or SIGTERM; the exit code. The caller holds the data folder's lock."""
    warn_of_old_sqlite(say)
    migrate(say)
    answers.forget_running()  # a killed predecessor may have left some, and this process is alone
    if static.have_changed():
        say("Collecting static files.")
        _aside("smarthabit.serving.static")
    opened = remembered_connections()
    # The first import scans the static files, which are there only now; the second chooses Twisted's event loop.
    from smarthabit import asgi  # noqa: PLC0415

    with hidden("OpenSSL"):  # 4 MiB for TLS, which is a proxy's business
        from smarthabit.serving.server import EmbeddedServer  # noqa: PLC0415

    jobs = _LateJobs()
    server = EmbeddedServer(asgi.application, host, port)
    server.when_listening(lambda: _announce(host, port, say))
    server.when_listening(jobs.start)
    server.run()
    if server.failure:
        say(f"Cannot listen on {host}:{port}: {server.failure}")
        return 1
    say("Stopping.")
    asgi.bridge.pool.shutdown(wait=False, cancel_futures=True)
    if not jobs.stop():
        _end_now(say)
    for each in opened:
        each.close()
    return 0


def warn_of_old_sqlite(say: Say) -> None:
    """Tell of a SQLite whose write-ahead log has a known fault."""
    if connection.vendor == "sqlite" and sqlite3.sqlite_version_info < SAFE_SQLITE:
        say(
            f"Warning: SQLite {sqlite3.sqlite_version} has a rare fault that can damage a database used by several "
            "programs at once (fixed in 3.51.3). Run only this one process on the data folder, and keep backups."
        )


def migrate(say: Say) -> None:
    """Bring the tables up to date; costs a fraction of a second when they are."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        say("Bringing the database up to date.")
        _aside("django", "migrate", "--no-input", "--verbosity", "0")


def _aside(*module: str) -> None:
    """Run a module in a process of its own: what it loads would stay in ours as long as we run."""
    subprocess.run([sys.executable, "-m", *module], cwd=settings.BASE_DIR, check=True)  # noqa: S603 - our own words


def _announce(host: str, port: int, say: Say) -> None:
    shown = "localhost" if host in {"127.0.0.1", "::1"} else host
    say(f"SmartHabit is at http://{shown}:{port} (Ctrl-C stops it)")


def remembered_connections() -> list[Any]:
    """A list that fills with every database connection opened from now on, whichever thread opens it."""
    opened: list[Any] = []

    def remember(connection: Any, **_: Any) -> None:
        if not any(each is connection for each in opened):
            connection.inc_thread_sharing()
            opened.append(connection)

    connection_created.connect(remember, weak=False)
    return opened


class _LateJobs:
    """The jobs, begun in the background: importing Celery takes longer than the first page."""

    def __init__(self) -> None:
        self._thread = threading.Thread(target=self._start, name="jobs-start", daemon=True)
        self._jobs: Any = None

    def start(self) -> None:
        self._thread.start()

    def _start(self) -> None:
        try:
            from smarthabit.serving.jobs import Jobs  # noqa: PLC0415

            self._jobs = Jobs()
        except Exception:
            log.exception("jobs did not start")

    def stop(self) -> bool:
        self._thread.join(STOP_SECONDS)
        return self._jobs is None or self._jobs.stop(STOP_SECONDS)


def _end_now(say: Say) -> None:
    """Leave without waiting for a long job: it is safe to repeat, and is found again at the next start."""
    say("A job was still running; it goes on at the next start.")
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
