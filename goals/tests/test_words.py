"""Goals in words: every situation has a kind and correct sentence."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from django.utils import translation

from goals import words
from goals.domain.goal import Measure
from goals.domain.pace import Pace
from goals.domain.status import Status
from goals.domain.summary import Finish, Forecast
from goals.selectors import GoalView
from goals.services import set_abandoned
from goals.tests.conftest import NOON, MakeGoal, MakeHabit, See
from smarthabit.accounts.models import User

pytestmark = pytest.mark.once

JUNE = [dt.date(2026, 6, day) for day in range(1, 11)]


@pytest.fixture
def view(make_habit: MakeHabit, make_goal: MakeGoal, see: See) -> GoalView:
    """An open goal with a deadline."""
    return see(make_goal(make_habit(), unit="km"))


def _forecast(probability: float | None, *finish: dt.date | None, units: int = 30) -> Forecast:
    return Forecast(probability, Finish(*finish), None, (), units)


@pytest.mark.parametrize(
    ("milli", "measure", "unit", "said"),
    [
        (2500, "total", "km", "2.5 km"),
        (2500, "total", "", "2.5"),
        (1000, "count", "", "1 time"),
        (12_000, "count", "", "12 times"),
        (12_000, "count", "weeks", "12 weeks"),
        (7000, "streak", "", "7 in a row"),
    ],
)
def test_amounts_say_what_they_count(milli: int, measure: str, unit: str, said: str) -> None:
    assert words.amount_of(milli, Measure(measure), unit) == said


def test_every_status_has_a_name_and_an_icon_of_its_own() -> None:
    assert len({words.status_words(status) for status in Status}) == len(Status)
    assert len({words.ICONS[status] for status in Status}) == len(Status)


@pytest.mark.parametrize(
    ("buffer", "said"),
    [
        (5, "5 days to spare."),
        (1, "1 day to spare."),
        (0, "Something today keeps it on the line."),
        (-1, "1 day behind the line."),
        (-3, "3 days behind the line."),
    ],
)
def test_the_buffer_in_plain_words(view: GoalView, buffer: int, said: str) -> None:
    assert words.demand_words(dataclasses.replace(view, buffer=buffer, pace=None)) == said


def test_the_pace_by_week_or_by_what_is_left_of_the_last_one(view: GoalView) -> None:
    weeks = Pace(10_000, 14, 14, 715, 5001, 715)
    assert words.demand_words(dataclasses.replace(view, buffer=1, pace=weeks)).endswith("From here on: 5.1 km a week.")
    days = Pace(250_400, 3, 3, 1, 1, 1)
    assert words.demand_words(dataclasses.replace(view, buffer=1, pace=days)).endswith("251 km in 3 days.")
    done = Pace(0, 14, 14, 0, 0, 0)
    assert words.demand_words(dataclasses.replace(view, buffer=1, pace=done)) == "1 day to spare."


@pytest.mark.parametrize(
    ("buffer", "said"),
    [
        (4, "A new run can begin up to 4 days from now and still make it."),
        (0, "From here on, each one counts."),
        (-2, "There is no room left for such a run before the deadline. A later one would make room."),
    ],
)
def test_a_streak_has_its_own_words(
    make_habit: MakeHabit, make_goal: MakeGoal, see: See, buffer: int, said: str
) -> None:
    view = see(make_goal(make_habit(), measure="streak"))
    assert words.demand_words(dataclasses.replace(view, buffer=buffer)) == said


@pytest.mark.parametrize(
    ("forecast", "said"),
    [
        (_forecast(0.5, None, None, None, units=3), "Too early for a forecast: a few more days, and there is one."),
        (_forecast(0.995, JUNE[0], JUNE[0], JUNE[0]), "Almost certain by the deadline. Most likely on June 1, 2026."),
        (_forecast(0.001, None, None, None), "Hardly to be reached by the deadline. At this rate it lies years ahead."),
        (_forecast(None, JUNE[0], None, None), "At this rate on June 1, 2026 at the earliest."),
        (
            _forecast(0.42, JUNE[0], JUNE[5], None),
            "42% likely by the deadline. Most likely around June 6, 2026, on June 1, 2026 at the earliest.",
        ),
        (
            _forecast(None, JUNE[0], JUNE[5], JUNE[9]),
            "Most likely around June 6, 2026, between June 1, 2026 and June 10, 2026.",
        ),
    ],
)
def test_the_forecast_in_plain_words(view: GoalView, forecast: Forecast, said: str) -> None:
    assert words.forecast_words(dataclasses.replace(view, forecast=forecast)) == said


def test_goals_that_are_over_say_how_they_ended(user: User, make_goal: MakeGoal, see: See) -> None:
    goal = make_goal(deadline=dt.date(2026, 3, 2), unit="km")
    assert words.demand_words(see(goal)) == "The deadline has passed with 0 km. A later one keeps what is there."
    assert words.forecast_words(see(goal)) == ""
    set_abandoned(user=user, goal_id=goal.pk, abandoned=True, now=NOON)
    assert words.demand_words(see(goal)) == "Let go on March 18, 2026. It can be taken up again."


def test_when_it_begins_and_ends(make_goal: MakeGoal, see: See) -> None:
    assert words.time_words(see(make_goal(deadline=None))) == "no deadline"
    assert words.time_words(see(make_goal())) == "by March 31, 2026"
    assert words.time_words(see(make_goal(starts_on=dt.date(2026, 3, 20)))) == "starts on March 20, 2026"


def test_numbers_and_dates_are_the_readers_own(make_goal: MakeGoal, see: See) -> None:
    view = see(make_goal(target_milli=2500))
    with translation.override("de"):
        assert "2,5" in words.chart_words(view)
        assert "1. März 2026" in words.chart_words(view)
