"""Check-ins a second, through the API and the page, against the floor of benchmarks/floor.py.

    scripts/services .venv/bin/python benchmarks/check_in.py        PostgreSQL, daphne
    .venv/bin/python benchmarks/check_in.py                         SQLite, the embedded process

Product and floor run one after the other in the same minutes, at 1, 8 and 32 clients; medians of interleaved repeats.
An account holds 20 habits with three years of daily entries, and every request changes something. Eight accounts share
the clients: those of one account wait for each other's commits, as its change number has an order.
"""

# ruff: noqa: PLC0415 - Django can be set up once the folder for its data is known

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import json
import os
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import bench
from bench import ROOT

from smarthabit.testing.processes import free_port, start, stop

ACCOUNTS, HABITS, YEARS = 8, 20, 3
CLIENTS = (1, 8, 32)
SECONDS = 4.0
Request = tuple[str, str, dict[str, str], str]


@dataclass(frozen=True, slots=True)
class Account:
    """What the requests need to know."""

    habits: list[int]
    token: str
    session: str
    csrf: str
    today: dt.date


def seed(accounts: int = ACCOUNTS) -> list[Account]:
    """Make the accounts in the database that the environment names."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    settings.ACCESS_TOKEN_LIFETIME = dt.timedelta(hours=2)
    return [_account() for _ in range(accounts)]


def _account() -> Account:
    from django.conf import settings
    from django.middleware.csrf import _get_new_csrf_string
    from django.test import Client

    from habits.models import Entry, Habit
    from habits.services import HabitDraft, create_habit, refold_habits
    from smarthabit.accounts import tokens
    from smarthabit.accounts.user import User
    from smarthabit.kernel import clock

    now = clock.now()
    today = now.date()
    user = User.objects.create_user(f"bench-{time.time_ns()}@example.org", None)
    begin = today - dt.timedelta(days=365 * YEARS)
    daily = {"type": "weekdays", "days": [1, 2, 3, 4, 5, 6, 7]}
    habits: list[Habit] = []
    for number in range(HABITS):
        draft = HabitDraft(f"Habit {number}", daily, 1000, started_on=begin)
        habits.append(create_habit(user=user, draft=draft, now=now))
        days = [begin + dt.timedelta(days=age) for age in range(365 * YEARS) if (age * 7 + number) % 5]
        rows = [Entry(user=user, habit=habits[-1], day=day, value_milli=1000, written_at=now) for day in days]
        Entry.objects.bulk_create(rows, batch_size=500)
    refold_habits(user, habits, today)
    client = Client()
    client.force_login(user)
    session = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    token = tokens.issue(user=user, now=now).access
    return Account([habit.pk for habit in habits], token, session, _get_new_csrf_string(), today)


def record_statements(accounts: list[Account], path: Path) -> None:
    """Check every habit in twice through the API in this process, and write down what the second time asks."""
    from django.test import Client
    from statements_floor import record

    client = Client()

    def put(account: Account, habit: int, note: str) -> None:
        url = f"/api/v1/habits/{habit}/entries/{account.today}/"
        headers = {"Authorization": f"Bearer {account.token}", "Host": "localhost"}
        answer = client.put(url, {"value": 1, "note": note}, content_type="application/json", headers=headers)
        if answer.status_code >= 300:
            raise SystemExit(f"the check-in to be written down failed: {answer.content!r}")

    todo = [(account, habit) for account in accounts for habit in account.habits]
    for account, habit in todo:
        put(account, habit, "first")
    record([(habit, partial(put, account, habit, "second")) for account, habit in todo], path)


def product_file() -> str:
    """The SQLite file of the product."""
    from django.conf import settings

    return str(settings.DATABASES["default"]["NAME"])


def api_requests(account: Account, worker: int) -> Iterator[Request]:
    """PUTs that each change the value of a habit today."""
    headers = {"Authorization": f"Bearer {account.token}", "Content-Type": "application/json"}
    for number in range(10**9):
        habit = account.habits[(number + worker) % HABITS]
        value = (number // HABITS + worker) % 2
        path = f"/api/v1/habits/{habit}/entries/{account.today}/"
        yield "PUT", path, headers, json.dumps({"value": value, "note": f"{worker}-{number}"})


def page_requests(account: Account, worker: int) -> Iterator[Request]:
    """The form posts that a tap on Today makes."""
    cookie = f"{account.session}; csrf={account.csrf}"
    for number in range(10**9):
        habit = account.habits[(number + worker) % HABITS]
        headers = {
            "Cookie": cookie,
            "X-CSRFToken": account.csrf,
            "HX-Request": "true",
            "HX-Target": f"habit-{habit}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        value = (number // HABITS + worker) % 2
        yield "POST", f"/habits/{habit}/entries/{account.today}/", headers, f"value={value}&note={worker}-{number}"


def floor_requests(account: Account, worker: int) -> Iterator[Request]:
    """The same through the floor's view."""
    for number in range(10**9):
        habit = account.habits[(number + worker) % HABITS]
        yield "PUT", f"/{habit}/{account.today}/{number % 2}", {}, "{}"


KINDS = {
    "floor": floor_requests,
    "statements": floor_requests,
    "api": api_requests,
    "page": page_requests,
    "asgi": api_requests,
}
"""``statements`` are those of the product, replayed by a plain view; ``asgi`` is ``api`` with HTTP through Django's own
ASGI handler instead of WSGI in threads."""


