"""The vectorised inputs against a plain recomputation from lists of outcomes."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.domain.risk_features import COLUMN, FEATURES, PRIOR, as_states, build_inputs
from habits.domain.evidence import SIZE, WEEKDAY_DECAY, Evidence, observe_days
from habits.domain.evidence_arrays import PACKED

TODAY = 738_900
few = settings(max_examples=40, deadline=None)
Outcomes = list[int | None]  # from yesterday back: 1 missed, 0 done, None not due


@st.composite
def users(draw: st.DrawFn) -> list[list[Outcomes]]:
    """Some users' habits, each a list of the days up to yesterday."""
    habit = st.lists(st.sampled_from([0, 0, 1, 1, None]), min_size=1, max_size=40)
    return draw(st.lists(st.lists(habit, min_size=1, max_size=3), min_size=1, max_size=3))


def state_of(past: Outcomes) -> bytes:
    days = [(TODAY - 1 - k, missed is not None, missed == 0, False, None) for k, missed in enumerate(past)]
    return observe_days(Evidence(), reversed(days)).to_bytes()


def inputs_of(people: list[list[Outcomes]]) -> list[dict[str, float]]:
    states = as_states(b"".join(state_of(habit) for habits in people for habit in habits))
    owner = np.repeat(np.arange(len(people)), [len(habits) for habits in people])
    made = build_inputs(states, np.full(len(states), TODAY), owner)
    return [dict(zip(FEATURES, map(float, row), strict=True)) for row in made.matrix]


def log_odds(p: float) -> float:
    p = min(max(p, 0.003), 0.997)
    return math.log(p / (1 - p))


def decayed(values: list[int], decay: float) -> tuple[float, float]:
    weights = [decay**k for k in range(len(values))]
    return sum(w * v for w, v in zip(weights, values, strict=True)), sum(weights)


def expected_rate(past: Outcomes) -> float:
    total, weight = decayed([m for m in past if m is not None], 0.5 ** (1 / 21))
    return min(max((total + PRIOR) / (weight + 1), 0.02), 0.98)


@few
@given(users())
def test_rates_are_decayed_and_shrunk_to_the_prior(people: list[list[Outcomes]]) -> None:
    rows = inputs_of(people)
    for row, past in zip(rows, [h for habits in people for h in habits], strict=True):
        missed = [m for m in past if m is not None]
        for half in (2, 5, 10, 21, 60):
            total, weight = decayed(missed[:30] if half < 10 else missed, 0.5 ** (1 / half))
            assert row[f"rate_{half}"] == pytest.approx(log_odds((total + PRIOR) / (weight + 1)), abs=0.05)
        assert row["lifetime"] == pytest.approx(log_odds((sum(missed) + 2 * PRIOR) / (len(missed) + 2)), abs=1e-4)
        assert row["expected"] == pytest.approx(expected_rate(past), abs=0.005)


@few
@given(users())
def test_lags_are_the_last_outcomes(people: list[list[Outcomes]]) -> None:
    for row, past in zip(inputs_of(people), [h for habits in people for h in habits], strict=True):
        missed = [m for m in past if m is not None]
        for k in (0, 1, 6, 13, 20):
            assert row[f"lag_{k}"] == pytest.approx(missed[k] - PRIOR if k < len(missed) else 0, abs=1e-5)


@few
@given(users())
def test_the_same_weekday_counts_by_its_own_outcomes(people: list[list[Outcomes]]) -> None:
    for row, past in zip(inputs_of(people), [h for habits in people for h in habits], strict=True):
        same = [m for k, m in enumerate(past, start=1) if k % 7 == 0 and m is not None]
        total, weight = decayed(same, WEEKDAY_DECAY)
        base = expected_rate(past)
        assert row["weekday"] == pytest.approx(log_odds((total + 3 * base) / (weight + 3)) - log_odds(base), abs=0.05)
        for weeks in (1, 2, 3):
            then = past[7 * weeks - 1] if len(past) >= 7 * weeks else None
            assert row[f"weeks_ago_{weeks}"] == pytest.approx(0 if then is None else then - base, abs=0.01)


