"""From a publish to every open socket, against raw Redis pub/sub with as many subscribers, in one run.

    scripts/services .venv/bin/python benchmarks/fan_out.py                 daphne over Valkey
    .venv/bin/python benchmarks/fan_out.py                                  the embedded layer, in one process
    ... benchmarks/fan_out.py --sockets 1000 3000 --rates 100 500 --seconds 6

Ten sockets a user; each publish goes to the sockets of one user, so 500 a second are 5,000 deliveries a second. Latency
is from just before the publish to the arrival at each client, on one clock.
"""

# ruff: noqa: PLC0415, ASYNC110 - Django can be set up once the folder for its data is known; waiting may be coarse

from __future__ import annotations

import argparse
import asyncio
import json
import os
import secrets
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import bench

PER_USER = 10
NO_PINGS = ("--ping-interval", "3600")  # these clients answer none


class Listener(asyncio.Protocol):
    """One client: says hello its way, then notes when each message with a time in it arrives."""

    def __init__(self, hello: bytes, ready: Callable[[], None], took: list[float]) -> None:
        self._hello, self._ready, self._took = hello, ready, took
        self._rest = b""

    def connection_made(self, transport: Any) -> None:
        """asyncio's hook."""
        transport.write(self._hello)

    def data_received(self, data: bytes) -> None:
        """asyncio's hook. Whatever the frames around it are, a message holds ``"t":`` and a number in brackets."""
        now = time.monotonic()
        *whole, self._rest = (self._rest + data).split(b'"t":')
        if whole and self._rest.find(b"}") >= 0:
            whole.append(self._rest)
            self._rest = b""
        for part in whole[1:]:
            self._took.append(now - float(part[: part.index(b"}")]))
        if b'"hello"' in data or b"subscribe" in data:
            self._ready()


def hello_of(kind: str, address: str, name: str) -> bytes:
    """What a client sends first: a WebSocket handshake with a session, or AUTH and SUBSCRIBE."""
    if kind == "redis":
        return f"AUTH {urlsplit(address).password}\r\nSUBSCRIBE floor.{name}\r\n".encode()
    host = urlsplit(address).netloc
    return (
        f"GET /ws/live/?format=json HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\nOrigin: http://{host}\r\n"
        f"Cookie: session={name}\r\n\r\n"
    ).encode()


async def listen(kind: str, address: str, names: list[str]) -> None:
    """Open all clients, say so, and report what arrived when the other side says stop."""
    took: list[float] = []
    ready = 0

    def one_more() -> None:
        nonlocal ready
        ready += 1

    loop = asyncio.get_running_loop()
    port = urlsplit(address).port or 80
    for number, name in enumerate(names):
        hello = hello_of(kind, address, name)
        await loop.create_connection(partial(Listener, hello, one_more, took), "127.0.0.1", port)
        while number - ready > 100:
            await asyncio.sleep(0.01)
    while ready < len(names):
        await asyncio.sleep(0.05)
    print("ready", flush=True)
    while (await loop.run_in_executor(None, sys.stdin.readline)).strip() == "go":
        took.clear()
        print("began", flush=True)
        await loop.run_in_executor(None, sys.stdin.readline)
        took.sort()
        print(json.dumps([len(took), *(statistics.quantiles(took, n=100)[at] for at in (49, 98))]), flush=True)


@dataclass(frozen=True, slots=True)
class Heard:
    """What the clients of one kind got of one round: deliveries, p50 and p99 in seconds."""

    delivered: int
    p50: float
    p99: float


@contextmanager
def clients(kind: str, address: str, names: list[str]) -> Iterator[Callable[[Callable[[], None]], Heard]]:
    """Clients in a process of their own; what is given back runs a round of publishing and says what they heard."""
    command = [sys.executable, __file__, "--listen", kind, address]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        to, back = process.stdin, process.stdout
        print(json.dumps(names), file=to, flush=True)
        assert back.readline() == "ready\n"

        def round_of(publish: Callable[[], None]) -> Heard:
            print("go", file=to, flush=True)
            assert back.readline() == "began\n"
            publish()
            time.sleep(2)  # for what is still on its way
            print("stop", file=to, flush=True)
            return Heard(*json.loads(back.readline()))

        yield round_of
        process.kill()


def paced(rate: int, seconds: float, send: Callable[[int], None]) -> None:
    """Call ``send`` with 0, 1, 2, ... so many times a second."""
    begun = time.monotonic()
    for number in range(int(rate * seconds)):
        wait = begun + number / rate - time.monotonic()
        if wait > 0:
            time.sleep(wait)
        send(number)


