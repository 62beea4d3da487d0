"""The overview of 50 habits over 5 years against the least it could cost: one ordered SELECT of the same rows.

Beside it the pages: insights, one habit's, and the list of habits with a year of squares each, with their queries and
their weight (gzip).

    .venv/bin/python benchmarks/insights.py [REPEATS]                  SQLite
    scripts/services .venv/bin/python benchmarks/insights.py           PostgreSQL

Medians in milliseconds of interleaved repeats. ``cold`` has nothing cached, ``one changed`` has the
days of all habits but one, ``again`` finds the figures.
"""

# ruff: noqa: PLC0415 - Django can be set up once the folder for its data is known

from __future__ import annotations

import datetime as dt
import gzip
import sys
import time
from collections.abc import Callable
from typing import Any

import bench

NOW = dt.datetime(2026, 3, 18, 12, tzinfo=dt.UTC)
HABITS, YEARS = 50, 5
REPEATS = int(sys.argv[1]) if len(sys.argv) > 1 else 7
FIRST = NOW.date() - dt.timedelta(days=365 * YEARS)
SCHEDULES = (
    {"type": "weekdays", "days": [1, 2, 3, 4, 5, 6, 7]},
    {"type": "weekdays", "days": [1, 2, 3, 4, 5]},
    {"type": "weekly", "times": 3},
    {"type": "rolling", "days": 7, "times": 4},
    {"type": "monthly", "times": 12},
)


def seed(user: Any) -> None:
    """Habits of all kinds of schedules, logged on most days."""
    from habits.models import Entry
    from habits.services import HabitDraft, create_habit

    for number in range(HABITS):
        draft = HabitDraft(f"Habit {number}", SCHEDULES[number % len(SCHEDULES)], 1000, started_on=FIRST)
        habit = create_habit(user=user, draft=draft, now=NOW)
        days = [FIRST + dt.timedelta(days=age) for age in range(365 * YEARS) if (age * (number + 3)) % 7]
        entries = [
            Entry(user=user, habit=habit, day=day, value_milli=1000, minute=(day.day * 37) % 1440, written_at=NOW)
            for day in days
        ]
        Entry.objects.bulk_create(entries, batch_size=500)


def main() -> None:
    """Seed, read, print."""
    bench.set_up()
    from django.core.management import call_command
    from django.db import connection

    from smarthabit.accounts.user import User
    from smarthabit.kernel import clock

    bench.migrate()
    call_command("collectstatic", interactive=False, verbosity=0)
    clock.shift(NOW - clock.now())
    user = User.objects.create_user(f"bench-{time.time_ns()}@example.org", "a long enough secret", onboarded_at=NOW)
    seed(user)
    found = bench.medians({**_overviews(user), **_pages(user)}, REPEATS)
    print(connection.vendor)
    for name, ms in found.items():
        print(f"{name:<28} {ms:8.1f} ms  {ms / found['select']:5.2f} times the select")


def _forget() -> None:
    from django.core.cache import cache

    from analytics.selectors.figures import forget_days

    cache.clear()
    forget_days()


def _overviews(user: Any) -> dict[str, Callable[[], Any]]:
    """The figures alone: with nothing kept, after a check-in, and asked again; beside reading the entries."""
    from django.core.cache import cache
    from django.db import connection

    from analytics.selectors import Ranges, overview_of
    from habits.models import Entry

    checked = Entry.objects.filter(user=user).latest("day")

    def select() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT habit_id, day, value_milli, skipped, minute FROM habits_entry WHERE user_id = %s ORDER BY day",
                [user.pk],
            )
            cursor.fetchall()

    def overview() -> None:
        overview_of(user, NOW, Ranges(FIRST, NOW.date()))

    def cold() -> None:
        _forget()
        overview()

    def checked_in() -> None:
        """One habit's entries are others now, as after a check-in."""
        checked.value_milli = (checked.value_milli or 0) + 1000
        checked.save()
        cache.clear()
        overview()

    return {"select": select, "cold": cold, "one changed": checked_in, "again": overview}


def _pages(user: Any) -> dict[str, Callable[[], Any]]:
    """Each page with nothing cached, and what it weighs."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from habits.selectors.pasts import every_habit

    client = Client(headers={"host": "localhost"})
    client.force_login(user)
    span = f"from={FIRST}&to={NOW.date()}"
    addresses = {
        "page insights": f"/insights/?{span}",
        "page insights, compared": f"/insights/?{span}&against_from=2020-01-01",
        "page one habit": f"/insights/habits/{every_habit(user)[0].pk}/?{span}",
        "page habits, a year each": "/habits/",
    }
    for name, address in addresses.items():
        client.get(address)
        _forget()
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address)
        if answer.status_code != 200:
            raise SystemExit(f"{address}: {answer.status_code}")
        print(f"{name:<28} {len(queries):3} queries  {len(gzip.compress(answer.content)) / 1024:5.1f} KiB compressed")

    def page(address: str) -> Callable[[], Any]:
        def get() -> None:
            _forget()
            client.get(address)

        return get

    return {name: page(address) for name, address in addresses.items()}


if __name__ == "__main__":
    main()
