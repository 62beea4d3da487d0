"""Units of several days against counting every way the days can go."""

from itertools import product
from math import prod

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.domain.risk_quota import done_day_chances, shortfall_risk, total_excess_risk, total_shortfall_risk

few = settings(max_examples=60, deadline=None)
chances = st.lists(st.floats(0, 1), max_size=7)


def enumerated(need: int, miss: list[float]) -> float:
    ways = product([0, 1], repeat=len(miss))
    return sum(prod(1 - p if d else p for d, p in zip(w, miss, strict=True)) for w in ways if sum(w) < need)


@few
@given(st.integers(-1, 9), chances)
def test_shortfall_equals_enumeration(need: int, miss: list[float]) -> None:
    assert shortfall_risk(need, miss) == pytest.approx(enumerated(need, miss), abs=1e-9)


@few
@given(chances)
def test_chances_sum_to_one(miss: list[float]) -> None:
    assert sum(done_day_chances(miss)) == pytest.approx(1)


def test_reached_is_no_risk_and_impossible_is_certain() -> None:
    assert shortfall_risk(0, [0.9]) == 0.0
    assert shortfall_risk(2, [0.0]) == 1.0


@pytest.mark.parametrize("p", [-0.1, 1.1, float("nan")])
def test_what_is_no_probability_is_refused(p: float) -> None:
    with pytest.raises(ValueError, match="not a probability"):
        done_day_chances([p])


@pytest.mark.parametrize(("missing", "usual", "days"), [(0, 5000, 0), (1, 5000, 1), (5000, 5000, 1), (5001, 5000, 2)])
def test_a_total_is_brought_to_days(missing: int, usual: int, days: int) -> None:
    miss = [0.2, 0.4, 0.6]
    assert total_shortfall_risk(missing, usual, miss) == shortfall_risk(days, miss)


def test_a_total_without_a_usual_amount_takes_one_day() -> None:
    assert total_shortfall_risk(9000, 0, [0.25]) == 0.25


@few
@given(st.integers(0, 9), chances)
def test_excess_equals_enumeration(allowance: int, indulged: list[float]) -> None:
    sober = [1 - p for p in indulged]
    expected = 1 - enumerated(allowance // 2 + 1, sober)
    assert total_excess_risk(allowance, 2, indulged) == pytest.approx(expected, abs=1e-9)


def test_above_a_limit_already_is_certain() -> None:
    assert total_excess_risk(-1, 1000, []) == 1.0


def test_without_a_usual_amount_any_indulgence_is_too_much() -> None:
    assert total_excess_risk(500, 0, [0.3]) == pytest.approx(0.3)
