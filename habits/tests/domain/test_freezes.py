"""Earning, spending and losing freezes, where plans change in between."""

from habits.domain.schedule import Weekly
from habits.tests.domain.cases import DAILY, habit, now, past, plan, unit_states


def test_a_plan_without_freezes_spends_none_and_a_break_forfeits_them() -> None:
    rules = habit(plan(1, freezes=True), plan(8), plan(10, freezes=True))
    found = now(rules, "1111111 1. 1.", 12)
    assert found.streak.freezes == 0
    assert unit_states(past(rules, "1111111 1. 1.", 12)).endswith("kept missed kept missed pending")


def test_freezes_held_survive_a_plan_without_them_that_is_kept() -> None:
    rules = habit(plan(1, freezes=True), plan(8), plan(10, freezes=True))
    assert unit_states(past(rules, "1111111 11 .", 11)).endswith("kept kept frozen pending")


def test_a_plan_without_freezes_does_not_run_up_the_next_one() -> None:
    rules = habit(plan(1, freezes=True), plan(6), plan(8, freezes=True))
    assert now(rules, "11111 11 1", 8).streak.freezes == 0
    assert now(rules, "11111 11 11", 9).streak.freezes == 1


def test_a_change_of_freezes_goes_on_with_the_week() -> None:
    rules = habit(plan(1, Weekly(3)), plan(4, Weekly(3), freezes=True))
    assert [(unit.need, unit.done) for unit in past(rules, "11...1", 8).units] == [(3000, 3000), (3000, 0)]


def test_a_week_goes_by_the_plan_of_its_last_day() -> None:
    weeks = "1......" * 7
    ends_with = habit(plan(1, Weekly(1)), plan(7, Weekly(1), freezes=True))
    ends_without = habit(plan(1, Weekly(1), freezes=True), plan(7, Weekly(1)), plan(8, Weekly(1), freezes=True))
    assert now(ends_with, weeks, 50).streak.freezes == 1
    assert now(ends_without, weeks, 50).streak.freezes == 0


def test_a_limit_broken_today_spends_a_freeze_at_once() -> None:
    rules = habit(plan(1, DAILY, 0, freezes=True), kind="limit")
    found = now(rules, ".......1", 8)
    assert (found.today.state, found.streak.current, found.streak.freezes) == ("frozen", 7, 0)


def test_taking_the_slip_back_gives_the_freeze_back() -> None:
    rules = habit(plan(1, DAILY, 0, freezes=True), kind="limit")
    found = now(rules, ".......0", 8)
    assert (found.today.state, found.streak.current, found.streak.freezes) == ("kept", 8, 1)
