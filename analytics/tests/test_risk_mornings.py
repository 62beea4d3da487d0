"""Forecasts kept from morning to morning: what comes of them, and what is learnt."""

from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.data import shipped_weights
from analytics.domain.risk_features import States, as_states, build_inputs, weekday_inputs
from analytics.domain.risk_mornings import (
    GRACE,
    PENDING_BYTES,
    Ledgers,
    Model,
    as_pending,
    predict,
    remember,
    settle,
)
from analytics.domain.risk_now import weeks_ahead
from habits.domain.evidence import Evidence, observe_days

MODEL = Model(shipped_weights())
START = 738_900
few = settings(max_examples=30, deadline=None)


def states_after(outcomes: list[list[bool | None]], upto: int) -> States:
    """One habit for each list of days from START on: kept, missed, or not asked for."""
    packed = []
    for days in outcomes:
        rows = [(START + k, True, done, False, None) for k, done in enumerate(days[:upto]) if done is not None]
        packed.append(observe_days(Evidence(), rows).to_bytes())
    return as_states(b"".join(packed))


def live_through(outcomes: list[list[bool | None]]) -> tuple[list[tuple[int, int, bool]], Ledgers]:
    """Morning after morning over all the days; what was settled, and what is kept."""
    count, days = len(outcomes), len(outcomes[0])
    kept, told = Ledgers.none(count), []
    for day in range(days + GRACE + 2):
        states = states_after(outcomes, day)
        today = np.full(count, START + day, dtype=np.int64)
        kept, over = settle(states, today, kept)
        told += list(zip(over.at.tolist(), (over.day - START).tolist(), over.missed.tolist(), strict=True))
        made = predict(states, today, np.zeros(count, dtype=np.int64), MODEL, kept.corrections)
        assert np.isfinite(made.risk).all()
        kept = remember(kept, states, today, made)
        kept = Ledgers(kept.corrections, as_pending(kept.pending.tobytes()))
    return told, kept


@few
@given(st.lists(st.lists(st.none() | st.booleans(), min_size=12, max_size=12), min_size=1, max_size=3))
def test_every_forecast_with_a_history_meets_its_outcome_once(outcomes: list[list[bool | None]]) -> None:
    told, kept = live_through(outcomes)
    expected = [
        (at, day, not done)
        for at, days in enumerate(outcomes)
        for day, done in enumerate(days)
        if done is not None and any(before is not None for before in days[:day])
    ]
    assert sorted(told) == sorted(expected)
    assert len(kept.pending.tobytes()) == len(outcomes) * PENDING_BYTES


def test_an_entry_that_comes_on_the_next_day_still_counts() -> None:
    kept = Ledgers.none(1)
    today = np.array([START + 5], dtype=np.int64)
    for day, entered in ((5, [True] * 5), (6, [True] * 5 + [False]), (7, [True] * 7)):
        states = states_after([list(entered)], day)
        today = np.array([START + day], dtype=np.int64)
        kept, over = settle(states, today, kept)
        assert len(over.at) == (day == 7)
        kept = remember(
            kept, states, today, predict(states, today, np.zeros(1, dtype=np.int64), MODEL, kept.corrections)
        )
    assert not over.missed.any()


def test_scoring_a_morning_again_keeps_one_forecast_of_it() -> None:
    states, today = states_after([[True, False, True]], 3), np.array([START + 3], dtype=np.int64)
    kept = Ledgers.none(1)
    for _ in range(3):
        kept, over = settle(states, today, kept)
        made = predict(states, today, np.zeros(1, dtype=np.int64), MODEL, kept.corrections)
        kept = remember(kept, states, today, made)
        assert not len(over.at)
    assert sorted(kept.pending["day"].ravel().tolist()) == [0, START + 3]


def test_a_forecast_nobody_came_back_to_for_long_is_let_go() -> None:
    states, today = states_after([[True] * 3], 3), np.array([START + 3], dtype=np.int64)
    kept = Ledgers.none(1)
    kept = remember(kept, states, today, predict(states, today, today * 0, MODEL, kept.corrections))
    later = states_after([[True] * 60], 60)
    kept, over = settle(later, today + 60, kept)
    assert (len(over.at), kept.pending["day"].max()) == (0, 0)


def test_a_habit_with_a_mind_of_its_own_is_followed() -> None:
    """Every third day is missed, which the population's weights know nothing of."""
    days: list[bool | None] = [k % 3 != 2 for k in range(90)]
    _, kept = live_through([days])
    assert np.abs(kept.corrections.mean).max() > 0.02
    states = states_after([days], 90)
    today = np.array([START + 90], dtype=np.int64)
    plain = predict(states, today, today * 0, MODEL, Ledgers.none(1).corrections).risk
    own = predict(states, today, today * 0, MODEL, kept.corrections).risk
    assert own[0] != pytest.approx(plain[0], abs=1e-4)


@few
@given(st.lists(st.lists(st.sampled_from([None, True, False]), min_size=20, max_size=20), min_size=2, max_size=6))
def test_the_days_to_come_of_some_habits_are_those_of_all(outcomes: list[list[bool | None]]) -> None:
    states = states_after(outcomes, 20)
    count = len(states)
    today, kept = np.full(count, START + 20, dtype=np.int64), Ledgers.none(count)
    inputs = predict(states, today, np.zeros(count, dtype=np.int64), MODEL, kept.corrections).morning.inputs
    ahead = partial(weeks_ahead, states, today, inputs, model=MODEL, corrections=kept.corrections)
    whole, some = ahead(np.arange(count)), np.array([count - 1, 0])
    assert ahead(some) == pytest.approx(whole[:, some], abs=1e-6)
    assert whole.shape == (14, count)
    for day in (1, 6):  # a coming day's own weekday is looked at, and what the others did on it
        there = build_inputs(states, today + day, np.zeros(count, dtype=np.int64))
        for name, column in weekday_inputs(states, today + day, some).items():
            assert np.array_equal(np.nan_to_num(column), there.column(name)[some])
