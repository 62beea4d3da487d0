"""Logs to fit the model on: this site's own, or a file of other people's."""

from __future__ import annotations

import csv
import gzip
import random
from collections.abc import Iterator
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from analytics.domain.risk_fit import LogRow
from habits.selectors.logs import log_of
from smarthabit.accounts.selectors import active_ids, user_of

Log = list[LogRow]


class UnreadableLogError(ValueError):
    """The file is no log; the message says what is wrong with it."""


def own_logs(now: datetime, *, seed: int, most_units: int) -> Iterator[Log]:
    """One list of rows a user, users in random order, until so many days that were asked for are reached."""
    ids = active_ids()
    random.Random(seed).shuffle(ids)  # noqa: S311 - a sample, no secret
    units = 0
    for pk in ids:
        user = user_of(pk)
        days = log_of(user, now) if user is not None else []
        if days:
            units += sum(day.asked for day in days)
            yield [LogRow(str(one.habit_id), one.day, one.asked, one.done, False, one.minute) for one in days]
        if units >= most_units:
            return


def logs_in(path: Path) -> list[Log]:
    """The logs in a CSV file (also .gz): user, habit, date, due, done, skipped, tod_min (minutes, may be empty).

    Raises UnreadableLogError.
    """
    try:
        raw = path.read_bytes()
        lines = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode().splitlines()
        rows = sorted(csv.DictReader(lines), key=itemgetter("user", "date", "habit"))
        return [[_row(row) for row in group] for _, group in groupby(rows, key=itemgetter("user"))]
    except KeyError as error:
        raise UnreadableLogError(f"{path}: the column {error} is missing") from error
    except (OSError, EOFError, TypeError, ValueError) as error:
        raise UnreadableLogError(f"{path}: {error}") from error


def _row(row: dict[str, str]) -> LogRow:
    minute = int(float(row["tod_min"])) if row["tod_min"] else None
    day = date.fromisoformat(row["date"]).toordinal()
    return LogRow(row["habit"], day, row["due"] == "1", row["done"] == "1", row["skipped"] == "1", minute)
