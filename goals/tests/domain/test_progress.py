"""Progress: exact sums, the day of each milestone, and a state that moves forward to what a recount gives."""

import json
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from goals.domain.facts import DayFact, manual_facts
from goals.domain.goal import Goal, Measure
from goals.domain.progress import advance, progress, recompute, start, state_from_json
from goals.tests.domain.facts_at_random import FIRST, ORIGIN, GoalWithFacts, amounts_by_hand, days, goals_with_facts

EVERY = settings(max_examples=30, deadline=None)


def first_day(closes: dict[int, int], wanted: int) -> int | None:
    return next((day for day, amount in closes.items() if amount >= wanted * 1000), None)


@EVERY
@given(goals_with_facts(), days)
def test_amount_best_reached_and_milestones_are_those_of_a_recount_by_hand(
    given_goal: GoalWithFacts, through: int
) -> None:
    goal, facts = given_goal
    state = recompute(goal, facts, through)
    closes = amounts_by_hand(goal, facts, through)
    last = list(closes.values())[-1] if closes else 0
    assert (state.amount, state.best) == (last, max(closes.values(), default=0))
    assert state.reached == first_day(closes, goal.target)
    assert state.milestones == tuple(first_day(closes, wanted) for wanted in goal.milestones)


@EVERY
@given(goals_with_facts(), st.lists(days, max_size=6).map(sorted))
def test_moving_forward_in_steps_equals_recomputing(given_goal: GoalWithFacts, stops: list[int]) -> None:
    goal, facts = given_goal
    state = start(goal)
    for stop in stops:
        state = advance(goal, state, facts, stop)
    assert state == recompute(goal, facts, max(stops, default=0))


@EVERY
@given(goals_with_facts(), days)
def test_a_state_survives_json(given_goal: GoalWithFacts, through: int) -> None:
    goal, facts = given_goal
    state = recompute(goal, facts, through)
    assert state_from_json(json.loads(json.dumps(state.to_json()))) == state


def test_a_state_of_other_constants_is_not_used() -> None:
    stored = start(Goal(Measure.MANUAL, 1000, FIRST)).to_json()
    assert state_from_json(stored | {"version": -1}) is None


def test_weights_count_exactly() -> None:
    goal = Goal(Measure.TOTAL, 1_000, FIRST, weights=(333, 667))
    facts = [[DayFact(ORIGIN, 1)], [DayFact(ORIGIN, 1)]]
    assert recompute(goal, facts, ORIGIN).amount == 1000
    assert progress(goal, recompute(goal, facts, ORIGIN)).amount == 1


def test_what_is_left_is_rounded_up_and_the_amount_down() -> None:
    goal = Goal(Measure.TOTAL, 10, FIRST, weights=(500,))
    shown = progress(goal, recompute(goal, [[DayFact(ORIGIN, 3)]], ORIGIN))
    assert (shown.amount, shown.remaining, shown.share) == (1, 9, 0.15)


def test_a_goal_reached_once_stays_reached_when_something_is_taken_back() -> None:
    goal = Goal(Measure.MANUAL, 5000, FIRST, milestones=(2000, 9000))
    entries = [(ORIGIN, 3000), (ORIGIN + 1, 2500), (ORIGIN + 2, -4000)]
    shown = progress(goal, recompute(goal, [manual_facts(entries, ORIGIN, ORIGIN + 2)], ORIGIN + 2))
    assert (shown.amount, shown.best, shown.remaining, shown.share) == (1500, 5500, 0, 1.0)
    assert shown.reached_on == date(2026, 1, 2)
    assert shown.milestones == ((2000, FIRST), (9000, None))


def test_more_taken_back_than_there_was_is_no_negative_share() -> None:
    goal = Goal(Measure.MANUAL, 5000, FIRST)
    shown = progress(goal, recompute(goal, [manual_facts([(ORIGIN, -1000)], ORIGIN, ORIGIN)], ORIGIN))
    assert (shown.share, shown.remaining) == (0.0, 6000)


def test_a_broken_streak_starts_again_at_nothing() -> None:
    goal = Goal(Measure.STREAK, 10_000, FIRST, weights=(1000,))
    facts = [[DayFact(ORIGIN, streak=7, kept=1), DayFact(ORIGIN + 1, missed=1)]]
    shown = progress(goal, recompute(goal, facts, ORIGIN + 1))
    assert (shown.amount, shown.best, shown.remaining) == (0, 7000, 10_000)


def test_a_goal_whose_habits_are_all_deleted_stands_at_nothing() -> None:
    goal = Goal(Measure.TOTAL, 5000, FIRST)
    assert progress(goal, recompute(goal, [], ORIGIN)).share == 0.0


def test_a_stored_target_of_nothing_divides_by_nothing() -> None:
    goal = Goal(Measure.TOTAL, 0, FIRST, weights=(1000,))
    assert progress(goal, start(goal)).share == 1.0


def test_an_extra_on_a_day_that_was_no_chance_is_learnt_with_the_next_chance() -> None:
    goal = Goal(Measure.TOTAL, 5000, FIRST, weights=(1000,))
    facts = [[DayFact(ORIGIN, 700), DayFact(ORIGIN + 1, 0, chance=True), DayFact(ORIGIN + 2, 0)]]
    evidence = recompute(goal, facts, ORIGIN + 2).evidence[0]
    assert (evidence.units, evidence.hits, evidence.least, evidence.spare) == (1, 1, 700, 0)