async def _client(port: int, requests: Iterator[Request], until: float, took: list[float], failed: list[str]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for method, path, headers, body in requests:
        if time.perf_counter() >= until:
            break
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        started = time.perf_counter()
        writer.write(
            f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{head}"
            f"Content-Length: {len(body)}\r\n\r\n{body}".encode()
        )
        status, length = 0, 0
        while (line := await reader.readline()) not in {b"\r\n", b""}:
            if not status:
                status = int(line.split()[1])
            elif line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        content = await reader.readexactly(length)
        took.append(time.perf_counter() - started)
        if status >= 300:
            failed.append(f"{status} {content[:200]!r}")
    writer.close()


async def load(
    port: int, kind: str, accounts: list[Account], clients: int, seconds: float
) -> tuple[float, list[float]]:
    took: list[float] = []
    failed: list[str] = []
    started = time.perf_counter()
    end = started + seconds
    asked = (KINDS[kind](accounts[number % len(accounts)], number) for number in range(clients))
    await asyncio.gather(*(_client(port, requests, end, took, failed) for requests in asked))
    if failed:
        raise SystemExit(f"{kind}: {len(failed)} of {len(took)} failed, such as {failed[0]}")
    return len(took) / (time.perf_counter() - started), took


def _await_port(port: int) -> None:
    for _ in range(600):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2)
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise SystemExit("the server did not start")


@contextmanager
def served(command: list[str], env: dict[str, str], port: int, log: Path) -> Iterator[int]:
    """A server, up for as long as the block lasts."""
    with log.open("wb") as output:
        process = start(command, env={**os.environ, **env}, output=output, cwd=ROOT)
        try:
            _await_port(port)
            yield port
        finally:
            stop(process)


def measure(
    accounts: list[Account], ports: dict[str, int], repeats: int, seconds: float, kinds: list[str]
) -> dict[str, Any]:
    """Requests a second and p50 in ms, by kind and number of clients."""
    cases = [(kind, clients) for clients in CLIENTS for kind in kinds]
    rates: dict[tuple[str, int], list[tuple[float, float]]] = {case: [] for case in cases}
    for kind in kinds:
        asyncio.run(load(ports[kind], kind, accounts, 4, 1.0))
    for _ in range(repeats):
        for kind, clients in cases:
            rate, took = asyncio.run(load(ports[kind], kind, accounts, clients, seconds))
            rates[kind, clients].append((rate, statistics.median(took) * 1000))
    return {
        f"{kind} x{clients}": {
            "per_second": round(statistics.median(rate for rate, _ in found), 1),
            "p50_ms": round(statistics.median(p50 for _, p50 in found), 2),
        }
        for (kind, clients), found in rates.items()
    }


def main() -> None:
    """Seed, serve, measure, print a table."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--repeats", type=int, default=3)
    arguments.add_argument("--seconds", type=float, default=SECONDS)
    arguments.add_argument("--kinds", nargs="+", default=[*KINDS], choices=[*KINDS], help="floor must be one of them")
    chosen = arguments.parse_args()
    services = bool(os.environ.get("DATABASE_URL"))
    limits = {"RATE_LIMIT_USER": "100000000/min", "RATE_LIMIT_ADDRESS": "100000000/min"}
    folder = bench.environment(RATE_LIMITS="off", **limits)
    accounts = seed()
    statements = folder / "statements.pickle"
    record_statements(accounts, statements)
    subprocess.run([sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"], cwd=ROOT, check=True)
    product_port, floor_port, statements_port, asgi_port = (free_port() for _ in range(4))
    daphne = [sys.executable, "-m", "daphne", "-v", "0", "-b", "127.0.0.1", "-p"]
    embedded = [sys.executable, "manage.py", "serve"]
    product = [*daphne, str(product_port), "smarthabit.asgi:application"] if services else embedded
    database = os.environ["DATABASE_URL"] if services else str(folder / "floor.sqlite3")
    own_database = os.environ["DATABASE_URL"] if services else product_file()
    at = {"SITE_URL": f"http://127.0.0.1:{product_port}", "PORT": str(product_port)}
    with (
        served(product, at, product_port, folder / "product.log"),
        served([*daphne, str(asgi_port), "benchmarks.django_asgi:application"], at, asgi_port, folder / "asgi.log"),
        served(
            [*daphne, str(floor_port), "benchmarks.floor:application"],
            {"FLOOR_DATABASE": database},
            floor_port,
            folder / "floor.log",
        ),
        served(
            [*daphne, str(statements_port), "benchmarks.statements_floor:application"],
            {"FLOOR_DATABASE": own_database, "FLOOR_STATEMENTS": str(statements)},
            statements_port,
            folder / "statements.log",
        ),
    ):
        ports = {
            "floor": floor_port,
            "statements": statements_port,
            "api": product_port,
            "page": product_port,
            "asgi": asgi_port,
        }
        found = measure(accounts, ports, chosen.repeats, chosen.seconds, chosen.kinds)
    show(found, "PostgreSQL" if services else "SQLite", chosen.kinds)


def show(found: dict[str, Any], database: str, kinds: list[str]) -> None:
    """The table."""
    print(f"{database}: check-ins a second, p50, and the share of the floor")
    for clients in CLIENTS:
        base = found[f"floor x{clients}"]["per_second"]
        for kind in kinds:
            row = found[f"{kind} x{clients}"]
            rate, p50 = row["per_second"], row["p50_ms"]
            print(f"{clients:3d} clients  {kind:6s} {rate:8.1f}/s  {p50:8.2f} ms  {rate / base:5.2f}")


if __name__ == "__main__":
    main()
