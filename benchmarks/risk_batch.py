"""Scoring everybody, end to end, against its floor: scripts/services python benchmarks/risk_batch.py [HABITS]

Fills PostgreSQL with HABITS habits (a million by default, five a user) and lives through five days: the first forecasts
wait for their outcome from the second day on, and are settled from the third on. Each day is scored as the hourly job
does: read the states, settle and learn, forecast, replace the rows, count. The floor, just before it, is the same rows
copied out, the model's arithmetic, and the same rows copied into a fresh table without an index. Wall seconds of one
process, numpy on one thread.
"""

# ruff: noqa: E402 - Django has to be set up before its models can be imported

from __future__ import annotations

import datetime as dt
import random
import resource
import sys
import time

import bench

bench.set_up()

import numpy as np
from django.db import connection, transaction

from analytics.domain.risk_features import as_states
from analytics.domain.risk_mornings import predict, remember, settle
from analytics.risk import batch, stored
from analytics.risk.model import current_model
from habits.domain.evidence import Evidence, observe_days
from habits.selectors.bulk import evidence_of_users
from smarthabit.accounts.selectors import days_after
from smarthabit.kernel.bulk import insert_rows, row_type

HABITS_A_USER = 5
HISTORIES = 1000
DAYS = 4
NOW = dt.datetime(2026, 3, 18, 0, 30, tzinfo=dt.UTC)
_USERS = """
INSERT INTO accounts_user (id, password, is_superuser, email, is_active, is_staff, date_joined, timezone, day_starts_at,
  week_starts_on, language, theme, compact, shortcuts)
SELECT n, '', false, 'u' || n || '@example.org', true, false, now(), 'UTC', '00:00', 1, '', 'auto', false, true
FROM generate_series(1, %s) n
"""
_HABITS = """
INSERT INTO habits_habit (id, user_id, name, why, cue, kind, unit, colour, icon, position, started_on, import_key,
  created_at, version)
SELECT n, (n - 1) / %s + 1, 'h', '', '', 'build', '', 'teal', '', n, DATE '2024-01-01', '', now(), 1
FROM generate_series(1, %s) n
"""
_STATES = """
INSERT INTO habits_habitstate (habit_id, user_id, through, week_starts_on, rules_key, fold, anchor, evidence,
  evidence_through, anchor_evidence)
SELECT habit.id, habit.user_id, %s, 1, 1, '{}', '{}', sample.evidence, %s, sample.evidence
FROM habits_habit habit JOIN sample ON sample.number = habit.id %% 1000
"""


def fill(habits: int) -> None:
    """Users and their habits."""
    with connection.cursor() as cursor:
        cursor.execute(_USERS, [habits // HABITS_A_USER])
        cursor.execute(_HABITS, [HABITS_A_USER, habits])


def close(upto: dt.date) -> None:
    """States in which the days up to this one have been seen: a thousand different histories, again and again."""
    rng = random.Random(7)
    packed = []
    for _ in range(HISTORIES):
        length, rate = rng.randint(4, 700), rng.random()
        days = [(rng.random() < rate, rng.randrange(1440)) for _ in range(length)]
        first = NOW.date().toordinal() - length
        kept = [(first + k, True, done, False, minute) for k, (done, minute) in enumerate(days)]
        packed.append(observe_days(Evidence(), [day for day in kept if day[0] <= upto.toordinal()]).to_bytes())
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS sample")
        cursor.execute("CREATE TEMPORARY TABLE sample (number int PRIMARY KEY, evidence bytea)")
        cursor.executemany("INSERT INTO sample VALUES (%s, %s)", list(enumerate(packed)))
        cursor.execute("TRUNCATE habits_habitstate")
        cursor.execute(_STATES, [upto, upto])
    connection.set_autocommit(True)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE habits_habitstate, analytics_habitrisk")


def floor(now: dt.datetime) -> float:
    """Seconds to copy the rows out, do the arithmetic, and copy them into a fresh table."""
    model = current_model()
    assert model is not None
    columns = stored.COLUMNS
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS risk_floor")
        cursor.execute("CREATE TABLE risk_floor (LIKE analytics_habitrisk)")
    begun, after = time.perf_counter(), 0
    while users := days_after(now, after, limit=batch.USERS_AT_ONCE["postgresql"]):
        first, after = users[0].pk, users[-1].pk
        rows, before = evidence_of_users(first, after), stored.stored_risks(first, after)
        today = np.full(len(rows), now.date().toordinal(), dtype=np.int64)
        kept = stored.ledgers_of(before, np.arange(len(rows)), np.ones(len(rows), dtype=bool))
        states = as_states(rows["evidence"].tobytes())
        kept, _over = settle(states, today, kept)
        made = predict(states, today, np.unique(rows["user"], return_inverse=True)[1].ravel(), model, kept.corrections)
        kept = remember(kept, states, today, made)
        out = np.empty(len(rows), dtype=row_type(columns))
        out["habit_id"], out["user_id"], out["day"], out["risk"] = rows["habit"], rows["user"], today, made.risk
        out["correction"] = np.frombuffer(kept.corrections.to_bytes(), dtype=out["correction"].dtype)
        out["pending"] = np.frombuffer(kept.pending.tobytes(), dtype=out["pending"].dtype)
        with transaction.atomic():
            insert_rows("risk_floor", columns, out)
    return time.perf_counter() - begun


def timed(now: dt.datetime) -> tuple[int, float]:
    """Habits scored, and seconds."""
    begun = time.perf_counter()
    return batch.score_everyone(now), time.perf_counter() - begun


def main() -> None:
    """Fill, and measure day after day."""
    habits = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    bench.migrate()
    fill(habits)
    for back in range(DAYS, -1, -1):
        now = NOW - dt.timedelta(days=back)
        close(now.date() - dt.timedelta(days=1))
        least = floor(now) if back < DAYS else 0.0
        count, took = timed(now)
        told = f", floor {habits / least:,.0f}/s: {least / took:.0%} of it" if least else ""
        print(f"day {-back}: {count} habits in {took:.1f} s, {count / took:,.0f}/s{told}", flush=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak {peak:.0f} MiB")


if __name__ == "__main__":
    main()
