"""Plans in force, and the days on which nothing is asked."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from habits.domain.plan import Plan, Rules, merge_off, plan_on
from habits.domain.schedule import Weekdays
from habits.tests.domain.effort import effort

DAILY = Weekdays((1, 2, 3, 4, 5, 6, 7))


def plan(day: int, target: int = 1000) -> Plan:
    return Plan(date(2024, 1, day), DAILY, target, True)


def rules(*plans: Plan) -> Rules:
    return Rules("build", date(2024, 1, 1), plans, (), 1)


@pytest.mark.parametrize(("day", "target"), [(1, 1000), (4, 1000), (9, 1000), (10, 2000), (31, 2000)])
def test_a_day_is_judged_by_the_plan_in_force(day: int, target: int) -> None:
    assert plan_on(rules(plan(5), plan(10, 2000)), date(2024, 1, day)).target == target


@pytest.mark.parametrize("plans", [(), (plan(2), plan(1)), (plan(2), plan(2, 2000))])
def test_plans_must_be_given_one_a_date_in_order(plans: tuple[Plan, ...]) -> None:
    with pytest.raises(ValueError, match="in order"):
        rules(*plans)


@effort(100)
@given(st.lists(st.tuples(st.integers(1, 40), st.integers(1, 40)), max_size=8))
def test_merged_intervals_hold_the_same_days_and_never_touch(intervals: list[tuple[int, int]]) -> None:
    merged = merge_off(intervals)
    days = {day for first, last in intervals for day in range(first, last + 1)}
    assert {day for first, last in merged for day in range(first, last + 1)} == days
    assert all(later[0] > earlier[1] + 1 for earlier, later in pairwise(merged))
    assert all(first <= last for first, last in merged)
