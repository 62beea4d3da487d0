"""Fit the risk model on people's logs and write its weights: python benchmarks/risk_fit.py LOGS.csv[.gz] OUT.json

Columns read: user, habit, date, due, done, skipped, tod_min (minutes after midnight, may be empty).
"""

import csv
import gzip
import sys
from datetime import date
from itertools import groupby
from operator import itemgetter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from analytics.domain.risk_fit import LogRow, fit


def read_logs(path: Path) -> list[list[LogRow]]:
    """One list of rows a user, in order of day."""
    raw = path.read_bytes()
    lines = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode().splitlines()
    rows = sorted(csv.DictReader(lines), key=itemgetter("user", "date", "habit"))
    return [[_row(row) for row in group] for _, group in groupby(rows, key=itemgetter("user"))]


def _row(row: dict[str, str]) -> LogRow:
    minute = int(float(row["tod_min"])) if row["tod_min"] else None
    day = date.fromisoformat(row["date"]).toordinal()
    return LogRow(row["habit"], day, row["due"] == "1", row["done"] == "1", row["skipped"] == "1", minute)


if __name__ == "__main__":
    source, target = sys.argv[1:]
    weights = fit(read_logs(Path(source)))
    Path(target).write_text(weights.to_text(), encoding="utf-8")
    print(f"{target}: {Path(target).stat().st_size} bytes")
