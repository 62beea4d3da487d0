"""What the page shows, as one table for spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import chain
from typing import TYPE_CHECKING

from analytics.domain.trends_shapes import Figures, Point, Share, Standing
from habits.domain.milestones import Milestone, MilestoneKind
from habits.transfer.readers.cells import guard
from smarthabit.kernel.api.fields import milli_text

if TYPE_CHECKING:
    from habits.models import Habit

COLUMNS = ("figure", "name", "from", "to", "done", "asked", "rate", "amount", "unit")


def figures_csv(
    found: Figures, habits: Mapping[int, Habit], milestones: Sequence[Milestone] = (), unit: str = ""
) -> str:
    """The figures as CSV (RFC 4180) that no spreadsheet takes for formulas; `unit` is that of the milestones."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    rows = chain(_rows(found, habits), _compared(found, habits), _lines(found), _reached(milestones, unit))
    writer.writerows([guard(cell) for cell in row] for row in rows)
    return text.getvalue()


def _rows(found: Figures, habits: Mapping[int, Habit]) -> Iterator[Sequence[str]]:
    yield _row("range", "", (found.first, found.last), found.total.now)
    yield from _steps("", found.step, found.trend)
    yield from _weekdays("", found.weekdays)
    for hour, count in enumerate(found.hours):
        yield ("hour", str(hour), "", "", str(count), "", "", "", "")
    for extreme, stretch in (("best", found.best), ("worst", found.worst)):
        if stretch is not None:
            yield _row(extreme, "", (stretch.first, stretch.last), stretch.share)
    yield from _habits("", (found.first, found.last), found.standings, habits)
    for one in found.standings:
        if one.habit_id in habits and one.streak is not None:
            name, unit = habits[one.habit_id].name, f"{one.streak.unit}s"
            yield ("streak", name, "", "", "", "", "", str(one.streak.current), unit)
            yield ("longest streak", name, "", "", "", "", "", str(one.streak.longest), unit)
    for pair in found.pairs:
        if pair.first in habits and pair.second in habits:
            names = f"{habits[pair.first].name} / {habits[pair.second].name}"
            yield ("correlation", names, "", "", "", str(pair.days), f"{pair.r:.6f}", "", "")


def _compared(found: Figures, habits: Mapping[int, Habit]) -> Iterator[Sequence[str]]:
    """The days that the range is compared with."""
    other = found.other
    yield _row("against range", "", (other.first, other.last), other.total)
    yield from _steps("against ", found.step, other.trend)
    yield from _weekdays("against ", other.weekdays)
    yield from _habits("against ", (other.first, other.last), other.standings, habits)


def _lines(found: Figures) -> Iterator[Sequence[str]]:
    """The days of the heatmap, and the line of strength."""
    for ordinal, share in enumerate(map(Share, found.year.done, found.year.asked), found.year.first):
        yield _row("year", "", (ordinal, ordinal), share)
    for point in found.strengths:
        day = date.fromordinal(point.day).isoformat()
        yield ("strength", "", day, day, "", "", f"{point.strength:.6f}", "", "")


def _reached(milestones: Sequence[Milestone], unit: str) -> Iterator[Sequence[str]]:
    for one in milestones:
        total = one.kind is MilestoneKind.TOTAL
        amount = milli_text(one.amount) if total else str(one.amount)
        day = one.day.isoformat()
        yield ("milestone", one.kind.value, day, day, "", "", "", amount, unit if total else "")


def _steps(prefix: str, step: str, trend: Sequence[Point]) -> Iterator[Sequence[str]]:
    for point in trend:
        yield _row(prefix + step, "so far" if point.open else "", (point.first, point.last), point.share)


def _weekdays(prefix: str, weekdays: Sequence[Share]) -> Iterator[Sequence[str]]:
    for iso, share in enumerate(weekdays, 1):
        yield _row(f"{prefix}weekday", str(iso), None, share)


def _habits(
    prefix: str, span: tuple[int, int], standings: Sequence[Standing], habits: Mapping[int, Habit]
) -> Iterator[Sequence[str]]:
    for one in standings:
        if one.habit_id in habits:
            habit = habits[one.habit_id]
            row = _row(f"{prefix}habit", habit.name, span, one.share)
            yield (*row[:7], milli_text(one.amount), habit.unit)


def _row(figure: str, name: str, span: tuple[int, int] | None, share: Share) -> Sequence[str]:
    first, last = [date.fromordinal(day).isoformat() for day in span] if span else ("", "")
    rate = "" if share.rate is None else f"{share.rate:.6f}"
    return (figure, name, first, last, str(share.done), str(share.asked), rate, "", "")
