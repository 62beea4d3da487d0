"""The geometry of the burn-up chart."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goals.charts import HEIGHT, WIDTH, BurnUp, burn_up_chart, levels, sampled
from goals.domain.pace import LinePoint
from goals.domain.summary import FanPoint, Spread

FIRST = dt.date(2026, 1, 1)
LAST = dt.date(2026, 4, 11)


def _day(number: int) -> dt.date:
    return FIRST + dt.timedelta(days=number)


def _chart(*amounts: int, fan: tuple[FanPoint, ...] = (), target: int = 100_000, today: int = 50) -> BurnUp:
    gathered = [LinePoint(_day(10 * number), amount) for number, amount in enumerate(amounts)]
    return burn_up_chart(gathered, (), fan, target=target, milestones=(50_000,), days=(FIRST, LAST), today=_day(today))


def test_the_line_runs_from_the_first_day_upwards() -> None:
    chart = _chart(0, 50_000)
    assert chart.line == f"M0 {HEIGHT}L60 {chart.milestones[0].y}"
    assert chart.end == (60, chart.milestones[0].y)
    assert chart.now == WIDTH // 2


def test_the_target_lies_below_the_top_and_above_the_milestones() -> None:
    chart = _chart(0)
    assert 0 < chart.target < chart.milestones[0].y < HEIGHT


def test_without_anything_gathered_there_is_no_line() -> None:
    chart = _chart()
    assert (chart.line, chart.fan, chart.median, chart.plan) == ("", "", "", "")
    assert chart.end == (0, HEIGHT)


def test_the_fan_begins_today_opens_and_is_cut_off_at_the_end() -> None:
    fan = tuple(FanPoint(_day(49 + n), Spread(1000, 1000 + 100 * n, 1000 + 900 * n)) for n in range(0, 101, 10))
    chart = _chart(0, 1000, fan=fan)
    assert chart.fan.startswith(f"M{WIDTH // 2} ")
    assert chart.fan.endswith("z")
    assert "L594 " in chart.fan
    assert chart.median.startswith("M")


def test_a_fan_far_above_the_target_does_not_flatten_the_rest() -> None:
    fan = (FanPoint(_day(50), Spread(0, 0, 0)), FanPoint(_day(90), Spread(0, 0, 10**9)))
    assert _chart(0, fan=fan).target > HEIGHT * 0.3


def test_a_goal_of_one_day_can_be_drawn() -> None:
    point = LinePoint(FIRST, 500)
    chart = burn_up_chart([point], [point], (), target=1000, milestones=(), days=(FIRST, FIRST), today=FIRST)
    assert chart.line.startswith("M0 ")


@given(top=st.integers(1, 10**13))
def test_levels_are_few_round_and_within(top: int) -> None:
    found = levels(top)
    assert found[0] == 0
    assert found[-1] <= top
    assert len(found) <= 6
    if len(found) > 1:
        assert str(found[1]).rstrip("0") in {"1", "2", "5"}


@pytest.mark.parametrize(("count", "left"), [(0, 0), (3, 3), (100, 12)])
def test_a_table_keeps_the_first_and_the_last(count: int, left: int) -> None:
    points = [LinePoint(_day(number), number) for number in range(count)]
    kept = sampled(points, 12)
    assert len(kept) == left
    if kept:
        assert (kept[0], kept[-1]) == (points[0], points[-1])


def test_names_of_months_stand_where_months_begin() -> None:
    assert [tick.day.month for tick in _chart(0).ticks] == [1, 2, 3, 4]
