"""A page of 20 goals whose forecasts are all still to be made, beside the same page with all of them kept.

    .venv/bin/python benchmarks/goal_page.py [REPEATS]                     SQLite
    scripts/services .venv/bin/python benchmarks/goal_page.py              PostgreSQL

Medians in milliseconds of interleaved repeats. Three years of entries in ten habits; the goals count, sum up, sum up
three habits, and want streaks, with a deadline in 90 days, in a year, or none. ``cold`` has no forecast; ``kept`` finds
them all.
"""

# ruff: noqa: PLC0415 - Django can be set up once the folder for its data is known

from __future__ import annotations

import datetime as dt
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import bench

NOW = dt.datetime(2026, 3, 18, 12, tzinfo=dt.UTC)
HABITS, GOALS, DAYS = 10, 20, 3 * 365
REPEATS = int(sys.argv[1]) if len(sys.argv) > 1 else 9
FIRST = NOW.date() - dt.timedelta(days=DAYS)
EVERY_DAY = {"type": "weekdays", "days": [1, 2, 3, 4, 5, 6, 7]}
MEASURES = (("count", 1), ("total", 1), ("total", 3), ("streak", 1))
DEADLINES = (90, 365, None)


def seed(user: Any) -> None:
    """Habits with entries of several amounts on most days, and goals of every measure over them."""
    from goals.services import GoalDraft, create_goal
    from habits.models import Entry
    from habits.services import HabitDraft, create_habit

    habits = []
    for number in range(HABITS):
        draft = HabitDraft(f"Habit {number}", EVERY_DAY, 1000, started_on=FIRST)
        habits.append(create_habit(user=user, draft=draft, now=NOW).pk)
        done = [age for age in range(DAYS) if (age * (number + 3)) % 7 > 1]
        Entry.objects.bulk_create(
            [
                Entry(user=user, habit_id=habits[-1], day=FIRST + dt.timedelta(days=age),
                      value_milli=1000 + 500 * (age % 5), minute=600, written_at=NOW)
                for age in done
            ],
            batch_size=500,
        )  # fmt: skip
    for number in range(GOALS):
        measure, links = MEASURES[number % len(MEASURES)]
        ahead = DEADLINES[number % len(DEADLINES)]
        deadline = None if ahead is None else NOW.date() + dt.timedelta(days=ahead)
        feeding = tuple((habits[(number + k) % HABITS], 1000) for k in range(links))
        goal = GoalDraft(f"Goal {number}", measure, 200_000, deadline=deadline, habits=feeding)
        create_goal(user=user, draft=goal, now=NOW)


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
    found = bench.medians(_pages(user), REPEATS)
    print(connection.vendor)
    for name, ms in found.items():
        print(f"{name:<26} {ms:8.1f} ms")


def _pages(user: Any) -> dict[str, Callable[[], Any]]:
    """The list and one goal of each measure, with nothing cached and with everything."""
    from django.core.cache import cache
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from goals.models import Goal

    client = Client(headers={"host": "localhost"})
    client.force_login(user)

    def get(address: str) -> None:
        client.get(address)

    def get_cold(address: str) -> None:
        cache.clear()
        client.get(address)

    addresses = {"20 goals": "/goals/"}
    for measure in ("count", "total", "streak"):
        addresses[f"one goal, {measure}"] = f"/goals/{Goal.objects.filter(measure=measure).latest('pk').pk}/"
    works: dict[str, Callable[[], Any]] = {}
    for name, address in addresses.items():
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address)
        if answer.status_code != 200:
            raise SystemExit(f"{address}: {answer.status_code}")
        print(f"{name:<26} {len(queries):3} queries")
        works |= {f"{name}, cold": partial(get_cold, address), f"{name}, kept": partial(get, address)}
    return works


if __name__ == "__main__":
    main()
