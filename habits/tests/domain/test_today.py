"""What today shows, and the unit that holds it."""

import pytest

from habits.domain.schedule import Rolling, Schedule, Weekdays, Weekly
from habits.tests.domain.cases import DAILY, habit, now, on, past, plan, states, streaks, unit_states


@pytest.mark.parametrize(
    ("schedule", "days", "today", "due", "days_left"),
    [
        (DAILY, "11", 3, True, 1),
        (DAILY, "111", 3, True, 0),
        (DAILY, "11s", 3, False, 0),
        (Weekdays((1,)), "11", 3, False, 0),
        (Weekly(3), "1.", 2, True, 6),
        (Weekly(3), "11", 2, True, 5),
        (Weekly(3), "111", 3, False, 4),
        (Weekly(3), "11s", 3, False, 4),
        (Weekly(3), "......", 7, True, 1),
        (Rolling(3, 1), "1..", 3, False, 1),
        (Rolling(3, 1), "1...", 4, True, 1),
        (Rolling(3, 1), "1..1", 4, True, 0),
        (Rolling(3, 1), "1..s", 4, False, 0),
        (Rolling(3, None), "0..0", 4, True, 1),
        (Rolling(3, None), "000100", 5, False, 1),
    ],
)
def test_due_and_days_left(schedule: Schedule, days: str, today: int, due: bool, days_left: int) -> None:
    found = now(habit(plan(1, schedule)), days, today)
    assert (found.today.due, found.days_left) == (due, days_left)


@pytest.mark.parametrize(
    ("days", "due", "days_left"), [("1", True, 1), ("11", True, 0), ("3", False, 1), ("12", True, 0)]
)
def test_a_rolling_limit_is_due_while_it_can_be_held(days: str, due: bool, days_left: int) -> None:
    found = now(habit(plan(1, Rolling(3, None), 2), kind="limit"), days, 2)
    assert (found.today.due, found.days_left) == (due, days_left)


def test_pauses_ahead_take_days_from_the_open_week() -> None:
    rules = habit(plan(1, Weekly(7)), off=((on(4), on(5)),))
    found = now(rules, "1", 1)
    assert found.days_left == 4
    assert found.open_unit is not None
    assert (found.open_unit.need, found.open_unit.done) == (5000, 1000)


def test_a_habit_that_has_not_begun_asks_nothing() -> None:
    found = now(habit(plan(1, Weekly(3))), "", 0)
    assert (found.today.state, found.today.due, found.open_unit) == ("off", False, None)


def test_a_paused_week_is_neutral_while_it_is_open() -> None:
    found = now(habit(plan(1, Weekly(3)), off=((on(1), on(7)),)), "", 3)
    assert found.open_unit is not None
    assert (found.open_unit.state, found.today.state) == ("neutral", "off")


def test_an_amount_towards_a_total_is_done_today() -> None:
    rules = habit(plan(1, Weekly(None), 9))
    assert now(rules, "2", 1).today.state == "kept"
    assert now(rules, "2", 1).strength > 0


def test_a_limit_for_the_week_shows_silent_days_as_held() -> None:
    found = past(habit(plan(1, Weekly(None), 5), kind="limit"), "2.9.", 4)
    assert states(found) == "kept kept off pending"
    assert unit_states(found) == "missed"


def test_days_of_a_limit_count_once_they_are_over() -> None:
    found = past(habit(plan(1, Weekly(3), 0), kind="limit"), ".1...", 5)
    assert states(found) == "kept off kept kept pending"
    assert streaks(found) == [0, 0, 0, 1, 1]


def test_a_rolling_limit_broken_today_is_missed_at_once() -> None:
    rules = habit(plan(1, Rolling(2, 2), 0), kind="limit")
    assert unit_states(past(rules, "..", 3)) == "kept kept pending"
    assert unit_states(past(rules, "..1", 3)) == "kept kept missed"


def test_a_stated_value_within_a_rolling_total_stays_open_until_the_day_closes() -> None:
    rules = habit(plan(1, Rolling(3, None), 5), kind="limit")
    assert unit_states(past(rules, ".2", 2)) == "kept pending"


def test_a_total_limit_of_nothing_needs_nothing() -> None:
    found = past(habit(plan(1, Weekly(None), 0), kind="limit"), "1", 8)
    assert unit_states(found) == "neutral neutral"


def test_a_skip_can_take_the_last_need_from_a_week() -> None:
    found = past(habit(plan(1, Weekly(1))), "1s.", 3)
    assert unit_states(found) == "neutral"
    assert streaks(found) == [1, 0, 0]
