"""Corrections learn a known distortion, and little from little."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.data import shipped_weights
from analytics.domain.risk_features import Floats, Inputs, as_states, build_inputs
from analytics.domain.risk_model import log_odds, probability
from analytics.domain.risk_recalibration import HABIT_BYTES, HabitCorrections, Recalibration
from habits.domain.evidence import Evidence, observe_days

TODAY = 738_900
few = settings(max_examples=40, deadline=None)


def distorted(count: int, intercept: float, slope: float) -> tuple[Floats, np.ndarray]:
    """Log odds a model gave, and outcomes drawn from intercept + slope * log odds."""
    rng = np.random.default_rng(5)
    z = rng.normal(-0.8, 1.6, count).astype(np.float32)
    truth = 1 / (1 + np.exp(-(intercept + slope * z)))
    return z, rng.random(count) < truth


def test_a_known_distortion_is_recovered() -> None:
    learnt = Recalibration().learnt(*distorted(20_000, 0.5, 0.7))
    assert [learnt.intercept, learnt.slope] == pytest.approx([0.5, 0.7], abs=0.06)


def test_in_portions_it_comes_to_the_same() -> None:
    z, missed = distorted(3000, 0.4, 0.8)
    whole, portions = Recalibration().learnt(z, missed), Recalibration()
    for at in range(0, 3000, 100):
        portions = portions.learnt(z[at : at + 100], missed[at : at + 100])
    assert portions.intercept == pytest.approx(whole.intercept, abs=0.05)
    assert portions.slope == pytest.approx(whole.slope, abs=0.05)


def test_a_few_outcomes_change_little() -> None:
    learnt = Recalibration().learnt(np.full(3, -2, np.float32), np.ones(3, bool))
    assert 0 < float(learnt.applied(np.full(1, -2, np.float32))[0]) + 2 < 0.3


def test_loosened_it_learns_faster() -> None:
    z, missed = distorted(300, 1.0, 1.0)
    firm = Recalibration().learnt(*distorted(5000, 0.0, 1.0))
    assert firm.loosened(0.1).learnt(z, missed).intercept > firm.learnt(z, missed).intercept


def test_no_outcomes_teach_nothing() -> None:
    same = Recalibration().learnt(np.zeros(0, np.float32), np.zeros(0, bool))
    assert same == Recalibration()


@few
@given(st.lists(st.floats(width=32), min_size=1, max_size=20), st.booleans())
def test_no_log_odds_make_a_nan(values: list[float], missed: bool) -> None:
    z = np.array(values, np.float32)
    learnt = Recalibration().learnt(z, np.full(len(z), missed))
    assert np.isfinite([learnt.intercept, learnt.slope, *learnt.precision]).all()


def inputs_after(past: list[bool]) -> Inputs:
    days = [(TODAY - len(past) + k, True, done, False, None) for k, done in enumerate(past)]
    states = as_states(observe_days(Evidence(), days).to_bytes())
    return build_inputs(states, np.array([TODAY]), np.array([0]))


def test_a_habit_that_goes_against_the_model_corrects_it() -> None:
    inputs, corrections = inputs_after([True] * 40), HabitCorrections.none(1)
    z = log_odds(inputs, shipped_weights())
    for _ in range(30):
        corrections = corrections.learnt(z, inputs, np.array([True]))
    assert probability(corrections.applied(z, inputs))[0] > 5 * probability(z)[0]


def test_nothing_learnt_corrects_nothing() -> None:
    inputs = inputs_after([True, False] * 9)
    z = log_odds(inputs, shipped_weights())
    assert HabitCorrections.none(1).applied(z, inputs) == pytest.approx(z)


def test_learning_makes_surer_and_stays_finite() -> None:
    inputs, corrections = inputs_after([True] * 3), HabitCorrections.none(1)
    z = np.array([1e9], np.float32)
    for _ in range(50):
        following = corrections.learnt(z, inputs, np.array([False]))
        assert (following.variance[:, 1:] <= corrections.variance[:, 1:]).all()
        corrections = following
    assert np.isfinite(corrections.applied(z, inputs)).all()


def test_the_level_of_a_habit_may_always_move_but_not_without_bound() -> None:
    inputs, corrections = inputs_after([True, False] * 9), HabitCorrections.none(1)
    z = np.array([-9.0], np.float32)
    for _ in range(4000):
        corrections = corrections.learnt(z, inputs, np.array([False]))
    assert 0.02 < corrections.variance[0, 0] < 0.6
    assert HabitCorrections.from_bytes(corrections.to_bytes()).variance[0, 0] > 0.02


def test_corrections_round_trip_in_half_floats() -> None:
    inputs = inputs_after([True, True, False] * 5)
    learnt = HabitCorrections.none(1).learnt(log_odds(inputs, shipped_weights()), inputs, np.array([True]))
    packed = learnt.to_bytes()
    again = HabitCorrections.from_bytes(packed)
    assert len(packed) == HABIT_BYTES <= 48
    assert again.mean == pytest.approx(learnt.mean, abs=1e-3)
    assert again.to_bytes() == packed


@pytest.mark.parametrize(
    "packed",
    [
        bytes(HABIT_BYTES - 1),
        np.full(HABIT_BYTES // 2, np.nan, "<f2").tobytes(),
        np.full(HABIT_BYTES // 2, -1, "<f2").tobytes(),
    ],
)
def test_damaged_corrections_are_refused(packed: bytes) -> None:
    with pytest.raises(ValueError, match=r"corrections|multiple"):
        HabitCorrections.from_bytes(packed)
