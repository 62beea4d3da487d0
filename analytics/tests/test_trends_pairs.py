"""Which habits go together, and how sure that is."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.domain.trends_days import HabitDays, habit_days
from analytics.domain.trends_pairs import LEAST_DAYS, MOST_HABITS, interval, pairs
from habits.domain.columns import columns_of
from habits.tests.domain.cases import habit, on, rows


def _habit(pk: int, days: str) -> HabitDays:
    return habit_days(pk, habit(), columns_of(rows(days)), on(len(days)) + 1)


def _coins(seed: int, count: int) -> str:
    return "".join(map(str, np.random.default_rng(seed).integers(0, 2, count)))


def _pairs(*habits: HabitDays) -> list[tuple[int, int]]:
    return [(pair.first, pair.second) for pair in pairs(habits, on(1), on(400))]


def test_the_same_days_go_together_and_the_other_days_apart() -> None:
    coins = _coins(1, 60)
    other = "".join("1" if coin == "0" else "0" for coin in coins)
    [same] = pairs([_habit(1, coins), _habit(2, coins)], on(1), on(60))
    [apart] = pairs([_habit(1, coins), _habit(2, other)], on(1), on(60))
    assert same.days == 60
    assert same.r == pytest.approx(1)
    assert apart.r == pytest.approx(-1)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.integers(LEAST_DAYS, 120))
def test_r_is_that_of_the_textbook(seed: int, count: int) -> None:
    one = _coins(seed, count)
    flips = np.random.default_rng(seed).random(count) < 0.1
    other = "".join(str(int(coin) ^ int(flip)) for coin, flip in zip(one, flips, strict=True))
    for pair in pairs([_habit(1, one), _habit(2, other)], on(1), on(count)):
        xs, ys = [int(c) for c in one], [int(c) for c in other]
        x, y = sum(xs) / count, sum(ys) / count
        cov = sum((a - x) * (b - y) for a, b in zip(xs, ys, strict=True))
        spread = sqrt(sum((a - x) ** 2 for a in xs) * sum((b - y) ** 2 for b in ys))
        assert pair.r == pytest.approx(cov / spread)
        assert -1 <= pair.low <= pair.r <= pair.high <= 1


def test_chance_is_told_as_nothing() -> None:
    habits = [_habit(pk, _coins(100 + pk, 200)) for pk in range(20)]
    assert _pairs(*habits) == []


def test_long_runs_count_for_less_than_their_days() -> None:
    blocks = ("1" * 20 + "0" * 20) * 2
    assert _pairs(_habit(1, blocks), _habit(2, blocks[6:] + "0" * 6)) == []


def test_too_few_shared_days_tell_nothing() -> None:
    coins = _coins(1, LEAST_DAYS - 1)
    assert _pairs(_habit(1, coins), _habit(2, coins)) == []


def test_skipped_days_are_not_compared() -> None:
    coins = _coins(3, 80)
    skipped = "s" * 20 + coins[20:]
    [pair] = pairs([_habit(1, coins), _habit(2, skipped)], on(1), on(80))
    assert pair.days == 60


def test_a_habit_that_never_varies_goes_with_nothing() -> None:
    assert _pairs(_habit(1, "1" * 80), _habit(2, _coins(1, 80))) == []


def test_only_the_first_habits_are_compared() -> None:
    coins = _coins(1, 60)
    habits = [_habit(pk, "1" * 60) for pk in range(MOST_HABITS)]
    assert _pairs(*habits, _habit(1000, coins), _habit(1001, coins)) == []


def test_days_still_to_come_are_not_looked_at() -> None:
    coins = _coins(1, 60)
    assert pairs([_habit(1, coins), _habit(2, coins)], on(300), on(400)) == []


def test_fishers_interval_of_the_textbook() -> None:
    # r = 0.5, n = 28: z = 0.5493 +- 1.96 / 5
    low, high = interval(0.5, 28)
    assert low == pytest.approx(0.156, abs=0.001)
    assert high == pytest.approx(0.736, abs=0.001)


def test_three_days_or_fewer_say_nothing() -> None:
    assert interval(0.9, 3) == (-1.0, 1.0)
