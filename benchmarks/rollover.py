"""Closing the day of many users in one zone, and what a look costs when nobody's day ends.

    .venv/bin/python benchmarks/rollover.py --users 2000 --others 20000             SQLite
    scripts/services .venv/bin/python benchmarks/rollover.py --users 100000         PostgreSQL

``--users`` live in one zone and have ``--habits`` daily habits each, of which ``--missed`` in a hundred are not done on
the days that are closed; ``--others`` live where no day ends. Users closed a second, with everything that follows from
a closed day. The first night also enrols everybody for nudges and suggestions, which people who made their habits on
the site have behind them; the second is every night.
"""

# ruff: noqa: PLC0415 - Django can be set up once the folder for its data is known

from __future__ import annotations

import argparse
import datetime as dt
import os
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

NOON = dt.datetime(2026, 3, 18, 12, tzinfo=dt.UTC)
NIGHTS = [dt.datetime(2026, 3, day, 0, 1, tzinfo=dt.UTC) for day in (19, 20)]


def seed(users: int, habits: int, missed: int, zone: str, name: str) -> None:
    """Users with habits and entries of the days up to tomorrow, some without; no state is closed yet."""
    from habits.models import Entry, Habit, HabitState, Plan
    from smarthabit.accounts.user import User, UserClock

    today = NOON.date()
    begin = today - dt.timedelta(days=20)
    daily = {"type": "weekdays", "days": [1, 2, 3, 4, 5, 6, 7]}
    for at in range(0, users, 2000):
        part = range(at, min(users, at + 2000))
        people = User.objects.bulk_create([User(email=f"{name}-{n}@example.org", timezone=zone) for n in part], 500)
        UserClock.objects.bulk_create([UserClock(user=user) for user in people], 500)
        made = [
            Habit(user=user, name=f"Habit {n}", started_on=begin, created_at=NOON)
            for user in people
            for n in range(habits)
        ]
        made = Habit.objects.bulk_create(made, 500)
        plans = [
            Plan(user=each.user, habit=each, effective_from=begin, schedule=daily, target_milli=1000) for each in made
        ]
        Plan.objects.bulk_create(plans, 500)
        HabitState.objects.bulk_create([HabitState(user=each.user, habit=each) for each in made], 500)
        days = [today - dt.timedelta(days=back) for back in (-1, 0, 1, 2)]
        entries = [
            Entry(user=each.user, habit=each, day=day, value_milli=1000, written_at=NOON)
            for number, each in enumerate(made)
            for day in days
            if day < today or number % 100 >= missed
        ]
        Entry.objects.bulk_create(entries, 500)


def main() -> None:
    """Seed, bring everybody to yesterday, close two days, look again."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--users", type=int, default=2000)
    parser.add_argument("--others", type=int, default=0)
    parser.add_argument("--habits", type=int, default=1)
    parser.add_argument("--missed", type=int, default=0)
    chosen = parser.parse_args()
    os.environ.update(DATA_DIR=tempfile.mkdtemp(), DJANGO_SETTINGS_MODULE="smarthabit.settings", LOG_LEVEL="ERROR")
    os.environ.setdefault("SECRET_KEY", "benchmark-" * 6)
    os.environ.setdefault("JWT_SIGNING_KEY", "kramhcneb-" * 6)
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from habits.services import roll_over

    call_command("migrate", verbosity=0)
    seed(chosen.users, chosen.habits, chosen.missed, "UTC", "here")
    seed(chosen.others, chosen.habits, chosen.missed, "America/Los_Angeles", "there")
    while roll_over(NOON):
        pass
    first, second = NIGHTS
    for what, now in (("first night", first), ("second night", second), ("a look when nobody's day ends", second)):
        begun, worked, closed = time.perf_counter(), time.process_time(), 0
        while done := roll_over(now):
            closed += done
        took, cpu = time.perf_counter() - begun, time.process_time() - worked
        rate = f", {closed / took:,.0f} users/s ({closed / cpu:,.0f} by our own CPU)" if closed else ""
        print(f"{connection.vendor}: {what}: {closed} users of {chosen.users + chosen.others} in {took:.3f} s{rate}")


if __name__ == "__main__":
    main()
