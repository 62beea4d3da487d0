"""The same requests through other servers for HTTP: daphne as it is deployed, and what could stand in its place.

    python -m venv /tmp/peers && /tmp/peers/bin/pip install gunicorn granian uvicorn httptools uvloop
    echo "$PWD"/.venv/lib/python3*/site-packages >$(echo /tmp/peers/lib/python3*/site-packages)/project.pth
    scripts/services .venv/bin/python benchmarks/http_servers.py --peers /tmp/peers/bin/python

Every server is one process with four threads for requests, all on one database at the same time, and takes its turn;
the figures are medians of the repeats, and ratios to daphne. ``api`` and ``page`` are check-ins as in check_in.py,
``today`` is the page itself, ``healthz`` an answer that asks nothing of the database: what a server costs by itself.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack

import bench
import check_in
from check_in import Account, Request

from smarthabit.testing.processes import free_port

_WSGI = "smarthabit.wsgi:application"
_ASGI = "smarthabit.asgi:application"
SERVERS = {
    "daphne": ["-m", "daphne", "-v", "0", "-b", "127.0.0.1", "-p", "{port}", _ASGI],
    "uvicorn": [
        "-m", "uvicorn", "--host", "127.0.0.1", "--port", "{port}", "--log-level", "error", "--no-access-log",
        "--lifespan", "off", _ASGI,
    ],
    "gunicorn": [
        "-m", "gunicorn", "--worker-class", "gthread", "--threads", "4", "--keep-alive", "75", "--no-control-socket",
        "--log-level", "error", "--bind", "127.0.0.1:{port}", _WSGI,
    ],
    "granian": [
        "-m", "granian", "--interface", "wsgi", "--blocking-threads", "4", "--host", "127.0.0.1", "--port", "{port}",
        "--log-level", "error", _WSGI,
    ],
}  # fmt: skip
"""What follows the interpreter. The first two serve the bridge from ASGI to WSGI, the others WSGI itself."""


def today_requests(account: Account, _worker: int) -> Iterator[Request]:
    """Today as a browser asks for it."""
    while True:
        yield "GET", "/", {"Cookie": account.session}, ""


def health_requests(_account: Account, _worker: int) -> Iterator[Request]:
    """Whether the process answers."""
    while True:
        yield "GET", "/healthz", {}, ""


KINDS = {"healthz": health_requests, "api": check_in.api_requests, "page": check_in.page_requests}
KINDS["today"] = today_requests


def main() -> None:
    """Seed, serve on all of them, measure in turns, print ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", default=sys.executable, help="the interpreter that has the other servers")
    parser.add_argument("--servers", nargs="+", default=[*SERVERS], choices=[*SERVERS])
    parser.add_argument("--kinds", nargs="+", default=[*KINDS], choices=[*KINDS])
    parser.add_argument("--clients", nargs="+", type=int, default=[1, 8])
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=2.0)
    chosen = parser.parse_args()
    unlimited = dict.fromkeys(("RATE_LIMIT_USER", "RATE_LIMIT_ADDRESS"), "100000000/min")
    folder = bench.environment(RATE_LIMITS="off", HTTP_THREADS="4", **unlimited)
    accounts = check_in.seed(4)
    subprocess.run([sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"], cwd=bench.ROOT, check=True)
    check_in.KINDS.update(KINDS)
    with ExitStack() as stack:
        ports = {}
        for name in chosen.servers:
            ports[name] = port = free_port()
            interpreter = sys.executable if name == "daphne" else chosen.peers
            command = [interpreter, *(part.format(port=port) for part in SERVERS[name])]
            at = {"SITE_URL": f"http://127.0.0.1:{port}"}
            stack.enter_context(check_in.served(command, at, port, folder / f"{name}.log"))
        cases = [(kind, clients) for kind in chosen.kinds for clients in chosen.clients]
        show(measure(accounts, ports, cases, chosen.repeats, chosen.seconds))


Rates = dict[tuple[str, int, str], float]


def measure(
    accounts: list[Account], ports: dict[str, int], cases: list[tuple[str, int]], repeats: int, seconds: float
) -> Rates:
    """Requests a second by kind, number of clients and server; each server warms up first."""
    for kind, _ in cases:
        for port in ports.values():
            asyncio.run(check_in.load(port, kind, accounts, 4, seconds / 2))
    rates: defaultdict[tuple[str, int, str], list[float]] = defaultdict(list)
    for _ in range(repeats):
        for kind, clients in cases:
            for name, port in ports.items():
                rate, _took = asyncio.run(check_in.load(port, kind, accounts, clients, seconds))
                rates[kind, clients, name].append(rate)
    return {case: statistics.median(found) for case, found in rates.items()}


def show(rates: Rates) -> None:
    """The table."""
    for (kind, clients, name), rate in rates.items():
        base = rates.get((kind, clients, "daphne"), rate)
        print(f"{kind:8s} {clients} clients  {name:9s} {rate:8.1f}/s  {rate / base:5.2f} x")


if __name__ == "__main__":
    main()
