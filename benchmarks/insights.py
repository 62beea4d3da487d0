"""The overview of 50 habits over 5 years against the least it could cost: one ordered SELECT of the same rows.

    .venv/bin/python benchmarks/insights.py                            SQLite
    scripts/services .venv/bin/python benchmarks/insights.py           PostgreSQL

Medians in milliseconds of interleaved repeats. ``cold`` has nothing cached, ``again`` finds the figures.
"""

# ruff: noqa: PLC0415 - Django can be set up once the folder for its data is known

from __future__ import annotations

import datetime as dt
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

NOW = dt.datetime(2026, 3, 18, 12, tzinfo=dt.UTC)
HABITS, YEARS, REPEATS = 50, 5, 7
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


def took(work: Callable[[], Any]) -> float:
    """One run, in ms."""
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def main() -> None:
    """Seed, read, print."""
    os.environ.update(DATA_DIR=tempfile.mkdtemp(), DJANGO_SETTINGS_MODULE="smarthabit.settings", LOG_LEVEL="ERROR")
    if os.environ.get("DATABASE_URL"):
        os.environ.setdefault("SECRET_KEY", "benchmark-" * 6)
        os.environ.setdefault("JWT_SIGNING_KEY", "kramhcneb-" * 6)
    import django

    django.setup()
    from django.core.cache import cache
    from django.core.management import call_command
    from django.db import connection

    from analytics.selectors import Ranges, overview_of
    from smarthabit.accounts.user import User

    call_command("migrate", verbosity=0)
    user = User.objects.create_user(f"bench-{time.time_ns()}@example.org", "a long enough secret")
    seed(user)

    def floor() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT habit_id, day, value_milli, skipped, minute FROM habits_entry WHERE user_id = %s ORDER BY day",
                [user.pk],
            )
            cursor.fetchall()

    def overview() -> None:
        overview_of(user, NOW, Ranges(FIRST, NOW.date()))

    def cold() -> None:
        cache.clear()
        overview()

    works = {"select": floor, "cold": cold, "again": overview}
    runs: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(REPEATS):
        for name, work in works.items():
            runs[name].append(took(work))
    medians = {name: statistics.median(times) for name, times in runs.items()}
    print(connection.vendor, "  ".join(f"{name} {ms:.1f} ms" for name, ms in medians.items()))
    print(f"cold is {medians['cold'] / medians['select']:.2f} times the select (at most 5)")


if __name__ == "__main__":
    main()
