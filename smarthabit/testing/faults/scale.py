"""Promise 18: an account with 10,000 habits stays usable."""

from __future__ import annotations

import http.client
import json
import statistics
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from smarthabit.testing.faults import Figure, at_most
from smarthabit.testing.load import Person
from smarthabit.testing.site import Site

TITLE = "18: an account with 10,000 habits stays usable"
PAGES = ("/", "/habits/", "/insights/", "/goals/", "/api/v1/habits/")

_SEED = """
import datetime as dt, json
from django.contrib.auth import get_user_model
from django.test import Client
from habits.models import Entry, Habit, HabitState, Plan
from habits.services import refold_habits
from smarthabit.accounts import tokens
from smarthabit.kernel import clock
now = clock.now()
today, daily = now.date(), {"type": "weekdays", "days": [1, 2, 3, 4, 5, 6, 7]}
begin = today - dt.timedelta(days=30)
user = get_user_model().objects.create_user("many-%(many)d@example.org", onboarded_at=now)
habits = Habit.objects.bulk_create(
    [Habit(user=user, name=f"Habit {n}", position=n, started_on=begin, created_at=now) for n in range(%(many)d)], 500)
Plan.objects.bulk_create(
    [Plan(user=user, habit=habit, effective_from=begin, schedule=daily, target_milli=1000) for habit in habits], 500)
HabitState.objects.bulk_create([HabitState(user=user, habit=habit) for habit in habits], 500)
Entry.objects.bulk_create([Entry(user=user, habit=habit, day=today - dt.timedelta(days=back), value_milli=1000,
    written_at=now) for habit in habits for back in (1, 2, 3)], 500)
for at in range(0, len(habits), 500):
    refold_habits(user, habits[at:at + 500], today)
client = Client()
client.force_login(user)
person = [user.pk, user.email, client.session.session_key, tokens.issue(user=user, now=now).access,
          [habit.pk for habit in habits[:20]], today.isoformat()]
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
counts = {}
for page in %(pages)r:
    client.get(page)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(page).status_code == 200, page
    counts[page] = len(asked)
print(json.dumps([person, counts]))
"""


def run(folder: Path, *, long: bool) -> list[Figure]:
    """Two accounts, 100 times apart; the pages and a check-in of the large one are timed."""
    few, many, times = (100, 10_000, 30) if long else (100, 500, 10)
    with Site(folder) as site:
        _, wanted = _seed(site, few)
        person, counts = _seed(site, many)
        more = {page: (wanted[page], count) for page, count in counts.items() if count > wanted[page]}
        took = {page: _timed(site, person, page, times) for page in PAGES}
        took["check-in"] = _check_ins(site, person, times)
    said = ", ".join(f"{page} {seconds * 1000:.0f} ms" for page, seconds in took.items())
    return [
        Figure(f"pages with more queries at {many} habits than at {few}", str(more or "none"), "none", not more),
        at_most(f"slowest p95 at {many} habits ({said})", max(took.values()), 0.5),
    ]


def _seed(site: Site, many: int) -> tuple[Person, dict[str, int]]:
    person, counts = json.loads(site.run(_SEED % {"many": many, "pages": PAGES}).splitlines()[-1])
    return Person(*person), counts


def _timed(site: Site, person: Person, page: str, times: int) -> float:
    return _p95([_ask(site, person, "GET", page) for _ in range(times)])


def _check_ins(site: Site, person: Person, times: int) -> float:
    paths = [f"/api/v1/habits/{person.habits[n % 20]}/entries/{person.today}/" for n in range(times)]
    return _p95([_ask(site, person, "PUT", path, json.dumps({"value": n % 2})) for n, path in enumerate(paths)])


def _ask(site: Site, person: Person, method: str, path: str, body: str = "") -> float:
    """Seconds until the whole answer was there."""
    headers = {"Host": f"localhost:{site.port}", "Content-Type": "application/json"}
    if path.startswith("/api/"):
        headers["Authorization"] = f"Bearer {person.token}"
    else:
        headers["Cookie"] = f"session={person.session}"
    begun = time.monotonic()
    with closing(http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)) as connection:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        answer.read()
    assert answer.status < 300, (path, answer.status)
    return time.monotonic() - begun


def _p95(took: Sequence[float]) -> float:
    return statistics.quantiles(took, n=20)[-1]
