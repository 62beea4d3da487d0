"""The line of a habit's strength."""

from __future__ import annotations

import re
from datetime import date, timedelta

from habits.charts.trend import HEIGHT, MOST_POINTS, WIDTH, trend

START = date(2026, 1, 10)


def _points(strengths: list[float]) -> list[tuple[date, float]]:
    return [(START + timedelta(days=number), strength) for number, strength in enumerate(strengths)]


def test_one_day_is_no_line() -> None:
    assert trend(_points([0.5])) is None


def test_the_line_runs_from_edge_to_edge_and_up_with_strength() -> None:
    drawn = trend(_points([0.0, 0.5, 1.0]))
    assert drawn is not None
    assert drawn.line == f"M0 {HEIGHT}L{WIDTH // 2} {HEIGHT // 2}L{WIDTH} 0"
    assert drawn.area == f"{drawn.line}V{HEIGHT}H0z"
    assert drawn.end == (WIDTH, 0)


def test_years_are_thinned_and_the_last_day_stays() -> None:
    drawn = trend(_points([number / 1000 for number in range(1001)]))
    assert drawn is not None
    assert len(re.findall("[ML]", drawn.line)) <= MOST_POINTS
    assert drawn.end == (WIDTH, 0)


def test_few_names_of_months_stand_under_it() -> None:
    drawn = trend(_points([0.5] * 366))
    assert drawn is not None
    assert [tick.day.month for tick in drawn.ticks] == [2, 5, 8, 11]
    assert all(0 <= tick.x <= WIDTH for tick in drawn.ticks)
