"""The forecast: bounded, never nan, rising through the day, and put into the right words."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.data import shipped_weights
from analytics.domain.risk_features import as_states
from analytics.domain.risk_model import (
    HIGHEST,
    LOWEST,
    Level,
    Wording,
    done_by,
    forecast,
    level,
    may_show_percent,
    probability,
    survive,
    wording,
)
from habits.domain.evidence import Evidence, observe_days

TODAY = 738_900
few = settings(max_examples=60, deadline=None)
chance = st.floats(LOWEST, HIGHEST)
share = st.floats(0, 1, width=32)
Day = tuple[int, bool, bool, bool, int | None]


def daily(length: int, done: bool, minute: int | None = None, **kinds: bool) -> list[Day]:
    start, due, skipped = TODAY - length, kinds.get("due", True), kinds.get("skipped", False)
    return [(start + k, due, done, skipped, minute) for k in range(length)]


def packed(days: list[Day]) -> bytes:
    return observe_days(Evidence(), days).to_bytes()


def risk_of(days: list[Day], today: int = TODAY) -> float:
    states = as_states(packed(days))
    return float(forecast(states, np.array([today]), np.array([0]), shipped_weights()).risk[0])


EXTREMES = {
    "no history": [],
    "all done": daily(2000, True),
    "all missed": daily(2000, False),
    "all skipped": daily(100, False, skipped=True),
    "never due": daily(100, False, due=False),
    "only extras": daily(100, True, due=False),
    "one done": daily(1, True),
    "one missed": daily(1, False),
}


@pytest.mark.parametrize("days", EXTREMES.values(), ids=EXTREMES)
@pytest.mark.parametrize("later", [0, 366, 20_000])
def test_a_forecast_is_always_a_probability(days: list[Day], later: int) -> None:
    assert LOWEST <= risk_of(days, TODAY + later) <= HIGHEST


@few
@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans()), max_size=60), st.integers(0, 500))
def test_no_history_makes_a_nan(past: list[tuple[bool, bool, bool]], later: int) -> None:
    days: list[Day] = [(TODAY - len(past) + k, *kinds, None) for k, kinds in enumerate(past)]
    assert LOWEST <= risk_of(days, TODAY + later) <= HIGHEST


def test_people_who_keep_a_habit_are_at_less_risk_than_people_who_miss_it() -> None:
    assert risk_of(daily(60, True)) < 0.1
    assert risk_of(daily(60, False)) > 0.85


def test_a_long_break_makes_a_forecast_less_sure() -> None:
    assert risk_of(daily(60, False), TODAY + 60) < risk_of(daily(60, False))
    assert risk_of(daily(60, True), TODAY + 60) > risk_of(daily(60, True))


def test_probabilities_of_any_log_odds_are_sound() -> None:
    odds = np.array([np.nan, np.inf, -np.inf, 0.0, 1e30], dtype=np.float32)
    risk = probability(odds)
    assert ((risk >= np.float32(LOWEST)) & (risk <= np.float32(HIGHEST))).all()
    assert risk[3] == 0.5


@few
@given(chance, share, share)
def test_surviving_is_bounded_and_rises_with_the_share_past(p: float, a: float, b: float) -> None:
    early, late = survive(np.full(2, p, np.float32), np.array(sorted([a, b]), np.float32))
    assert p - 1e-6 <= early <= late <= np.float32(HIGHEST)


def test_surviving_is_bayes_rule() -> None:
    assert survive(np.array([0.3], np.float32), np.array([0.75], np.float32))[0] == pytest.approx(0.3 / 0.475)


@few
@given(st.lists(st.integers(0, 1439), max_size=40))
def test_completions_pass_in_the_course_of_the_day(minutes: list[int]) -> None:
    days: list[Day] = [(TODAY - len(minutes) + k, True, True, False, m) for k, m in enumerate(minutes)]
    states = as_states(packed(days) * 25)
    shares = done_by(states, np.arange(25) * 60, shipped_weights())
    assert shares[0] == 0
    assert shares[-1] == pytest.approx(1)
    assert all(a <= b for a, b in pairwise(shares))


def test_a_habit_s_own_hours_outweigh_the_population_s() -> None:
    states = as_states(packed(daily(40, True, 7 * 60 + 30)))
    before, after = (done_by(states, np.array([at]), shipped_weights())[0] for at in (7 * 60, 8 * 60))
    assert after - before > 0.6


def test_without_known_times_the_population_s_hours_hold() -> None:
    weights = shipped_weights()
    share = done_by(as_states(packed(daily(40, True))), np.array([12 * 60]), weights)
    assert share[0] == pytest.approx(weights.day_shape[:12].sum() / weights.day_shape.sum(), abs=1e-5)


@pytest.mark.parametrize(
    ("risk", "word"), [(0.199, Level.LOW), (0.2, Level.MEDIUM), (0.499, Level.MEDIUM), (0.5, Level.HIGH)]
)
def test_levels(risk: float, word: Level) -> None:
    assert level(risk) is word


@pytest.mark.parametrize(
    ("risk", "streak", "lapse", "said"),
    [
        (0.30, 5, 0, Wording.ALERT),
        (0.29, 5, 0, Wording.NONE),
        (0.90, 0, 3, Wording.RESTART),
        (0.90, 0, 0, Wording.NONE),
    ],
)
def test_alerts_are_for_living_streaks_only(risk: float, streak: int, lapse: int, said: Wording) -> None:
    assert wording(risk, streak, lapse) is said


def test_a_percentage_needs_fourteen_units() -> None:
    assert [may_show_percent(13), may_show_percent(14)] == [False, True]
