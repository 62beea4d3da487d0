"""From a goal and its state to its forecast."""

from datetime import date, timedelta

import pytest

from goals.domain.facts import DayFact, manual_facts
from goals.domain.forecast import horizon
from goals.domain.goal import Goal, Measure
from goals.domain.outlook import forecast_goal
from goals.domain.progress import recompute, start
from goals.domain.streaks import Running
from goals.tests.domain.stated import probability_of, spread_of

STARTS = date(2026, 1, 1)
FIRST = STARTS.toordinal()
TODAY = date(2026, 2, 1)
DEADLINE = date(2026, 3, 1)
AHEAD = range(TODAY.toordinal(), horizon(TODAY, DEADLINE) + 1)
PAST = [DayFact(FIRST + day, 2000, chance=True, kept=1, streak=day + 1) for day in range(31)]


def test_a_count_adds_units_to_what_there_is() -> None:
    goal = Goal(Measure.COUNT, 40_000, STARTS, DEADLINE, (1000,))
    found = forecast_goal(goal, recompute(goal, [PAST], TODAY.toordinal() - 1), TODAY, [AHEAD], seed=1)
    assert 31_000 <= spread_of(found).p10 <= spread_of(found).p90 <= 60_000
    assert probability_of(found) > 0.5


def test_a_total_adds_amounts_as_they_were() -> None:
    goal = Goal(Measure.TOTAL, 40_000, STARTS, DEADLINE, (500,))
    found = forecast_goal(goal, recompute(goal, [PAST], TODAY.toordinal() - 1), TODAY, [AHEAD], seed=1)
    assert spread_of(found).p90 <= 31_000 + 29_000
    assert spread_of(found).p50 > 31_000


def test_a_total_without_a_past_goes_by_the_usual_amount() -> None:
    goal = Goal(Measure.TOTAL, 40_000, STARTS, DEADLINE, (1000,))
    small, large = (
        spread_of(forecast_goal(goal, start(goal), TODAY, [AHEAD], seed=1, usual=(usual,))).p90
        for usual in (1000, 7000)
    )
    assert large == 7 * small


def test_a_manual_goal_goes_by_its_entries() -> None:
    goal = Goal(Measure.MANUAL, 10_000, STARTS, DEADLINE)
    state = recompute(goal, [manual_facts([(FIRST, 2000), (FIRST + 9, 2500)], FIRST, FIRST + 30)], FIRST + 30)
    found = forecast_goal(goal, state, TODAY, [AHEAD], seed=1)
    assert found.rests_on == 31
    assert 0 < probability_of(found) < 0.6


def test_a_streak_goes_on_from_the_one_that_runs() -> None:
    goal = Goal(Measure.STREAK, 40_000, STARTS, DEADLINE, (1000,))
    state = recompute(goal, [PAST], TODAY.toordinal() - 1)
    assert probability_of(forecast_goal(goal, state, TODAY, [AHEAD], seed=1)) > 0.3
    assert forecast_goal(goal, state, TODAY, [AHEAD], seed=1, running=Running(0)).probability == 0.0


@pytest.mark.parametrize("measure", [Measure.TOTAL, Measure.COUNT, Measure.STREAK])
def test_a_goal_that_lost_its_habits_expects_nothing(measure: Measure) -> None:
    goal = Goal(measure, 5000, STARTS, DEADLINE)
    found = forecast_goal(goal, start(goal), TODAY, [], seed=1)
    assert (found.probability, found.amount) == (0.0, (0, 0, 0))


def test_nothing_counts_before_the_start() -> None:
    goal = Goal(Measure.COUNT, 5000, DEADLINE - timedelta(days=1), DEADLINE, (1000,))
    assert spread_of(forecast_goal(goal, start(goal), TODAY, [AHEAD], seed=1)).p90 <= 2000
