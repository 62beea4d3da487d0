"""Paths that are counted by hand."""

from datetime import date

import numpy as np

from goals.domain.summary import Paths, summarise

LAST = date(2026, 1, 1)
FIRST = LAST.toordinal()
TEN = Paths(
    days=np.array([FIRST, FIRST + 1, FIRST + 8], dtype=np.int64),
    gathered=np.array([[0.0] * 10, [1000.0 * k for k in range(10)], [2000.0 * k for k in range(10)]]),
    most=20_000.0,
    rests_on=9,
)


def test_quantiles_are_the_smallest_amounts_with_that_share_at_or_below_them() -> None:
    assert summarise(TEN, date(2026, 1, 2), 1).amount == (0, 4000, 8000)


def test_the_probability_counts_the_paths_that_arrive() -> None:
    assert summarise(TEN, date(2026, 1, 2), 5000).probability == 5.5 / 11


def test_the_finish_is_the_first_day_by_which_enough_paths_arrive() -> None:
    finish = summarise(TEN, date(2026, 1, 9), 5000).finish
    assert finish == (date(2026, 1, 2), date(2026, 1, 2), None)


def test_between_two_days_the_earlier_one_holds() -> None:
    assert TEN.at(FIRST + 7).tolist() == TEN.at(FIRST + 1).tolist()
    assert TEN.at(FIRST - 5).tolist() == [0.0] * 10


def test_after_the_last_day_the_last_year_repeats_itself() -> None:
    assert TEN.at(FIRST + 8 + 365)[9] == 36_000
