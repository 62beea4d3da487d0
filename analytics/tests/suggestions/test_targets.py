"""Smaller and larger targets."""

from __future__ import annotations

from datetime import date

import pytest

from analytics.domain.suggestions import Facts, Kind
from analytics.domain.suggestions.targets import lower, raise_target
from analytics.tests.suggestions.pasts import DAILY, facts, plan
from habits.domain.schedule import Interval, Monthly, Rolling, Weekdays, Weekly


def test_lower_takes_the_60th_percentile_of_the_last_nine() -> None:
    values = [12] * 20 + [3, 5, 4, 8, 6, 2, 9, 7, 1] * 2
    found = lower(facts(values, plan(target=10_000), unit="pages"))
    assert found is not None
    assert (found.kind, found.patch.target) == (Kind.LOWER, 6000)  # sorted: 1 2 3 4 5 [6] 7 8 9
    assert found.yardstick == 6000
    assert found.expected.p10 < found.expected.p50 < found.expected.p90
    assert found.evidence["kept"] == 0
    assert found.after > found.before


def test_a_past_with_next_to_nothing_asks_for_a_tiny_beginning() -> None:
    found = lower(facts([0] * 20, plan(target=20_000), unit="minutes"))
    assert found is not None
    assert (found.kind, found.patch.target) == (Kind.TINY, 4000)


def test_a_target_that_cannot_be_smaller_is_left() -> None:
    assert lower(facts([0] * 20, plan(target=1000), unit="minutes")) is None


def test_two_bad_weeks_are_needed() -> None:
    good = [10] * 14
    assert lower(facts([0] * 20 + good, plan(target=10_000), unit="pages")) is None
    half = [10, 0] * 10
    assert lower(facts(half, plan(target=10_000), unit="pages")) is None


def test_a_check_is_asked_for_less_often() -> None:
    values = [1, 0, 0, 0, 1, 0, 0] * 9
    found = lower(facts(values))
    assert found is not None
    assert found.patch.schedule == Weekly(2)
    assert (found.evidence["enough"], found.evidence["periods"]) == (9, 9)
    assert found.after > 0.8


@pytest.mark.parametrize(
    ("schedule", "values", "expected"),
    [
        (Weekly(5), [1, 0, 0, 0, 1, 0, 0] * 20, Weekly(2)),
        (Rolling(7, 5), [1, 0, 0, 0, 1, 0, 0] * 25, Rolling(7, 2)),
        (Monthly(20), [1, 0, 0] * 60, Monthly(10)),
    ],
)
def test_periods_ask_for_fewer_days(schedule: Weekly | Rolling | Monthly, values: list[int], expected: object) -> None:
    found = lower(facts(values, plan(schedule)))
    assert found is not None
    assert found.patch.schedule == expected


def test_once_a_week_cannot_be_less() -> None:
    assert lower(facts([0] * 150, plan(Weekdays((1,))))) is None
    assert lower(facts([0] * 150, plan(Weekly(1)))) is None
    assert lower(facts([0] * 20, kind="limit")) is None


def test_a_short_past_is_not_told_how_often() -> None:
    assert lower(facts([0] * 20)) is None


def test_a_periods_total_becomes_smaller() -> None:
    found = lower(facts([4, 0, 0, 0, 0, 0, 0] * 12, plan(Weekly(None), 30_000), unit="km"))
    assert found is not None
    assert found.patch.target == 6000  # a fifth of it: four a week would be less
    assert lower(facts([4, 0, 0, 0, 0, 0, 0] * 2, plan(Weekly(None), 30_000), unit="km")) is None


def test_a_limit_is_loosened() -> None:
    found = lower(facts([2, 3, 4, 5, 6, 7, 8, 9, 3] * 2, plan(target=1000), kind="limit", unit="coffees"))
    assert found is not None
    assert found.patch.target == 4000  # sorted: 2 3 3 [4] 5 6 7 8 9
    kept = facts([2] * 18, plan(target=2000), kind="limit", unit="coffees")
    assert lower(kept) is None


def test_a_limit_that_is_no_looser_is_left() -> None:
    assert lower(facts([1] * 9 + [0] * 9, plan(target=0), kind="limit", unit="x")) is None
    assert lower(facts([0, 0, 0, 0, 3, 3, 3, 3, 3] * 2, plan(target=1000), kind="limit", unit="x")) is None


@pytest.mark.parametrize(
    ("past", "expected"),
    [
        (facts([20] * 30, plan(target=20_000), unit="pages"), 22_000),
        (facts([5] * 30, plan(target=5000), unit="pages"), 6000),
        (facts([2] * 30, plan(target=2000), unit="pages"), None),
        (facts([4] * 30, plan(target=3900), unit="km"), 4400),
        (facts([4, 4, 4, 4, 4, 5, 5] * 14, plan(Weekly(None), 30_000), unit="km"), 34_000),
        (facts([10] * 30, plan(target=10_000), kind="limit", unit="x"), 9000),
        (facts([5] * 30, plan(target=5500), kind="limit", unit="x"), 4800),
        (facts([0] * 30, plan(target=2000), kind="limit", unit="x"), None),
        (facts([0] * 30, plan(target=0), kind="limit", unit="x"), None),
        (facts([1] * 30), None),
        (facts([5] * 150, plan(Weekly(3), 4000), unit="pages"), None),
    ],
)
def test_raise_is_10_to_15_per_cent(past: Facts, expected: int | None) -> None:
    found = raise_target(past)
    assert (found and found.patch.target) == expected
    if found:
        assert found.certainty >= 0.8
        assert found.before > 0.85


def test_who_does_more_than_that_anyway_gains_nothing() -> None:
    found = raise_target(facts([30] * 30, plan(target=20_000), unit="pages"))
    assert found is not None
    assert found.certainty < 0.8


def test_three_weeks_almost_without_a_miss_are_needed() -> None:
    assert raise_target(facts([20] * 14 + [0, 20, 20, 0, 20, 20, 0], plan(target=20_000), unit="pages")) is None


def test_every_schedule_of_days_can_be_judged() -> None:
    every = Interval(2, date(2025, 1, 6))
    assert lower(facts([0] * 60, plan(every))) is not None
    assert lower(facts([0] * 60, plan(DAILY))) is not None
