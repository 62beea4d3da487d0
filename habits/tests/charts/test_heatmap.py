"""The year as five paths."""

from __future__ import annotations

import gzip
import re
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from habits.charts.heatmap import LEVELS, Heatmap, heatmap

MONDAY = date(2026, 3, 2)


def _squares(drawn: Heatmap) -> dict[tuple[int, int], int]:
    """Every square that the paths draw, with its level."""
    squares: dict[tuple[int, int], int] = {}
    for level, path in enumerate(drawn.paths):
        for column, row, length in re.findall(r"M(\d+) (\d+)v(\d+)", path):
            for offset in range(int(length)):
                at = (int(column), int(row) + offset)
                assert at not in squares
                squares[at] = level
    return squares


@given(
    st.dates(date(2020, 1, 1), date(2027, 1, 1)),
    st.integers(1, 7),
    st.lists(st.integers(0, LEVELS - 1), min_size=1, max_size=60),
)
def test_every_day_is_one_square_in_the_column_of_its_week(first: date, week_starts_on: int, levels: list[int]) -> None:
    by_day = {first + timedelta(days=number): level for number, level in enumerate(levels)}
    squares = _squares(heatmap(by_day, first, max(by_day), week_starts_on))
    lead = (first.isoweekday() - week_starts_on) % 7
    assert squares == {divmod(lead + number, 7): level for number, level in enumerate(levels)}


def test_a_run_within_a_week_is_one_stroke() -> None:
    week = {MONDAY + timedelta(days=number): 4 for number in range(7)}
    assert heatmap(week, MONDAY, MONDAY + timedelta(days=6), 1).paths == ("", "", "", "", "M0 0v7")


def test_the_last_day_is_marked() -> None:
    drawn = heatmap({}, MONDAY, MONDAY + timedelta(days=9), 1)
    assert (drawn.columns, drawn.last, drawn.now) == (2, (1, 2), "0.6 2")


def test_months_are_named_where_they_begin_and_never_side_by_side() -> None:
    drawn = heatmap({}, date(2026, 1, 29), date(2026, 5, 20), 1)
    assert [mark.month for mark in drawn.months] == [date(2026, month, 1) for month in (2, 3, 4, 5)]
    columns = [mark.column for mark in drawn.months]
    assert all(after - before >= 3 for before, after in pairwise(columns))


def test_a_year_of_noise_stays_small() -> None:
    levels = {MONDAY + timedelta(days=number): number * number * 31 % 89 % LEVELS for number in range(365)}
    drawn = heatmap(levels, MONDAY, max(levels), 1)
    assert len(gzip.compress("".join(drawn.paths).encode())) <= 1200
