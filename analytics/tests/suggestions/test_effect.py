"""The frozen forecast, and what happened against it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.domain.suggestions import Frozen, Spread, effect, effect_of, freeze, met
from analytics.domain.suggestions.effect import surprise
from analytics.domain.suggestions.facts import Bools
from analytics.tests.suggestions.pasts import facts, plan

DAYS = st.lists(st.booleans(), max_size=120).map(lambda hits: np.array(hits, dtype=bool))


@settings(max_examples=40, deadline=None)
@given(DAYS, st.integers(0, 14), st.integers(0, 28))
def test_a_forecast_is_within_what_can_happen(past: Bools, soon: int, late: int) -> None:
    first, second = freeze(past, {14: soon, 28: late}, 1)
    for one, most in ((first, soon), (second, late)):
        assert -0.5 <= one.days.p10 <= one.days.p50 <= one.days.p90 <= most + 0.5
        assert one.asked == most


def test_it_is_the_same_every_time() -> None:
    past = np.array([True, False] * 20)
    assert freeze(past, {14: 14, 28: 28}, 3) == freeze(past, {14: 14, 28: 28}, 3)


def test_a_bad_week_is_expected_to_recover() -> None:
    bad = np.array([True] * 60 + [False] * 5)
    assert freeze(bad, {28: 28}, 1)[0].days.p50 > 12


def test_more_than_expected() -> None:
    frozen = Frozen(28, 28, Spread(8, 12, 16))
    found = effect_of(frozen, 20, 28)
    assert found is not None
    assert found.more == Spread(1, 2, 3)
    assert found.helped is True
    said = [found.helped for done in (4, 13) if (found := effect_of(frozen, done, 28))]
    assert said == [False, None]


def test_more_that_is_told_as_nothing_is_not_more() -> None:
    found = effect_of(Frozen(28, 28, Spread(8, 12, 16)), 16, 28)
    assert found is not None
    assert found._replace(more=Spread(0.04, 1, 2)).helped is None
    assert found._replace(more=Spread(0.06, 1, 2)).helped is True
    assert found._replace(more=Spread(-2, -1, -0.06)).helped is False
    assert found._replace(more=Spread(-2, -1, -0.04)).helped is None


def test_days_that_fell_out_shrink_the_forecast() -> None:
    found = effect_of(Frozen(28, 28, Spread(8, 12, 16)), 10, 14)
    assert found is not None
    assert found.more == Spread(0.5, 1, 1.5)


@pytest.mark.parametrize(("asked", "forecast"), [(13, 28), (0, 28), (5, 0)])
def test_too_few_days_are_not_compared(asked: int, forecast: int) -> None:
    assert effect_of(Frozen(28, forecast, Spread(8, 12, 16)), 5, asked) is None


def test_the_yardstick_stays_whatever_the_plan_says() -> None:
    past = facts([5, 8, None, 12], plan(target=10_000), unit="pages")
    assert met(past, 8000).tolist() == [False, True, False, True]
    assert met(facts([5, 8, None, 12], plan(target=10_000), kind="limit", unit="x"), 8000).tolist() == [1, 1, 1, 0]


STEADY = [True, True, False, True] * 40
ERRATIC = ([True] * 40 + [False] * 40) * 2


def width(past: list[bool]) -> float:
    low, _, high = freeze(np.array(past), {28: 28}, 1)[0].days
    return high - low


def test_a_habit_that_has_surprised_is_forecast_wider(monkeypatch: pytest.MonkeyPatch) -> None:
    steady, erratic = width(STEADY), width(ERRATIC)
    monkeypatch.setattr(effect, "surprise", lambda *_: 1.0)
    assert steady < width(STEADY)
    assert erratic > width(ERRATIC)


def test_too_short_a_past_says_nothing_of_its_surprises() -> None:
    assert surprise([]) == surprise([True, False] * 27) == 1.0


def test_the_spell_that_led_to_it_is_no_surprise() -> None:
    calm = [True, True, False, True] * 30
    assert surprise([*calm, *[False] * 14]) == surprise([*calm, *[True] * 14])
