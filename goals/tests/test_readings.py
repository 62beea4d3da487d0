"""How far goals have come, as read from the rows."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from goals.domain.status import Status
from goals.domain.summary import Forecast
from goals.models import GoalState
from goals.selectors import goal_views
from goals.selectors.readings import Reading
from goals.tests.conftest import NOON, TODAY, Log, MakeGoal, MakeHabit, See
from habits.services import delete_habit, set_archived
from smarthabit.accounts.user import User


def test_a_total_adds_up_weighted_values(make_habit: MakeHabit, make_goal: MakeGoal, log: Log, see: See) -> None:
    run, walk = make_habit("Run", target_milli=5000, unit="km"), make_habit("Walk", target_milli=2000, unit="km")
    goal = make_goal(measure="total", habits=((run.pk, 1000), (walk.pk, 500)), target_milli=100_000)
    log(run, 2, 3, value=5.5)
    log(walk, 3, value=3)
    assert see(goal).progress.amount == 12_500


def test_a_count_counts_kept_units(make_habit: MakeHabit, make_goal: MakeGoal, log: Log, see: See) -> None:
    read = make_habit(target_milli=20_000, unit="min")
    goal = make_goal(read, measure="count")
    log(read, 2, 3, value=20)
    log(read, 4, value=19)
    assert see(goal).progress.amount == 2000


def test_a_streak_takes_the_longest_run_since_the_start(
    make_habit: MakeHabit, make_goal: MakeGoal, log: Log, see: See
) -> None:
    read = make_habit(freezes=False)
    goal = make_goal(read, measure="streak", target_milli=4000)
    log(read, 2, 3, 4, 6, 7, 8)
    assert see(goal).progress.best == 3000
    log(read, 5)
    assert see(goal).status is Status.REACHED
    assert see(goal).progress.reached_on == dt.date(2026, 3, 5)


def test_what_lies_before_the_start_or_after_the_deadline_does_not_count(
    make_habit: MakeHabit, make_goal: MakeGoal, log: Log, see: See
) -> None:
    read = make_habit()
    goal = make_goal(read, starts_on=dt.date(2026, 3, 5), deadline=dt.date(2026, 3, 10))
    log(read, 4, 5, 10, 11)
    assert see(goal).progress.amount == 2000


def test_archived_habits_keep_what_they_brought(
    user: User, make_habit: MakeHabit, make_goal: MakeGoal, log: Log, see: See
) -> None:
    read = make_habit()
    goal = make_goal(read)
    log(read, 2, 3)
    set_archived(user=user, habit_id=read.pk, archived=True, now=NOON)
    view = see(goal)
    assert view.progress.amount == 2000
    assert [feed.archived for feed in view.feeds] == [True]
    assert view.pace is not None
    assert view.pace.chances == 1


def test_a_goal_without_its_habits_stands_still_and_says_so(
    user: User, make_habit: MakeHabit, make_goal: MakeGoal, log: Log, see: See
) -> None:
    read = make_habit()
    goal, streak = make_goal(read), make_goal(read, measure="streak")
    log(read, 2, 3)
    delete_habit(user=user, habit_id=read.pk)
    for one in (goal, streak):
        view = see(one)
        assert view.starved
        assert view.progress.amount == 0
        assert view.forecast.probability == 0


def test_reading_costs_the_same_for_one_goal_and_for_many(
    user: User, make_habit: MakeHabit, make_goal: MakeGoal
) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            goal_views(user, NOON)
        return len(queries)

    make_goal(make_habit())
    make_goal()
    few = count()
    for number in range(4):
        make_goal(make_habit(str(number)), make_habit(f"{number} more"), milestones=(1000, 2000))
        make_goal()
    assert count() == few


def test_a_forecast_is_kept_until_something_moves_it(
    make_habit: MakeHabit, make_goal: MakeGoal, log: Log, see: See, monkeypatch: pytest.MonkeyPatch
) -> None:
    from goals.selectors import outlooks

    made = []
    real = outlooks._made

    def counted(reading: Reading) -> Forecast:
        made.append(reading)
        return real(reading)

    monkeypatch.setattr(outlooks, "_made", counted)
    read = make_habit()
    goal = make_goal(read)
    before = see(goal).forecast
    assert see(goal).forecast == before
    assert len(made) == 1
    log(read, 5)
    assert see(goal).forecast != before
    assert len(made) == 2
    cache.clear()
    assert see(goal).forecast == see(goal).forecast


def test_a_fold_lags_behind_and_stands_while_recent_days_are_edited(
    make_habit: MakeHabit, make_goal: MakeGoal, log: Log, see: See
) -> None:
    read = make_habit(started_on=dt.date(2026, 1, 1))
    goal = make_goal(read, starts_on=dt.date(2026, 1, 1))
    through = GoalState.objects.get(goal=goal).through
    assert through is not None
    assert through < TODAY - dt.timedelta(days=16)
    log(read, 10, 11, 18)
    assert see(goal).progress.amount == 3000
    assert see(goal).reading.kept


def test_the_amounts_of_a_streak_outlook_start_from_the_running_streak(
    make_habit: MakeHabit, make_goal: MakeGoal, log: Log, see: See
) -> None:
    read = make_habit()
    goal = make_goal(read, measure="streak", target_milli=30_000)
    log(read, *range(9, 19))
    amount = see(goal).forecast.amount
    assert amount is not None
    assert amount.p10 >= 10_000


@pytest.mark.parametrize(
    "schedule",
    [
        {"type": "weekly", "total": True},
        {"type": "monthly", "total": True},
        {"type": "rolling", "days": 5, "total": True},
        {"type": "weekly", "times": 3},
        {"type": "weekdays", "days": [1]},
    ],
)
@pytest.mark.parametrize("measure", ["total", "count"])
def test_every_rhythm_has_a_forecast(
    make_habit: MakeHabit, make_goal: MakeGoal, see: See, schedule: dict[str, object], measure: str
) -> None:
    habit = make_habit(schedule=schedule, target_milli=30_000, unit="km")
    view = see(make_goal(habit, measure=measure, deadline=dt.date(2026, 6, 1)))
    assert view.forecast.probability is not None
    assert view.pace is not None


def test_without_a_deadline_nothing_is_demanded(make_habit: MakeHabit, make_goal: MakeGoal, see: See) -> None:
    view = see(make_goal(make_habit(), deadline=None))
    assert (view.pace, view.buffer, view.forecast.probability) == (None, None, None)
