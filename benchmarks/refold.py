"""What a write costs by the length of a history: appending today against rewriting the past.

    .venv/bin/python benchmarks/refold.py                               SQLite
    scripts/services .venv/bin/python benchmarks/refold.py              PostgreSQL

Medians in milliseconds. ``append`` states today, ``recent`` yesterday but five, ``refold`` a day of the first month,
and ``fold`` is the refold alone: reading the entries and folding them.
"""

# ruff: noqa: PLC0415 - Django can be set up once the folder for its data is known

from __future__ import annotations

import datetime as dt
import gc
import itertools
import time
from collections.abc import Callable
from typing import Any

import bench

NOW = dt.datetime(2026, 3, 18, 12, tzinfo=dt.UTC)
REPEATS = 60
YEARS = (1, 10)


def seed(user: Any, years: int) -> Any:
    """A daily habit with four of five days done."""
    from django.db import connection

    from habits.models import Entry
    from habits.services import HabitDraft, create_habit, refold_habit

    today = NOW.date()
    begin = today - dt.timedelta(days=365 * years)
    daily = {"type": "weekdays", "days": [1, 2, 3, 4, 5, 6, 7]}
    habit = create_habit(user=user, draft=HabitDraft(f"{years} years", daily, 1000, started_on=begin), now=NOW)
    days = [begin + dt.timedelta(days=age) for age in range(365 * years) if age % 5]
    Entry.objects.bulk_create(
        [Entry(user=user, habit=habit, day=day, value_milli=1000, written_at=NOW) for day in days], batch_size=500
    )
    refold_habit(user, habit, today)
    if connection.vendor == "sqlite":  # what the seeding left in the log is not the writes' to carry over
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return habit


def works(habit: Any) -> dict[str, Callable[[], Any]]:
    """What is measured of a habit, by name."""
    from habits.selectors.entries import entry_rows
    from habits.selectors.rules import rules_of
    from habits.services import EntryChange, record_entry
    from habits.services.states import folds_from_scratch

    today, user = NOW.date(), habit.user
    values = itertools.cycle([0, 1000])
    rules = rules_of(user, [habit])[habit.pk]

    def write(day: dt.date) -> Callable[[], Any]:
        return lambda: record_entry(user=user, habit_id=habit.pk, day=day, change=EntryChange(next(values)), now=NOW)

    return {
        "append": write(today),
        "recent": write(today - dt.timedelta(days=6)),
        "refold": write(habit.started_on + dt.timedelta(days=20)),
        "fold": lambda: folds_from_scratch(rules, entry_rows(habit.pk), today.toordinal()),
    }


def main() -> None:
    """Seed one and ten years, of a user each, write to them in turns, print."""
    bench.set_up()
    from django.db import connection

    from smarthabit.accounts.user import User

    bench.migrate()
    gc.freeze()  # as asgi.py does
    measured = {}
    for years in YEARS:
        user = User.objects.create_user(f"bench-{time.time_ns()}@example.org", "a long enough secret")
        measured[years] = works(seed(user, years))
    print(connection.vendor)
    figures = {
        name: bench.medians({str(years): measured[years][name] for years in YEARS}, REPEATS) for name in measured[1]
    }
    for years in YEARS:
        print(f"{years:2d} years  " + "  ".join(f"{name} {took[str(years)]:6.2f} ms" for name, took in figures.items()))


if __name__ == "__main__":
    main()
