"""Closing the day of many users in one zone, and what a look costs when nobody's day ends.

    .venv/bin/python benchmarks/rollover.py --users 2000 --others 20000             SQLite
    scripts/services .venv/bin/python benchmarks/rollover.py --users 100000         PostgreSQL

``--users`` live in one zone and have ``--habits`` daily habits each, of which ``--missed`` in a hundred are not done on
the days that are closed; ``--others`` live where no day ends. Users closed a second, with everything that follows from
a closed day. The first night also enrols everybody for nudges and suggestions, which people who made their habits on
the site have behind them; the second is every night.

The floor, just before each night, is the same states copied out with what was stated, the same arithmetic, and the same
figures copied into a fresh table without an index: no plan is asked for, nothing is claimed, locked, marked or told.
``--workers`` processes share the work (PostgreSQL); the floor is always one.
"""

# ruff: noqa: E402 - Django has to be set up before its models can be imported

from __future__ import annotations

import argparse
import datetime as dt
import os
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import bench

bench.set_up()

import numpy as np
from django.db import connection, transaction

from habits.domain.evidence_arrays import NO_MINUTE, PACKED, observe_all
from habits.domain.fold_arrays import Asked, Counts, Stated, close_day, marks_of
from habits.domain.ledger import DONE
from habits.models import Entry, Habit, HabitState, Plan
from habits.selectors import closing
from habits.services import roll_over
from smarthabit.accounts.user import User, UserClock
from smarthabit.kernel.bulk import Rows, fetch_rows, insert_rows, row_type

AT_ONCE = 5_000
NOON = dt.datetime(2026, 3, 18, 12, tzinfo=dt.UTC)
NIGHTS = [dt.datetime(2026, 3, day, 0, 1, tzinfo=dt.UTC) for day in (19, 20)]
READ = closing._COLUMNS  # noqa: SLF001 - the very figures the job reads
WRITTEN = [one for one in READ if one.name in {"habit_id", *closing.STREAK, "strength", "evidence"}]
FIGURES = [*closing.STREAK, "strength"]
_TYPES = {"bigint": "bigint", "real": "double precision", "bytes": "bytea"}
_OUT = """
SELECT state.habit_id, CAST(0 AS bigint), {streak}, {strength}, state.evidence, COALESCE(entry.value_milli, -1),
  CAST(CASE WHEN entry.skipped THEN 1 ELSE 0 END AS bigint), CAST(COALESCE(entry.minute, -1) AS bigint)
FROM habits_habitstate state LEFT JOIN habits_entry entry ON entry.habit_id = state.habit_id AND entry.day = %s
WHERE state.habit_id BETWEEN %s AND %s
"""


def seed(users: int, habits: int, missed: int, zone: str, name: str) -> None:
    """Users with habits and entries of the days up to tomorrow, some without; no state is closed yet."""
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


def floor(day: dt.date) -> tuple[int, float]:
    """States copied out, closed on this day and copied into a fresh table: how many, and seconds."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS rollover_floor")
        columns = ", ".join(f"{one.name} {_TYPES[one.kind]}" for one in WRITTEN)
        cursor.execute(f"CREATE TABLE rollover_floor ({columns})")
    last = HabitState.objects.order_by("-pk").values_list("pk", flat=True)[0]
    sql = _OUT.format(**closing._PIECES[connection.vendor])  # noqa: SLF001 - as above
    begun = time.perf_counter()
    for first in range(1, last + 1, AT_ONCE):
        rows = fetch_rows(sql, [day.isoformat(), first, first + AT_ONCE - 1], READ)
        with transaction.atomic():
            insert_rows("rollover_floor", WRITTEN, closed(rows, day.toordinal()))
    return last, time.perf_counter() - begun


def closed(rows: Rows, day: int) -> Rows:
    """The states after a day that a daily plan asked for."""
    size = len(rows)
    asked_for, nothing = np.ones(size, dtype=bool), np.zeros(size)
    asked = Asked(~asked_for, asked_for, np.full(size, 1000), asked_for, nothing + 0.95, nothing + 0.05)
    stated = Stated(rows["value"] >= 0, np.maximum(rows["value"], 0), rows["skipped"] != 0)
    marks, amounts = marks_of(asked, stated)
    counts = close_day(asked, marks, amounts, Counts(*(rows[name] for name in FIGURES)), day)
    evidence = np.frombuffer(rows["evidence"].tobytes(), dtype=PACKED).copy()
    observe_all(evidence, day, asked_for, marks == DONE, np.full(size, NO_MINUTE))
    made: Rows = np.empty(size, dtype=row_type(WRITTEN))
    made["habit_id"] = rows["habit_id"]
    made["evidence"] = np.frombuffer(evidence.tobytes(), dtype=made["evidence"].dtype)
    for name in FIGURES:
        made[name] = getattr(counts, name)
    return made


def close(now: dt.datetime) -> tuple[int, float]:
    """Close all days that have ended: of how many users, and seconds of our own CPU."""
    worked, count = time.process_time(), 0
    while done := roll_over(now):
        count += done
    return count, time.process_time() - worked


def close_together(now: dt.datetime, pool: ProcessPoolExecutor, workers: int) -> tuple[int, float, float]:
    """The same by all workers at once: users, seconds by the clock, and seconds of all their CPU."""
    begun = time.perf_counter()
    counts, worked = zip(*pool.map(close, [now] * workers), strict=True)
    return sum(counts), time.perf_counter() - begun, sum(worked)


def night(now: dt.datetime, pool: ProcessPoolExecutor, workers: int, habits: int) -> str:
    """What the floor and the job take, once the database has seen to its tables as it does in the course of a day."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    states, least = floor(now.date() - dt.timedelta(days=1))
    count, took, worked = close_together(now, pool, workers)
    rate, most = count * habits / took, states / least
    return (
        f"{count} users in {took:.3f} s, {count / took:,.0f} users/s ({count / worked:,.0f} by our own CPU); "
        f"{rate:,.0f} habits/s, floor {most:,.0f}: {rate / most:.0%} of it"
    )


def main() -> None:
    """Seed, bring everybody to yesterday, close two days, look again."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--users", type=int, default=2000)
    parser.add_argument("--others", type=int, default=0)
    parser.add_argument("--habits", type=int, default=1)
    parser.add_argument("--missed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=1)
    chosen = parser.parse_args()
    pool = ProcessPoolExecutor(chosen.workers, mp_context=get_context("fork"))
    pool.submit(os.getpid).result()  # forked before there are connections and threads
    bench.migrate()
    seed(chosen.users, chosen.habits, chosen.missed, "UTC", "here")
    seed(chosen.others, chosen.habits, chosen.missed, "America/Los_Angeles", "there")
    close_together(NOON, pool, chosen.workers)
    for what, now in zip(("first night", "second night"), NIGHTS, strict=True):
        print(f"{connection.vendor}: {what}: {night(now, pool, chosen.workers, chosen.habits)}", flush=True)
    begun = time.perf_counter()
    close(NIGHTS[-1])
    print(f"{connection.vendor}: a look when nobody's day ends: {time.perf_counter() - begun:.4f} s")


if __name__ == "__main__":
    main()
