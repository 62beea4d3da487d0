"""One word for a goal."""

from dataclasses import replace
from datetime import date

import pytest

from goals.domain.goal import Goal, Measure
from goals.domain.progress import start
from goals.domain.status import Status, status
from goals.domain.summary import Finish, Forecast
from goals.tests.domain.facts_at_random import FIRST, ORIGIN

GOAL = Goal(Measure.COUNT, 10_000, FIRST, date(2026, 1, 31), (1000,))
NEVER = Finish(None, None, None)


def said(probability: float | None, rests_on: int = 30, finish: Finish = NEVER) -> Forecast:
    return Forecast(probability, finish, None, (), rests_on)


@pytest.mark.parametrize(
    ("probability", "word"),
    [(1.0, "on_track"), (0.6, "on_track"), (0.59, "behind"), (0.25, "behind"), (0.24, "at_risk"), (0.0, "at_risk")],
)
def test_the_probability_decides_once_there_is_evidence(probability: float, word: str) -> None:
    assert status(GOAL, start(GOAL), ORIGIN, forecast=said(probability), safety=-5) == word


def test_the_line_decides_while_there_is_little_evidence() -> None:
    assert status(GOAL, start(GOAL), ORIGIN, forecast=said(0.1, 3), safety=0) is Status.ON_TRACK
    assert status(GOAL, start(GOAL), ORIGIN, forecast=said(0.9, 3), safety=-1) is Status.BEHIND
    assert status(GOAL, start(GOAL), ORIGIN) is Status.ON_TRACK


def test_what_is_out_of_reach_is_at_risk_whatever_the_evidence() -> None:
    assert status(GOAL, start(GOAL), ORIGIN, forecast=said(0.0, 0), safety=3) is Status.AT_RISK


def test_without_a_deadline_a_finish_in_sight_is_on_track() -> None:
    goal = replace(GOAL, deadline=None)
    seen = said(None, finish=Finish(FIRST, FIRST, None))
    assert status(goal, start(goal), ORIGIN, forecast=seen) is Status.ON_TRACK
    assert status(goal, start(goal), ORIGIN, forecast=said(None)) is Status.BEHIND


def test_a_deadline_that_is_over_is_missed_and_its_own_day_is_not() -> None:
    assert status(GOAL, start(GOAL), ORIGIN + 30) is Status.ON_TRACK
    assert status(GOAL, start(GOAL), ORIGIN + 31) is Status.MISSED


def test_reached_stays_and_outlives_the_deadline() -> None:
    state = replace(start(GOAL), reached=ORIGIN + 3)
    assert status(GOAL, state, ORIGIN + 99) is Status.REACHED
    assert status(GOAL, state, ORIGIN + 99, abandoned_on=date(2026, 1, 4)) is Status.REACHED


def test_given_up_before_it_was_reached_is_abandoned() -> None:
    assert status(GOAL, start(GOAL), ORIGIN + 99, abandoned_on=FIRST) is Status.ABANDONED
    state = replace(start(GOAL), reached=ORIGIN + 3)
    assert status(GOAL, state, ORIGIN + 9, abandoned_on=FIRST) is Status.ABANDONED
