"""The parts of a history that examples and oracle do not show: other ranges, and days to come."""

import pytest

from habits.domain.history import history
from habits.domain.schedule import Rolling, Schedule, Weekdays, Weekly
from habits.tests.domain.cases import DAILY, habit, on, plan, rows, states


@pytest.mark.parametrize(
    ("schedule", "days", "later"),
    [
        (DAILY, "11", "pending pending pending"),
        (Weekdays((3, 5)), "11", "pending off pending"),
        (Weekly(2), "1.", "pending pending pending"),
        (Weekly(2), "11", "off off off"),
        (Rolling(3, 1), "11", "pending pending pending"),
    ],
)
def test_days_to_come_show_what_will_be_asked(schedule: Schedule, days: str, later: str) -> None:
    found = history(habit(plan(1, schedule)), rows(days), on(3), on(5), on(2))
    assert states(found) == later


def test_a_pause_to_come_is_off() -> None:
    found = history(habit(off=((on(4), on(4)),)), [], on(3), on(5), on(2))
    assert states(found) == "pending off pending"


def test_an_entry_to_come_is_shown_and_counts_for_nothing() -> None:
    found = history(habit(), rows("1.1s"), None, on(4), on(2))
    assert [(day.value, day.skipped) for day in found.days[2:]] == [(1000, False), (None, True)]
    assert [(day.state, day.streak) for day in found.days[1:]] == [("pending", 1)] * 3


def test_a_limit_has_its_full_strength_before_the_start() -> None:
    found = history(habit(kind="limit"), [], on(-1), on(0), on(5))
    assert [(day.state, day.strength, day.streak) for day in found.days] == [("off", 1.0, 0)] * 2


def test_a_habit_that_starts_later_has_no_days_yet() -> None:
    assert history(habit(), [], None, None, on(0)).days == []
