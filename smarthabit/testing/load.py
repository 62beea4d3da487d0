"""People with habits, and writers that keep book of what was acknowledged: load for the tests of faults."""

from __future__ import annotations

import contextlib
import datetime as dt
import http.client
import itertools
import json
import statistics
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Self

from smarthabit.testing.site import Site

DAYS = 300
"""How far back entries are written: so many different ones a habit has room for."""

_PEOPLE = """
import datetime as dt, json
from django.contrib.auth import get_user_model
from django.test import Client
from habits.services import HabitDraft, create_habit
from smarthabit.accounts import tokens
from smarthabit.kernel import clock
now, daily = clock.now(), {"type": "weekdays", "days": [1, 2, 3, 4, 5, 6, 7]}
found = []
for number in range(%(people)d):
    email = f"%(name)s-{number}@example.org"
    user = get_user_model().objects.create_user(email, onboarded_at=now)
    drafts = [HabitDraft(f"Habit {n}", daily, 1000, started_on=now.date() - dt.timedelta(days=%(days)d))
              for n in range(%(habits)d)]
    habits = [create_habit(user=user, draft=draft, now=now).pk for draft in drafts]
    client = Client()
    client.force_login(user)
    token = tokens.issue(user=user, now=now).access
    found.append([user.pk, email, client.session.session_key, token, habits, now.date().isoformat()])
print(json.dumps(found))
"""
_STORED = """
import json
from habits.models import Entry
rows = Entry.objects.values_list("habit_id", "day", "note")
print(json.dumps([[pk, day.isoformat(), note] for pk, day, note in rows]))
"""

Key = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Person:
    """An account, how to sign in to it, and the ids of its habits."""

    pk: int
    email: str
    session: str
    token: str
    habits: list[int]
    today: str


def people(site: Site, number: int, *, habits: int = 5, name: str = "person") -> list[Person]:
    """Make so many accounts with so many daily habits each."""
    code = _PEOPLE % {"people": number, "habits": habits, "name": name, "days": DAYS + 10}
    return [Person(*fields) for fields in json.loads(site.run(code).splitlines()[-1])]


def stored(site: Site) -> dict[Key, str]:
    """The note of every entry in the database, by habit and day."""
    return {(pk, day): note for pk, day, note in json.loads(site.run(_STORED).splitlines()[-1])}


@dataclass
class Book:
    """What writers were told. Threads only ever append."""

    acknowledged: dict[Key, str] = field(default_factory=dict)
    took: list[tuple[float, float]] = field(default_factory=list)
    """When each answered write began (monotonic), and its seconds."""
    statuses: list[int] = field(default_factory=list)
    unanswered: int = 0
    """Writes cut off before their answer: they may be stored or not."""

    def missing(self, found: dict[Key, str]) -> int:
        """How many acknowledged writes are not among what is stored."""
        return sum(found.get(key) != note for key, note in self.acknowledged.items())

    def refused(self) -> int:
        """Answers other than 2xx."""
        return sum(not 200 <= status < 300 for status in self.statuses)

    def p99(self, since: float = 0.0, until: float = float("inf")) -> float:
        """The 99th percentile, in seconds, of the writes that began in that span."""
        took = [seconds for begun, seconds in self.took if since <= begun < until]
        return statistics.quantiles(took, n=100)[-1] if len(took) > 1 else 0.0


class Writers:
    """Threads that write entries through the API for as long as the block lasts; each (habit, day) once."""

    def __init__(self, port: int, persons: Sequence[Person], *, threads: int = 4, pause: float = 0.0) -> None:
        self.book = Book()
        self._port = port
        self._pause = pause
        self._ended = threading.Event()
        self._turn = threading.Lock()
        self._work = self._all(persons)
        self._threads = [threading.Thread(target=self._write, daemon=True) for _ in range(threads)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Write no more; what is under way is answered."""
        self._ended.set()
        for thread in self._threads:
            thread.join(60)

    def wait(self, writes: int, seconds: float = 120) -> None:
        """Until so many more have been acknowledged."""
        wanted = len(self.book.acknowledged) + writes
        until(lambda: len(self.book.acknowledged) >= wanted, seconds, f"{writes} acknowledged writes")

    @staticmethod
    def _all(persons: Sequence[Person]) -> Iterator[tuple[Person, Key, str]]:
        numbers = itertools.count()
        for back in range(DAYS):
            for person in persons:
                day = (dt.date.fromisoformat(person.today) - dt.timedelta(days=back)).isoformat()
                for habit in person.habits:
                    yield person, (habit, day), f"write {next(numbers)}"

    def _write(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        while not self._ended.wait(self._pause):
            with self._turn:
                person, key, note = next(self._work)
            begun = time.monotonic()
            try:
                status = _put(connection, self._port, person, key, note)
            except (OSError, http.client.HTTPException):
                self.book.unanswered += 1
                connection.close()
                time.sleep(0.25)
                continue
            self.book.took.append((begun, time.monotonic() - begun))
            self.book.statuses.append(status)
            if 200 <= status < 300:
                self.book.acknowledged[key] = note
        connection.close()


def _put(connection: http.client.HTTPConnection, port: int, person: Person, key: Key, note: str) -> int:
    headers = {"Authorization": f"Bearer {person.token}", "Content-Type": "application/json"}
    headers["Host"] = f"localhost:{port}"
    path = f"/api/v1/habits/{key[0]}/entries/{key[1]}/"
    connection.request("PUT", path, json.dumps({"value": 1, "note": note}), headers)
    with contextlib.closing(connection.getresponse()) as answer:
        answer.read()
        return answer.status


def until(true: Callable[[], bool], seconds: float, what: str) -> float:
    """Wait until ``true`` holds; how long that took. Raises TimeoutError after so many seconds."""
    begun = time.monotonic()
    while not true():
        if time.monotonic() - begun > seconds:
            raise TimeoutError(f"not within {seconds} s: {what}")
        time.sleep(0.02)
    return time.monotonic() - begun
