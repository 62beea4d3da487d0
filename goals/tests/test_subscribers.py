"""What goals make of what happens to habits: at once, once, and told to open screens."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from goals import subscribers, tasks
from goals.live import render_goals
from goals.models import GoalEvent, GoalState
from goals.services import add_progress, set_abandoned
from goals.tests.conftest import NOON, TODAY, Log, MakeGoal, MakeHabit, See
from habits.services import (
    EntryChange,
    EntryWrite,
    add_pause,
    delete_entry,
    delete_habit,
    record_entry,
    reorder_habits,
    roll_over,
    write_entries,
)
from smarthabit.accounts.models import User
from smarthabit.accounts.selectors import seq_of
from smarthabit.accounts.services import Profile, update_profile
from smarthabit.kernel import clock, live
from smarthabit.kernel.fragments import render

DAY = dt.timedelta(days=1)
JANUARY = dt.date(2026, 1, 1)


@pytest.fixture(autouse=True)
def at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is noon in UTC, on a Wednesday."""
    monkeypatch.setattr(clock, "now", lambda: NOON)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What is published to screens about goals."""
    found: list[dict[str, Any]] = []

    def publish(user_id: int, seq: int, keys: Any, tab: str = "", events: Any = (), **_options: Any) -> None:
        if any("goal" in key for key in keys):
            found.append({"user": user_id, "seq": seq, "keys": list(keys), "tab": tab, "events": list(events)})

    def publish_to_many(changes: Sequence[live.Change], **_options: Any) -> None:
        for one in changes:
            for user_id, seq in one.users:
                publish(user_id, seq, one.keys, "", one.events)

    monkeypatch.setattr(live, "publish", publish)
    monkeypatch.setattr(live, "publish_to_many", publish_to_many)
    return found


@pytest.fixture
def committed(django_capture_on_commit_callbacks: Any) -> Iterator[Any]:
    """Runs what waits for the commit."""
    return django_capture_on_commit_callbacks  # type: ignore[no-any-return]  # a fixture of pytest-django


def _check() -> None:
    call_command("rebuild_goals", "--check")


def test_a_check_in_tells_the_goals_it_feeds_and_no_others(
    make_habit: MakeHabit, make_goal: MakeGoal, log: Log, told: list[dict[str, Any]], committed: Any, user: User
) -> None:
    read, walk = make_habit("Read"), make_habit("Walk")
    goal = make_goal(read)
    make_goal(walk)
    with committed(execute=True):
        log(read, 18)
    assert told == [
        {
            "user": user.pk,
            "seq": seq_of(user),
            "keys": [f"goal:{goal.pk}", f"chart:goal:{goal.pk}"],
            "tab": "",
            "events": [{"type": "goal", "goal": str(goal.pk)}],
        }
    ]


def test_a_check_in_of_someone_without_goals_costs_one_query(make_habit: MakeHabit, user: User, committed: Any) -> None:
    read = make_habit()
    with committed() as callbacks:
        record_entry(user=user, habit_id=read.pk, day=TODAY, change=EntryChange(value_milli=1000), now=NOON)
    with CaptureQueriesContext(connection) as queries:
        for callback in callbacks:
            callback()
    assert sum("goals_goal" in query["sql"] for query in queries) == 1


def test_whether_habits_feed_goals_is_asked_again_only_after_another_change(
    make_habit: MakeHabit, make_goal: MakeGoal, user: User, committed: Any
) -> None:
    read = make_habit()

    def goals_asked(note: str) -> int:
        change = EntryChange(value_milli=1000, note=note)
        with committed() as callbacks:
            record_entry(user=user, habit_id=read.pk, day=TODAY, change=change, now=NOON)
        with CaptureQueriesContext(connection) as queries:
            for callback in callbacks:
                callback()
        return sum("goals_goal" in query["sql"] for query in queries)

    assert goals_asked("first") == 1
    assert goals_asked("second") == goals_asked("third") == 0
    make_goal(read)  # as in another process: what follows there is not seen here
    assert goals_asked("fourth") > 1


def test_a_check_in_that_feeds_goals_writes_nothing_and_asks_little(
    make_habit: MakeHabit, make_goal: MakeGoal, user: User, committed: Any
) -> None:
    read = make_habit()
    for _ in range(3):
        make_goal(read, milestones=(9000,))
    with committed() as callbacks:
        record_entry(user=user, habit_id=read.pk, day=TODAY, change=EntryChange(value_milli=1000), now=NOON)
    with CaptureQueriesContext(connection) as queries:
        for callback in callbacks:
            callback()
    asked = [query["sql"] for query in queries if "goals_" in query["sql"]]
    assert len(asked) <= 4  # links, goals, milestones, links with habits; what other apps ask is theirs
    assert all(statement.startswith("SELECT") for statement in asked)


def test_reaching_a_goal_is_written_down_and_told_with_a_new_number(
    make_habit: MakeHabit, make_goal: MakeGoal, log: Log, told: list[dict[str, Any]], committed: Any, user: User
) -> None:
    read = make_habit()
    goal = make_goal(read, target_milli=2000, milestones=(1000,))
    with committed(execute=True):
        log(read, 16)
    with committed(execute=True):
        log(read, 17)
    assert [event.kind for event in GoalEvent.objects.order_by("pk")] == ["milestone", "reached"]
    assert told[-1]["seq"] == seq_of(user)
    assert {"type": "goal_reached", "goal": str(goal.pk)} in told[-1]["events"]
    assert "list:goals" in told[-1]["keys"]
    with committed(execute=True):
        log(read, 18)
    assert GoalEvent.objects.count() == 2


def test_an_edit_of_months_ago_moves_the_goal_at_once(
    make_habit: MakeHabit, make_goal: MakeGoal, user: User, see: See, committed: Any
) -> None:
    read = make_habit(started_on=JANUARY)
    goal = make_goal(read, starts_on=JANUARY)
    for day, amount in ((dt.date(2026, 1, 10), 1000), (dt.date(2026, 1, 11), 2000)):
        with committed(execute=True):
            record_entry(user=user, habit_id=read.pk, day=day, change=EntryChange(value_milli=1000), now=NOON)
        assert see(goal).progress.amount == amount
        assert see(goal).reading.kept
    with committed(execute=True):
        delete_entry(user=user, habit_id=read.pk, day=dt.date(2026, 1, 10), now=NOON)
    assert see(goal).progress.amount == 1000
    _check()


def test_a_bulk_edit_moves_the_goal_at_once(
    make_habit: MakeHabit, make_goal: MakeGoal, user: User, see: See, committed: Any
) -> None:
    read = make_habit(started_on=JANUARY)
    goal = make_goal(read, starts_on=JANUARY, target_milli=100_000)
    writes = [EntryWrite(read.pk, JANUARY + n * DAY, EntryChange(value_milli=1000)) for n in range(70)]
    with committed(execute=True):
        write_entries(user=user, writes=writes, now=NOON)
    assert see(goal).progress.amount == 70_000
    _check()


def test_a_pause_changes_what_is_demanded(
    make_habit: MakeHabit, make_goal: MakeGoal, user: User, see: See, committed: Any, told: list[dict[str, Any]]
) -> None:
    goal = make_goal(make_habit())
    before = see(goal).pace
    with committed(execute=True):
        add_pause(user=user, now=NOON, starts_on=TODAY + DAY, ends_on=TODAY + 5 * DAY)
    after = see(goal).pace
    assert before is not None
    assert after is not None
    assert after.chances == before.chances - 5
    assert f"goal:{goal.pk}" in told[-1]["keys"]
    _check()


def test_a_deleted_habit_leaves_its_goals_at_once(
    make_habit: MakeHabit, make_goal: MakeGoal, log: Log, user: User, see: See, committed: Any
) -> None:
    read, walk = make_habit("Read", started_on=JANUARY), make_habit("Walk", started_on=JANUARY)
    goal = make_goal(read, walk, starts_on=JANUARY)
    with committed(execute=True):
        log(read, 2, 3)
        log(walk, 2)
    with committed(execute=True):
        delete_habit(user=user, habit_id=read.pk)
    assert see(goal).progress.amount == 1000
    _check()


def test_the_order_of_habits_is_no_news_to_goals(
    make_habit: MakeHabit, make_goal: MakeGoal, user: User, committed: Any, told: list[dict[str, Any]]
) -> None:
    one, two = make_habit("One"), make_habit("Two")
    make_goal(one)
    with committed(execute=True):
        reorder_habits(user=user, ids=[two.pk, one.pk])
    assert told == []


def test_the_end_of_a_day_moves_folds_on_and_finds_what_was_missed(
    make_habit: MakeHabit,
    make_goal: MakeGoal,
    user: User,
    committed: Any,
    monkeypatch: pytest.MonkeyPatch,
    told: list[dict[str, Any]],
) -> None:
    read = make_habit()
    missed, going = make_goal(read, deadline=TODAY), make_goal(read, deadline=None)
    roll_over(NOON)
    later = NOON + 100 * DAY
    monkeypatch.setattr(clock, "now", lambda: later)
    with committed(execute=True):
        roll_over(later)
    assert GoalEvent.objects.get().goal_id == missed.pk
    through = GoalState.objects.get(goal=going).through
    assert through == later.date() - 17 * DAY
    assert told[-1]["seq"] == seq_of(user)


def test_another_first_weekday_counts_weeks_anew(
    make_habit: MakeHabit, make_goal: MakeGoal, log: Log, user: User, see: See, committed: Any
) -> None:
    habit = make_habit(schedule={"type": "weekly", "times": 2})
    goal = make_goal(habit, measure="count")
    log(habit, 8, 9)  # a Sunday and a Monday
    assert see(goal).progress.amount == 0
    with committed(execute=True):
        update_profile(user=user, change=Profile(week_starts_on=7))
    assert see(goal).progress.amount == 1000
    with committed(execute=True):
        update_profile(user=user, change=Profile(theme="dark"))
    _check()


def test_goals_that_were_let_go_of_are_left_alone(
    make_habit: MakeHabit, make_goal: MakeGoal, log: Log, user: User, committed: Any, told: list[dict[str, Any]]
) -> None:
    read = make_habit()
    goal = make_goal(read)
    set_abandoned(user=user, goal_id=goal.pk, abandoned=True, now=NOON)
    with committed(execute=True):
        log(read, 18)
    assert told == []


def test_when_many_goals_change_the_list_is_named_instead() -> None:
    ids = list(range(subscribers.MOST_GOALS + 1))
    assert subscribers._keys(ids) == ["list:goals"]


def test_what_a_screen_is_sent_is_what_a_fresh_page_shows(
    make_habit: MakeHabit, make_goal: MakeGoal, user: User, log: Log, committed: Any, told: list[dict[str, Any]]
) -> None:
    read, hand = make_habit(), None
    goal, hand = make_goal(read), make_goal()
    with committed(execute=True):
        log(read, 17, 18)
    with committed(execute=True):
        add_progress(user=user, goal_id=hand.pk, day=TODAY, amount_milli=1500, now=NOON, tab="me")
    keys = [key for one in told for key in one["keys"] if key.startswith("goal:")]
    drawn, fetched = render(user, keys)
    assert fetched == []
    assert drawn == dict(render_goals(user, [str(goal.pk), str(hand.pk)]))
    assert {version for version, _html in drawn.values()} == {seq_of(user)}
    assert f'data-version="{seq_of(user)}"' in drawn[f"goal:{goal.pk}"][1]
    assert told[-1]["tab"] == "me"


def test_other_peoples_goals_are_not_drawn(make_goal: MakeGoal, stranger: User) -> None:
    assert render_goals(stranger, [str(make_goal().pk), "x"]) == {}


def test_the_job_wakes_the_service(make_goal: MakeGoal, monkeypatch: pytest.MonkeyPatch) -> None:
    make_goal(deadline=TODAY)
    assert tasks.look() == 0
    monkeypatch.setattr(clock, "now", lambda: NOON + DAY)
    assert tasks.look() == 1


def test_a_state_that_was_damaged_is_named_and_mended(
    make_habit: MakeHabit, make_goal: MakeGoal, user: User, capsys: pytest.CaptureFixture[str], see: See
) -> None:
    goal = make_goal(make_habit())
    make_goal()
    state = GoalState.objects.get(goal=goal)
    state.fold["amount"] = 5
    state.save()
    with pytest.raises(CommandError):
        call_command("rebuild_goals", "--check", "--user", user.email.upper())
    assert "2 states, 1 differences" in capsys.readouterr().out
    call_command("rebuild_goals", "--user", "nobody@example.org")
    call_command("rebuild_goals")
    assert see(goal).progress.amount == 0
    _check()
