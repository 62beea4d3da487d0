"""A year of days as squares, a column a week.

The squares of a level are one path: each vertical run of days is one stroke, and a dash pattern of the same length as
the grid cuts it into squares. That is a fifth of the bytes of a rectangle for every day.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from habits.domain.calendar import week_of

LEVELS = 5
"""Steps of the ramp: 0 is an empty day, 4 a full one."""
MONTH_ROOM = 3
"""Columns that the name of a month needs before the next one."""


@dataclass(frozen=True, slots=True)
class MonthMark:
    """Where the first full week of a month stands."""

    column: int
    month: date


@dataclass(frozen=True, slots=True)
class Heatmap:
    """One unit is one square with its gap; a column's centre is at its number, a row's top at its."""

    columns: int
    paths: tuple[str, ...]
    """The strokes of level 0, 1, 2, 3 and 4."""
    months: tuple[MonthMark, ...]
    last: tuple[int, int]
    """Column and row of the last day."""
    first_day: date
    last_day: date

    @property
    def now(self) -> str:
        """Where the square of the last day begins, left and top."""
        return f"{self.last[0] - 0.4:g} {self.last[1]}"


def heatmap(levels: Mapping[date, int], first: date, last: date, week_starts_on: int) -> Heatmap:
    """The days `first` to `last` (both inclusive); a day without a level is at 0."""
    start = week_of(first, week_starts_on)[0]
    strokes: list[list[str]] = [[] for _ in range(LEVELS)]
    run_level, run_at, run_length = -1, (0, 0), 0
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        at = divmod((day - start).days, 7)
        level = levels.get(day, 0)
        if level == run_level and at[1]:
            run_length += 1
            continue
        _close(strokes, run_level, run_at, run_length)
        run_level, run_at, run_length = level, at, 1
    _close(strokes, run_level, run_at, run_length)
    return Heatmap(
        columns=(last - start).days // 7 + 1,
        paths=tuple("".join(level) for level in strokes),
        months=tuple(_months(start, first, last)),
        last=divmod((last - start).days, 7),
        first_day=first,
        last_day=last,
    )


def _close(strokes: list[list[str]], level: int, at: tuple[int, int], length: int) -> None:
    if length:
        strokes[level].append(f"M{at[0]} {at[1]}v{length}")


def _months(start: date, first: date, last: date) -> list[MonthMark]:
    marks: list[MonthMark] = []
    for column in range((last - start).days // 7 + 1):
        opening = max(first, start + timedelta(days=7 * column))
        if opening.day <= 7 and (not marks or column - marks[-1].column >= MONTH_ROOM):
            marks.append(MonthMark(column, opening.replace(day=1)))
    return marks
