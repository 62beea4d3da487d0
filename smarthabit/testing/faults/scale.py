"""Promise 18: an account with 10,000 habits stays usable."""

from __future__ import annotations

import datetime as dt
import http.client
import json
import statistics
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from websockets.sync.client import connect
from websockets.typing import Origin

from smarthabit.testing.faults import Figure, at_most
from smarthabit.testing.site import Site

TITLE = "18: an account with 10,000 habits stays usable"
LIMIT = 0.5
"""Seconds."""

_SEED = """
import json, logging
logging.disable(logging.WARNING)
from django.conf import settings
from django.test import Client
settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
from smarthabit.accounts.user import User
from smarthabit.kernel import clock
from smarthabit.tests.many_habits import add_habits, operators, queries_of, shown
from smarthabit.tests.world import make_world
many = %(many)d
world = make_world(f"many-{many}@example.org", "Something")
habits = add_habits(world.user, many, clock.now())
operator = Client()
operator.force_login(User.objects.create_superuser(f"operator-{many}@example.org", "a long enough secret"))
pages = {}
for client, addresses in ((world.browser, shown(world)), (operator, operators())):
    for name, address in addresses:
        if queries_of(client, address) is not None:
            pages[name] = address, client.session.session_key, queries_of(client, address)
print(json.dumps([world.browser.session.session_key, world.token, habits[:20], clock.now().date().isoformat(), pages]))
"""


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody with many habits: how they sign in, some of the habits, and by name every address that shows something,
    as (address, session, queries)."""

    session: str
    token: str
    habits: list[int]
    today: str
    pages: dict[str, tuple[str, str, int]]


def run(folder: Path, *, long: bool) -> list[Figure]:
    """Two accounts, 100 times apart; every address of the large one, check-ins and what follows them are timed."""
    few, many, times = (100, 10_000, 12) if long else (100, 500, 5)
    with Site(folder) as site:
        small, large = _seed(site, few), _seed(site, many)
        more = {
            name: (small.pages[name][2], queries)
            for name, (_, _, queries) in large.pages.items()
            if name not in small.pages or queries > small.pages[name][2]
        }
        for name in small.pages:
            _Device(site, small).p95(name, 1)  # whoever comes first waits for templates to be read
        device = _Device(site, large)
        took = {name: device.p95(name, times) for name in large.pages}
        written = {
            "a check-in": _p95(device.check_ins),
            "one of yesterday": _timed(device.correct, times),
            "a new habit": _timed(device.begin, times),
            "another tab shows a check-in": _p95(device.shown(times)),
        }
    slowest = sorted(took.items(), key=lambda one: -one[1])
    return [
        Figure(f"of {len(took)} addresses with more queries at {many} habits than at {few}", len(more), "0", not more),
        at_most(f"slowest p95 at {many} habits ({_said(slowest[:6])})", slowest[0][1], LIMIT),
        at_most(f"slowest p95 of writes ({_said(written.items())})", max(written.values()), LIMIT),
    ]


class _Device:
    """What asks and writes for the large account; every other request comes after a check-in, so that nothing kept
    holds any more."""

    def __init__(self, site: Site, account: Account) -> None:
        self._site = site
        self._account = account
        self._turn = 0
        self._stated: dict[tuple[int, str], int] = {}
        self.check_ins: list[float] = []

    def p95(self, name: str, times: int) -> float:
        """Seconds until a page was there."""
        address, session, _queries = self._account.pages[name]
        taken = []
        for turn in range(times):
            if turn % 2:
                self.check_ins.append(self.check_in())
            taken.append(self._ask("GET", address, session=session))
        return _p95(taken)

    def check_in(self) -> float:
        """State something else about one of some habits, today."""
        return self._state(self._account.today)

    def correct(self) -> float:
        """The same of a day that is closed: all forecasts are made again."""
        return self._state(_before(self._account.today))

    def begin(self) -> float:
        """Make a habit."""
        return self._ask("POST", "/api/v1/habits/", {"name": f"New {time.monotonic_ns()}"})

    def shown(self, times: int) -> list[float]:
        """Seconds from a check-in until a tab of the same account was sent its row."""
        cookie = {"Cookie": f"session={self._account.session}"}
        address, origin = f"ws://localhost:{self._site.port}/ws/live/", Origin(self._site.url)
        taken = []
        with connect(address, origin=origin, additional_headers=cookie) as tab:
            tab.recv(timeout=30)
            for _ in range(times):
                pk, begun = self._next, time.monotonic()
                self.check_in()
                while f"habit:{pk}" not in str(tab.recv(timeout=30)):
                    pass
                taken.append(time.monotonic() - begun)
        return taken

    @property
    def _next(self) -> int:
        return self._account.habits[self._turn % len(self._account.habits)]

    def _state(self, day: str) -> float:
        pk = self._next
        self._turn += 1
        value = self._stated[pk, day] = 1 - self._stated.get((pk, day), 1)
        return self._ask("PUT", f"/api/v1/habits/{pk}/entries/{day}/", {"value": value})

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None, *, session: str = "") -> float:
        """Seconds until the whole answer was there."""
        headers = {"Host": f"localhost:{self._site.port}", "Content-Type": "application/json"}
        headers |= {"Cookie": f"session={session}"} if session else {"Authorization": f"Bearer {self._account.token}"}
        begun = time.monotonic()
        with closing(http.client.HTTPConnection("127.0.0.1", self._site.port, timeout=60)) as connection:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            answer.read()
        assert answer.status < 300, (path, answer.status)
        return time.monotonic() - begun


def _seed(site: Site, many: int) -> Account:
    return Account(*json.loads(site.run(_SEED % {"many": many}).splitlines()[-1]))


def _before(day: str) -> str:
    return (dt.date.fromisoformat(day) - dt.timedelta(days=1)).isoformat()


def _timed(write: Callable[[], float], times: int) -> float:
    return _p95([write() for _ in range(times)])


def _p95(took: Sequence[float]) -> float:
    return statistics.quantiles(took, n=20, method="inclusive")[-1] if len(took) > 1 else took[0]


def _said(took: Any) -> str:
    return ", ".join(f"{name} {seconds * 1000:.0f} ms" for name, seconds in took)