def rss(pid: int) -> int:
    """Resident KiB."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4


def cpu(pid: int) -> float:
    """Seconds of CPU a process has used."""
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def make_people(number: int) -> list[tuple[int, str]]:
    """Ids and session keys of so many users."""
    from django.contrib.auth import get_user_model
    from django.test import Client

    found = []
    for _ in range(number):
        user = get_user_model().objects.create_user(f"{secrets.token_hex(6)}@example.org")
        client = Client()
        client.force_login(user)
        found.append((user.pk, str(client.session.session_key)))
    return found


@contextmanager
def serving(services: bool) -> Iterator[tuple[str, int]]:
    """The server's address and process: daphne, or the embedded server in a thread of this process."""
    from smarthabit.testing import processes, servers
    from smarthabit.testing.live import LiveSite

    port = processes.free_port()
    if not services:
        site = LiveSite(port)
        site.start()
        yield site.origin, os.getpid()
        site.stop()
        return
    command = [
        sys.executable,
        "-m",
        "daphne",
        "-v",
        "0",
        "-b",
        "127.0.0.1",
        "-p",
        str(port),
        *NO_PINGS,
        "smarthabit.asgi:application",
    ]
    process = processes.start(command, env=os.environ, output=None, cwd=bench.ROOT)
    while not servers.connects(port):
        time.sleep(0.1)
    yield f"http://127.0.0.1:{port}", process.pid
    processes.stop(process)


def measure(sockets: int, rates: list[int], seconds: float, *, services: bool) -> None:
    """One size of audience: open it, publish at each rate to it and to the floor, print."""
    from smarthabit.kernel import live

    people = make_people(sockets // PER_USER)
    names = [session for _, session in people for _ in range(PER_USER)]
    with serving(services) as (address, pid):
        time.sleep(2)
        before = rss(pid)
        with clients("socket", address, names) as ours:
            each = (rss(pid) - before) / sockets
            for rate in rates:
                seq = int(time.time())

                def publish(number: int, seq: int = seq) -> None:
                    user = people[number % len(people)][0]
                    live.publish(user, seq + number, [], events=[{"t": time.monotonic()}])

                def work(rate: int = rate, publish: Callable[[int], None] = publish) -> None:
                    paced(rate, seconds, publish)

                worked = cpu(pid)
                heard = ours(work)
                worked = (cpu(pid) - worked) / max(1, heard.delivered) * 1e6
                expected = int(rate * seconds) * PER_USER
                line = f"{sockets} sockets, {rate}/s: delivered {heard.delivered / expected:.2%}, "
                line += f"p50 {heard.p50 * 1000:.2f} ms, p99 {heard.p99 * 1000:.1f} ms, {each:.1f} KiB a socket"
                line += f", {worked:.0f} us of the server's CPU a delivery"
                if services:
                    bare = floor(names, rate, seconds)
                    line += f"; raw pub/sub p50 {bare.p50 * 1000:.2f} ms, p99 {bare.p99 * 1000:.1f} ms"
                    line += f" ({bare.delivered / expected:.2%}): {heard.p50 / bare.p50:.1f} x"
                print(line, flush=True)


def floor(names: list[str], rate: int, seconds: float) -> Heard:
    """The same through Redis alone: as many subscribers, as many messages."""
    from redis import Redis

    url = os.environ["REDIS_URL"]
    users = list(dict.fromkeys(names))
    with clients("redis", url, names) as theirs, Redis.from_url(url) as client:

        def publish(number: int) -> None:
            client.publish(f"floor.{users[number % len(users)]}", f'{{"t": {time.monotonic()}}}')

        return theirs(lambda: paced(rate, seconds, publish))


def main() -> None:
    """Read the arguments, set Django up, measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sockets", type=int, nargs="+", default=[1000, 3000])
    parser.add_argument("--rates", type=int, nargs="+", default=[100, 500])
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--listen", nargs=2, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.listen:
        kind, address = chosen.listen
        asyncio.run(listen(kind, address, json.loads(sys.stdin.readline())))
        return
    services = bool(os.environ.get("DATABASE_URL"))
    bench.set_up(SITE_URL="http://127.0.0.1", SOCKETS_PER_USER=str(PER_USER))
    bench.migrate()
    for sockets in chosen.sockets:
        measure(sockets, chosen.rates, chosen.seconds, services=services)


if __name__ == "__main__":
    main()
