"""Reasons name the strongest groups, with counts that can be checked against the calendar."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from analytics.data import shipped_weights
from analytics.domain import risk_reasons
from analytics.domain.risk_features import States, as_states, build_inputs
from analytics.domain.risk_reasons import Code, Reason, group_effects, reasons
from habits.domain.evidence import Evidence, observe_days

MONDAY = 738_886
Past = Sequence[bool | None]


def states_of(*habits: Past, start: int = MONDAY) -> tuple[States, int]:
    """Habits whose last day is the same, and the day after it."""
    end = start + max(map(len, habits))
    packed = b"".join(
        observe_days(
            Evidence(),
            [(end - len(past) + k, done is not None, bool(done), False, 18 * 60) for k, done in enumerate(past)],
        ).to_bytes()
        for past in habits
    )
    return as_states(packed), end


def reasons_of(*habits: Past, late: float | None = None) -> list[list[Reason]]:
    states, today = states_of(*habits)
    inputs = build_inputs(states, np.full(len(states), today), np.zeros(len(states), dtype=np.int64))
    past = None if late is None else np.full(len(states), late, np.float32)
    return reasons(states, inputs, shipped_weights(), (today - 1) % 7, past)


def find(found: list[Reason], code: Code) -> Reason:
    return next(reason for reason in found if reason.code is code)


def test_at_most_two_the_strongest_first() -> None:
    found = reasons_of([True, False] * 20 + [False] * 4)[0]
    assert len(found) == 2
    assert abs(found[0].effect) >= abs(found[1].effect)


def test_recent_misses_are_counted() -> None:
    found = find(reasons_of([True] * 20 + [False] * 20 + [True, True, False, True])[0], Code.RECENT)
    assert found.params == {"misses": 2, "of": 5}


def test_a_lapse_and_a_streak_are_told_apart() -> None:
    lapsing, keeping = reasons_of([True] * 10 + [False] * 25)[0], reasons_of([False] * 5 + [True] * 60)[0]
    assert {reason.code for reason in lapsing} <= {Code.RECENT, Code.LAPSE, Code.AFTER_MISS}
    assert any(reason.effect > 0 for reason in lapsing)
    assert all(reason.effect < 0 for reason in keeping)


def test_a_weekday_that_stands_out_is_named_with_its_counts() -> None:
    past: Past = [k % 7 != 4 for k in range(7 * 14 + 4)]  # always done but on Fridays; today is a Friday
    found = find(reasons_of(past)[0], Code.WEEKDAY)
    assert found.params == {"weekday": 4, "misses": 10, "of": 10}
    assert found.effect > 0


def test_a_weekday_with_few_occurrences_is_no_reason() -> None:
    past: Past = [k % 7 != 4 for k in range(7 * 3 + 4)]
    assert Code.WEEKDAY not in {reason.code for reason in reasons_of(past)[0]}


def test_an_ordinary_weekday_is_no_reason() -> None:
    past: Past = [k % 7 != 4 for k in range(7 * 14 + 3)]
    assert Code.WEEKDAY not in {reason.code for reason in reasons_of([True, True, False] * 40)[0]}
    assert all(r.params.get("weekday", 3) == 3 for r in reasons_of(past)[0])


def test_silence_is_a_reason_for_users_of_several_habits_only() -> None:
    quiet: Past = [True] * 40 + [False] * 2
    together = reasons_of(quiet, [True] * 3 + [False] * 39)[0]
    assert Code.SILENCE not in {reason.code for reason in reasons_of(quiet)[0]}
    assert find(together, Code.SILENCE).params == {"days": 3}


def test_past_the_usual_time_is_the_strongest_reason_late_in_the_day() -> None:
    found = reasons_of([True] * 30, late=0.999)[0]
    assert find(found, Code.LATE).params == {"hour": 18}
    assert find(found, Code.LATE).effect > 0


@pytest.mark.parametrize("past", [[True] * 30, [None] * 30])
def test_early_in_the_day_time_is_no_reason(past: Past) -> None:
    assert Code.LATE not in {reason.code for reason in reasons_of(past, late=0.2)[0]}


def test_unknown_times_are_no_reason() -> None:
    assert Code.LATE not in {reason.code for reason in reasons_of([None] * 30, late=0.99)[0]}


def test_a_habit_without_history_says_only_that_it_is_new() -> None:
    assert {reason.code for reason in reasons_of([None] * 3)[0]} <= {Code.NEW}


def test_every_group_can_speak_or_keep_silent() -> None:
    every: list[Past] = [
        [True, False] * 30,
        [False] * 40,
        [True] * 5,
        [True, True, False] * 15,
        [None] * 20 + [True] * 9,
    ]
    found = [reason for habit in reasons_of(*every) + reasons_of([True, False, False] * 2) for reason in habit]
    assert all(np.isfinite(reason.effect) for reason in found)


def test_effects_are_differences_to_the_average_habit() -> None:
    states, today = states_of([True, False] * 20)
    inputs = build_inputs(states, np.array([today]), np.array([0]))
    effects = group_effects(inputs, shipped_weights())
    assert abs(effects["recent"][0]) > 0
    assert abs(effects["others"][0]) < 1


def test_a_weekday_whose_latest_occurrences_say_otherwise_is_no_reason() -> None:
    case: Any = SimpleNamespace(
        state={"weekday_count": np.full((1, 7), 20), "weekday_recent": np.zeros((1, 7), int)},
        weekday=2,
        value=lambda _name: 0.6,
    )
    assert risk_reasons._weekday(0.5, case) is None
    assert risk_reasons._weekday(-0.5, case) is None  # the long run and the effect point apart