@few
@given(users())
def test_the_users_other_habits_are_seen_and_no_one_else_s(people: list[list[Outcomes]]) -> None:
    rows = iter(inputs_of(people))
    for habits in people:
        for at, _ in enumerate(habits):
            row = next(rows)
            others = [past for k, past in enumerate(habits) if k != at]
            for days in (1, 3, 14):
                missed = [(m, expected_rate(p)) for p in others for m in p[:days] if m is not None]
                asked = len(missed)
                rate = (sum(m for m, _ in missed) - PRIOR * asked) / (asked + 1)
                surprise = sum(m - e for m, e in missed) / (asked + 1)
                assert row[f"others_rate_{days}"] == pytest.approx(rate, abs=1e-4)
                assert row[f"others_{days}"] == pytest.approx(surprise, abs=0.01)
                assert row[f"others_due_{days}"] == pytest.approx(math.log1p(asked), abs=1e-4)


@few
@given(users())
def test_silence_is_the_user_s_not_the_habit_s(people: list[list[Outcomes]]) -> None:
    rows = iter(inputs_of(people))
    for habits in people:
        since = min(past.index(0) + 1 if 0 in past else len(past) for past in habits)
        for past in habits:
            row = next(rows)
            own = past.index(0) + 1 if 0 in past else len(past)
            assert row["silence"] == pytest.approx(math.log1p(min(since, 30)), abs=1e-4)
            assert row["since_done"] == pytest.approx(math.log1p(min(own, 30)), abs=1e-4)


@few
@given(users())
def test_what_followed_the_last_outcome_is_a_markov_rate(people: list[list[Outcomes]]) -> None:
    for row, past in zip(inputs_of(people), [h for habits in people for h in habits], strict=True):
        missed = [m for m in past if m is not None]
        after = [missed[k] for k in range(len(missed) - 1) if missed[k + 1] == missed[0]]
        assert row["pattern_1_weight"] == pytest.approx(math.log1p(len(after)), abs=0.12)
        assert math.isfinite(row["pattern_1"])


@few
@given(users())
def test_many_users_at_once_equal_each_alone(people: list[list[Outcomes]]) -> None:
    together = inputs_of(people)
    alone = [row for habits in people for row in inputs_of([habits])]
    for one, other in zip(together, alone, strict=True):
        assert one == pytest.approx(other, abs=1e-5)


def test_states_behind_by_days_are_read_at_the_right_dates() -> None:
    states = as_states(state_of([1] * 20))
    made = build_inputs(states, np.array([TODAY + 3]), np.array([0]))
    assert made.column("weeks_ago_1")[0] > 0
    assert made.column("since_done")[0] == pytest.approx(math.log1p(23))


def test_a_long_break_makes_evidence_stale_and_a_usual_pause_does_not() -> None:
    daily, weekly = state_of([0] * 20), state_of(([None] * 6 + [0]) * 5)
    for past, days, stale in ((daily, 0, False), (daily, 30, True), (weekly, 0, False), (b"", 30, False)):
        states = as_states(past or Evidence().to_bytes())
        made = build_inputs(states, np.array([TODAY + days]), np.array([0]))
        assert (made.staleness[0] > 0) is np.bool_(stale)


def test_no_habits_make_no_inputs() -> None:
    made = build_inputs(as_states(b""), np.zeros(0, np.int64), np.zeros(0, np.int64))
    assert made.matrix.shape == (0, len(FEATURES))


def test_the_packed_layout_is_the_fold_s() -> None:
    assert PACKED.itemsize == SIZE
    state = observe_days(Evidence(), [(TODAY - k, True, k % 3 > 0, False, k * 11 % 1440) for k in range(90, 0, -1)])
    row = as_states(state.to_bytes())[0]
    for name in Evidence.__slots__:
        assert np.asarray(row[name]).tolist() == getattr(state, name)


@pytest.mark.parametrize("packed", [b"\x02" + bytes(SIZE - 1), bytes(SIZE)])
def test_states_of_another_version_are_refused(packed: bytes) -> None:
    with pytest.raises(ValueError, match="version"):
        as_states(packed)


def test_names_and_columns_agree() -> None:
    assert [COLUMN[name] for name in FEATURES] == list(range(len(FEATURES)))
