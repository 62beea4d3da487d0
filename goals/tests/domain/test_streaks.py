"""The streak that is played out follows the habit's own rule, and its forecast keeps the laws."""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goals.domain.evidence import Evidence, evidence_of
from goals.domain.forecast import horizon
from goals.domain.streaks import Running, forecast_streak, longest_streaks
from goals.domain.summary import Forecast
from goals.tests.domain.stated import probability_of, spread_of
from habits.domain.streak import Tally

TODAY = date(2026, 1, 1)
FIRST = TODAY.toordinal()
GOOD = evidence_of([True] * 80)
MIXED = evidence_of([True, True, True, False] * 20)


def after(days: int) -> date:
    return TODAY + timedelta(days=days)


outcomes_in_runs = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 4)), max_size=6).map(
    lambda runs: [kept for good, bad in runs for kept in (True,) * good + (False,) * bad]
)


@settings(max_examples=60, deadline=None)
@given(
    outcomes_in_runs, st.integers(0, 9), st.integers(0, 2), st.integers(0, 6),
    st.booleans(),
)  # fmt: skip
def test_paths_follow_the_rule_of_the_streak(
    outcomes: list[bool], current: int, freezes: int, run: int, with_freezes: bool
) -> None:
    tally = Tally(current, current, None, freezes, run)
    running = Running(current, freezes, run, with_freezes)
    rows = np.array([[kept, True] for kept in outcomes], dtype=bool).reshape(-1, 2)
    expected = [current]
    for kept in outcomes:
        if kept:
            tally.keep(FIRST, with_freezes)
        else:
            tally.miss(with_freezes)
        expected.append(tally.longest)
    longest = longest_streaks(rows, running)
    assert longest[:, 0].tolist() == expected
    assert longest[-1, 1] == current + len(outcomes)


FRESH = Running(0)


def streak(
    target: int,
    deadline: date | None,
    *,
    running: Running = FRESH,
    evidence: Evidence = MIXED,
    days: Sequence[int] = range(FIRST, FIRST + 800),
    seed: int = 1,
) -> Forecast:
    return forecast_streak(TODAY, deadline, target, running, evidence, days=days, seed=seed)


def test_a_longer_streak_is_never_likelier() -> None:
    said = [probability_of(streak(1000 * length, after(60))) for length in (1, 3, 7, 14, 30)]
    assert said == sorted(said, reverse=True)


def test_more_time_never_makes_it_less_likely() -> None:
    said = [probability_of(streak(7000, after(days))) for days in (3, 5, 6, 20, 60, 200, 36_500)]
    assert said == sorted(said)
    assert said[1] == 0.0 < said[2]


def test_a_streak_that_is_there_is_certain() -> None:
    assert streak(5000, after(3), running=Running(5)).probability == 1.0


def test_the_running_streak_counts_towards_it() -> None:
    assert probability_of(streak(9000, after(4), running=Running(4))) > 0
    assert streak(9000, after(4), running=Running(3)).probability == 0.0


def test_freezes_in_hand_help() -> None:
    bare = probability_of(streak(20_000, after(25), running=Running(10, with_freezes=False)))
    assert probability_of(streak(20_000, after(25), running=Running(10, freezes=2))) > bare


def test_the_amounts_are_the_longest_streak_from_now_on() -> None:
    found = streak(30_000, after(20), running=Running(4), evidence=GOOD)
    assert 4000 <= spread_of(found).p10 <= spread_of(found).p90 <= 25_000
    assert found.rests_on == 80


@pytest.mark.parametrize("deadline", [None, after(10), date(2126, 1, 1)])
def test_nothing_due_any_more_brings_no_streak(deadline: date | None) -> None:
    found = streak(3000, deadline, days=())
    assert found.probability in {None, 0.0}
    assert found.finish == (None, None, None)


def test_without_a_deadline_the_finish_is_told() -> None:
    found = streak(3000, None, evidence=GOOD)
    assert found.finish.p50 is not None
    assert found.probability is None


def test_no_past_is_no_obstacle() -> None:
    assert 0 < probability_of(streak(5000, after(30), evidence=Evidence())) < 1


def test_the_same_seed_gives_the_same_forecast() -> None:
    days = range(FIRST, horizon(TODAY, after(30)) + 1)
    assert streak(5000, after(30), days=days) == streak(5000, after(30), days=days)
