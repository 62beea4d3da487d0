"""The burn-up series is what had been gathered by each close."""

from datetime import date

from hypothesis import given, settings

from goals.domain.burnup import burn_up
from goals.domain.facts import DayFact
from goals.domain.goal import Goal, Measure
from goals.tests.domain.facts_at_random import FIRST, ORIGIN, GoalWithFacts, amounts_by_hand, days, goals_with_facts


@settings(max_examples=30, deadline=None)
@given(goals_with_facts(), days)
def test_every_point_is_the_amount_of_its_day(given_goal: GoalWithFacts, today: int) -> None:
    goal, facts = given_goal
    closes = amounts_by_hand(goal, facts, today)
    series = burn_up(goal, facts, today)
    assert [(point.day.toordinal(), point.amount) for point in series] == [
        (day, amount // 1000) for day, amount in closes.items()
    ]


def test_before_the_start_there_is_nothing_to_draw() -> None:
    assert burn_up(Goal(Measure.MANUAL, 1000, FIRST), [[]], ORIGIN - 1) == ()


def test_a_century_is_drawn_by_a_bounded_number_of_days_with_its_last() -> None:
    facts = [[DayFact(ORIGIN + day, 1000) for day in range(0, 36_525, 100)]]
    series = burn_up(Goal(Measure.MANUAL, 1000, FIRST), facts, ORIGIN + 36_525, points=50)
    assert len(series) <= 50
    assert series[-1] == (date.fromordinal(ORIGIN + 36_525), 366_000)
