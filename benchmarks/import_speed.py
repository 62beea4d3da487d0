"""How long an import of 20 habits x 10 years takes, against a bare bulk insert of the same rows into the same table.

Run it with ``python benchmarks/import_speed.py [repeats]``. Both sides write to a fresh SQLite file with the product's
own pragmas; the medians of interleaved repeats are compared. ``--rows N`` imports a plain table of N rows instead,
once, and tells how much memory the process came to hold.
"""

# ruff: noqa: PLC0415 - Django's models can be imported once the folder for its data is known

from __future__ import annotations

import argparse
import datetime as dt
import io
import resource
import statistics
import time
import zipfile
from collections.abc import Iterator

import bench

HABITS = 20
DAYS = 3652
FIRST = dt.date(2016, 3, 1)
NOW = dt.datetime(2026, 3, 18, 12, tzinfo=dt.UTC)
HEADER = (
    "Position,Name,Type,Question,Description,FrequencyNumerator,FrequencyDenominator,Color,Unit,Target Type,"
    "Target Value,Archived?\n"
)


def loop_export() -> bytes:
    """A zip as Loop writes it: half of the habits yes/no, half with amounts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        lines = [HEADER]
        for habit in range(1, HABITS + 1):
            numerical = habit % 2 == 0
            kind = "NUMERICAL" if numerical else "YES_NO"
            target = "km,AT_LEAST,5.0" if numerical else ",,"
            lines.append(f"{habit:03d},Habit {habit},{kind},,,1,1,#00897B,{target},false\n")
            archive.writestr(f"{habit:03d} Habit {habit}/Checkmarks.csv", "".join(_checkmarks(habit, numerical)))
        archive.writestr("Habits.csv", "".join(lines))
    return buffer.getvalue()


def _checkmarks(habit: int, numerical: bool) -> list[str]:
    lines = ["Date,Value,Notes\n"]
    for back in range(DAYS):
        day = FIRST + dt.timedelta(days=DAYS - 1 - back)
        chance = (back * 7919 + habit * 104729) % 100
        value = str(chance * 100) if numerical else ("YES_MANUAL" if chance < 70 else "NO")
        lines.append(f"{day},{value},\n")
    return lines


class PlainTable:
    """A table of so many rows, 5,000 a habit, as an upload that is never in memory as a whole."""

    def __init__(self, rows: int) -> None:
        self.rows = rows
        self.size = 0

    def chunks(self, _chunk_size: int | None = None) -> Iterator[bytes]:
        """The table, some thousand rows at a time."""
        yield b"habit,date,value,status,note\n"
        for first in range(0, self.rows, 5000):
            piece = "".join(_line(row) for row in range(first, min(first + 5000, self.rows))).encode()
            self.size += len(piece)
            yield piece


def _line(row: int) -> str:
    return f"habit {row // 5000},{dt.date(2010, 1, 1) + dt.timedelta(days=row % 5000)},{row % 2},,\n"


def floor() -> float:
    """Seconds for inserting the rows of the last import again, all in one transaction and one statement."""
    from django.db import connection, transaction

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM habits_entry")
        rows = [row[1:] for row in cursor.fetchall()]
        names = [column[0] for column in cursor.description][1:]
        cursor.execute("DELETE FROM habits_entry")
        sql = f"INSERT INTO habits_entry ({', '.join(names)}) VALUES ({', '.join(['%s'] * len(names))})"  # noqa: S608
        started = time.perf_counter()
        with transaction.atomic():
            cursor.executemany(sql, rows)
        return time.perf_counter() - started


def imported(content: bytes | PlainTable) -> float:
    """Seconds for carrying the job out, the upload excluded; the account is empty before."""
    from habits.models import Habit
    from habits.transfer import services
    from smarthabit.accounts.user import User

    Habit.objects.all().delete()
    user = User.objects.first() or User.objects.create_user("bench@example.org", "a long enough secret")
    job = services.start_import(user=user, filename="bench", content=content, dry_run=False, now=NOW)
    started = time.perf_counter()
    services.run_import(job.pk, NOW)
    seconds = time.perf_counter() - started
    job.refresh_from_db()
    assert job.status == "done", job.error
    assert job.report["refused_count"] == 0
    return seconds


def main() -> None:
    """Compare, or measure the memory of one large table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("repeats", type=int, nargs="?", default=5)
    parser.add_argument("--rows", type=int, default=0)
    options = parser.parse_args()
    bench.set_up()
    bench.migrate()
    if options.rows:
        _large(options.rows)
    else:
        _compare(options.repeats)


def _compare(repeats: int) -> None:
    content = loop_export()
    ours, bare = [], []
    for _ in range(repeats):
        ours.append(imported(content))
        bare.append(floor())
    a, b = statistics.median(ours), statistics.median(bare)
    print(f"rows {HABITS * DAYS}  import {a:.2f} s  bulk insert {b:.2f} s  ratio {a / b:.1f}")


def _large(rows: int) -> None:
    table = PlainTable(rows)
    seconds = imported(table)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"rows {rows} ({table.size // 2**20} MiB)  import {seconds:.1f} s  peak {peak} MiB")


if __name__ == "__main__":
    main()
