"""What the page shows, as one table for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from analytics.domain.trends import Figures, Share
from habits.transfer.readers.cells import guard
from smarthabit.kernel.api.fields import milli_text

if TYPE_CHECKING:
    from habits.models import Habit

COLUMNS = ("figure", "name", "from", "to", "done", "asked", "rate", "amount", "unit")


def figures_csv(found: Figures, habits: Mapping[int, Habit]) -> str:
    """The figures as CSV (RFC 4180) that no spreadsheet takes for formulas."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows([guard(cell) for cell in row] for row in _rows(found, habits))
    return text.getvalue()


def _rows(found: Figures, habits: Mapping[int, Habit]) -> Iterator[Sequence[str]]:
    yield _row("range", "", (found.first, found.last), found.total.now)
    for point in found.trend:
        yield _row(found.step, "so far" if point.open else "", (point.first, point.last), point.share)
    for iso, share in enumerate(found.weekdays, 1):
        yield _row("weekday", str(iso), None, share)
    for hour, count in enumerate(found.hours):
        yield ("hour", str(hour), "", "", str(count), "", "", "", "")
    for name, stretch in (("best", found.best), ("worst", found.worst)):
        if stretch is not None:
            yield _row(name, "", (stretch.first, stretch.last), stretch.share)
    for one in found.standings:
        if one.habit_id in habits:
            habit = habits[one.habit_id]
            row = _row("habit", habit.name, (found.first, found.last), one.share)
            yield (*row[:7], milli_text(one.amount), habit.unit)
    for pair in found.pairs:
        if pair.first in habits and pair.second in habits:
            names = f"{habits[pair.first].name} / {habits[pair.second].name}"
            yield ("correlation", names, "", "", "", str(pair.days), f"{pair.r:.6f}", "", "")


def _row(figure: str, name: str, span: tuple[int, int] | None, share: Share) -> Sequence[str]:
    first, last = [date.fromordinal(day).isoformat() for day in span] if span else ("", "")
    rate = "" if share.rate is None else f"{share.rate:.6f}"
    return (figure, name, first, last, str(share.done), str(share.asked), rate, "", "")
