"""Child processes that cannot outlive the one that started them."""

from __future__ import annotations

import ctypes
import os
import pwd
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

_PR_SET_PDEATHSIG = 1


def free_port() -> int:
    """A TCP port of the loopback interface that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def unprivileged() -> dict[str, Any]:
    """Arguments for Popen that drop root's rights (PostgreSQL refuses to run with them); nothing when not root."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def hand_over(folder: Path) -> None:
    """Give ``folder`` to the user that ``unprivileged`` names."""
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)


def _before_exec(parent: int, death: signal.Signals) -> Callable[[], None]:
    """What the child runs before exec: it hears Ctrl-C, and ends with its parent where the kernel can see to it."""
    on_linux = sys.platform.startswith("linux")
    libc = ctypes.CDLL(None, use_errno=True) if on_linux else None

    def arrange() -> None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # a shell has what it runs in the background ignore it
        if libc is None:
            return
        libc.prctl(_PR_SET_PDEATHSIG, int(death), 0, 0, 0)
        if os.getppid() != parent:  # it died before we asked
            os._exit(1)

    return arrange


def start(
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str] | None = None,
    output: IO[bytes] | int | None = subprocess.DEVNULL,
    death: signal.Signals = signal.SIGKILL,
    **options: Any,
) -> subprocess.Popen[bytes]:
    """Start ``command``; ``death`` is what it gets if this process dies.

    Both its output streams go to ``output``; None leaves them where ours go.

    On Linux the kernel watches the thread that calls, so call it from one that lives as long as the child may.
    """
    return subprocess.Popen(
        [str(part) for part in command],
        env=None if env is None else dict(env),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=None if output is None else subprocess.STDOUT,
        preexec_fn=_before_exec(os.getpid(), death),  # noqa: PLW1509 - two calls; started from the main thread
        **options,
    )


def stop(process: subprocess.Popen[bytes], how: signal.Signals = signal.SIGTERM, timeout: float = 10) -> int:
    """Ask ``process`` to end, wait for ``timeout`` seconds, then kill it; its exit code."""
    if process.poll() is None:
        process.send_signal(how)
        try:
            process.wait(timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    return process.returncode
