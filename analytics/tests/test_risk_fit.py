"""Fitting finds what is in the logs, the same each time, and refuses what teaches nothing."""

import numpy as np
import pytest

from analytics.domain.risk_features import build_inputs
from analytics.domain.risk_fit import LogRow, TooLittleError, day_shape, examples, fit
from analytics.domain.risk_model import forecast, log_odds, probability
from habits.domain.evidence import Evidence, observe
from habits.domain.evidence_arrays import PACKED

DAY = 738_000


def person(seed: int, length: int = 120) -> list[LogRow]:
    """A user of two habits who keeps to what they did the day before four times of five."""
    stays = np.random.default_rng(seed).random((length, 2)) < 0.8
    done = np.logical_xor.accumulate(~stays, axis=0)
    return [
        LogRow(habit, DAY + k, due=True, done=bool(kept), minute=1200 if kept else None)
        for k, row in enumerate(done)
        for habit, kept in zip("ab", row, strict=True)
    ]


PEOPLE = [person(seed) for seed in range(12)]


def test_a_fit_is_calibrated_and_tells_apart_on_other_people() -> None:
    weights = fit(PEOPLE)
    unseen = examples([person(seed) for seed in range(50, 60)])
    risk = probability(log_odds(unseen.inputs, weights))
    assert risk.mean() == pytest.approx(unseen.missed.mean(), abs=0.05)
    assert risk[unseen.missed].mean() - risk[~unseen.missed].mean() > 0.2


def test_the_same_logs_give_the_same_text() -> None:
    assert fit(PEOPLE).to_text() == fit(iter(PEOPLE)).to_text()


def test_examples_are_what_a_forecast_would_have_seen() -> None:
    rows = person(3, 20)
    found = examples([rows])
    state = {"a": Evidence(), "b": Evidence()}
    for row in rows[:-4]:
        observe(state[row.habit], row.day, due=row.due, done=row.done, minute=row.minute)
    states = np.frombuffer(state["a"].to_bytes() + state["b"].to_bytes(), dtype=PACKED)
    last = build_inputs(states, np.full(2, rows[-4].day), np.zeros(2, dtype=np.int64))
    assert found.inputs.matrix[-2:].tolist() == last.matrix.tolist()
    assert found.missed[-2:].tolist() == [not row.done for row in rows[-4:-2]]


def test_first_units_last_days_and_returns_are_no_examples() -> None:
    assert len(examples([person(1, 20)]).missed) == 2 * 18
    silent = [LogRow("a", DAY, due=True, done=True)]
    silent += [LogRow("a", DAY + k, due=True, done=False) for k in range(1, 31)]
    silent += [LogRow("a", DAY + 60, due=True, done=True), LogRow("a", DAY + 61, due=True, done=True)]
    assert len(examples([silent]).missed) == 30


def test_days_that_were_not_due_or_skipped_are_no_examples() -> None:
    rows = [LogRow("a", DAY + k, due=k % 2 == 0, done=k % 4 == 0, skipped=k == 6) for k in range(12)]
    assert len(examples([rows]).missed) == 4


@pytest.mark.parametrize("logs", [[], [[]], [person(1, 20)]])
def test_too_few_outcomes_are_refused(logs: list[list[LogRow]]) -> None:
    with pytest.raises(TooLittleError):
        fit(logs)


def test_outcomes_that_are_all_alike_are_refused() -> None:
    with pytest.raises(TooLittleError):
        fit([[LogRow("a", DAY + k, due=True, done=True) for k in range(400)]])


def test_the_day_s_shape_counts_people_alike() -> None:
    busy = [LogRow("a", DAY + k, due=True, done=True, minute=480) for k in range(200)]
    shape = day_shape([busy, [LogRow("a", DAY, due=True, done=True, minute=1290)], [LogRow("a", DAY, True, True)]])
    assert shape[8] == pytest.approx(shape[21])
    assert shape.sum() == pytest.approx(1)
    assert (shape > 0).all()


def test_a_fitted_model_forecasts_a_habit_nobody_has_seen() -> None:
    blank = np.frombuffer(Evidence().to_bytes(), dtype=PACKED)
    risk = forecast(blank, np.array([DAY]), np.array([0]), fit(PEOPLE)).risk[0]
    assert 0 < risk < 1
