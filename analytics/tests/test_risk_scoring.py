"""Scoring after writes and for everybody: the same rows, each outcome counted once, and no run that does harm."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from analytics.domain.risk_mornings import PENDING_BYTES
from analytics.domain.risk_reliability import as_tallies
from analytics.models import HabitRisk, RiskDay, RiskRecord
from analytics.risk import scoring, subscribers
from analytics.risk.batch import portions, score_everyone
from analytics.risk.records import reliability_of
from analytics.risk.scoring import needs_scoring, score_user
from analytics.tests.conftest import NOON, MakeHabit
from habits.domain.evidence import SIZE
from habits.models import HabitState
from habits.services import EntryChange, record_entry, roll_over
from smarthabit.accounts.user import User

TODAY = NOON.date()


@pytest.fixture(autouse=True)
def _nothing_noted() -> None:
    scoring._noted.clear()


def stored() -> list[tuple[Any, ...]]:
    rows = HabitRisk.objects.order_by("habit_id")
    return [(row.habit_id, row.day, row.risk, bytes(row.correction), bytes(row.pending)) for row in rows]


def days_on(number: int) -> dt.datetime:
    return NOON + dt.timedelta(days=number)


def live(user: User, habits: list[Any], days: int, score: Any) -> None:
    """Some days of a life: a habit kept on most of them; after each the day is closed and ``score`` called."""
    for number in range(days):
        now = days_on(number)
        for place, habit in enumerate(habits):
            if (number + place) % 3:
                record_entry(user=user, habit_id=habit.pk, day=now.date(), change=EntryChange(1000), now=now)
        roll_over(days_on(number + 1))
        score(days_on(number + 1))


@pytest.mark.parametrize("whole", [True, False])
def test_one_by_one_or_all_together_it_comes_to_the_same(
    user: User, make_habit: MakeHabit, whole: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscribers, "_score_and_tell", lambda *_args, **_options: None)
    habits = [make_habit(str(number), started_on=TODAY - dt.timedelta(days=30)) for number in range(3)]
    live(user, habits, 6, score_everyone if whole else lambda now: score_user(user, now))
    rows = stored()
    assert [row[0] for row in rows] == [habit.pk for habit in habits]
    assert {row[1] for row in rows} == {days_on(6).date()}
    assert all(0 < row[2] < 1 and len(row[4]) == PENDING_BYTES for row in rows)
    found = reliability_of(user, days_on(6))
    assert (found.n, found.missed) == (12, 4)  # four mornings are over, and the day of grace after them
    assert sum(int(as_tallies(bytes(day.bins))["n"].sum()) for day in RiskDay.objects.all()) == 12
    again = score_everyone if whole else lambda now: score_user(user, now)
    again(days_on(6))
    assert stored() == rows
    assert reliability_of(user, days_on(6)).n == 12


def test_both_ways_store_the_same_risks(user: User, make_habit: MakeHabit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subscribers, "_score_and_tell", lambda *_args, **_options: None)
    make_habit(started_on=TODAY - dt.timedelta(days=30))
    make_habit("b", started_on=TODAY - dt.timedelta(days=9), schedule={"type": "weekly", "times": 2})
    roll_over(NOON)
    assert score_everyone(NOON) == 2
    together = stored()
    HabitRisk.objects.all().delete()
    score_user(user, NOON)
    assert stored() == together


def test_a_run_scores_only_those_whose_day_has_moved_on(
    user: User, stranger: User, make_habit: MakeHabit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscribers, "_score_and_tell", lambda *_args, **_options: None)
    User.objects.filter(pk=stranger.pk).update(timezone="America/Los_Angeles")
    for owner in (user, stranger):
        make_habit(owner=owner)
    roll_over(NOON)
    assert score_everyone(NOON) == 2
    assert score_everyone(NOON) == 0
    night = NOON.replace(hour=23) + dt.timedelta(hours=2)
    assert score_everyone(night) == 0  # the states are not closed yet
    roll_over(night)
    assert score_everyone(night) == 1
    User.objects.update(is_active=False)
    assert score_everyone(days_on(5)) == 0


def test_one_portion_that_fails_does_not_hold_up_the_others(
    user: User, stranger: User, make_habit: MakeHabit, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    monkeypatch.setattr(subscribers, "_score_and_tell", lambda *_args, **_options: None)
    monkeypatch.setattr("analytics.risk.batch.USERS_AT_ONCE", {"sqlite": 1, "postgresql": 1})
    first, second = make_habit(owner=user), make_habit(owner=stranger)
    roll_over(NOON)
    HabitState.objects.filter(habit=first).update(evidence=b"\xff" * SIZE)
    assert score_everyone(NOON) == 1
    assert [row[0] for row in stored()] == [second.pk]
    assert "could not be scored" in caplog.text


def test_a_write_of_today_leaves_what_is_scored_alone_and_an_edit_does_not(user: User, make_habit: MakeHabit) -> None:
    make_habit(started_on=TODAY - dt.timedelta(days=30))
    assert needs_scoring(user.pk, [TODAY], NOON)
    score_user(user, NOON)
    for _ in range(2):
        assert not needs_scoring(user.pk, [TODAY], NOON)
        assert needs_scoring(user.pk, [TODAY - dt.timedelta(days=1)], NOON)
        scoring._noted.clear()
    assert needs_scoring(user.pk, [days_on(1).date()], days_on(1))
    assert not needs_scoring(0, [TODAY], NOON)


def test_users_are_taken_as_many_at_once_as_there_is_room_for_their_habits(
    user: User, stranger: User, make_habit: MakeHabit, monkeypatch: pytest.MonkeyPatch
) -> None:
    third = User.objects.create_user("third@example.org")
    for name in "abc":
        make_habit(name, owner=stranger)
    for most, expected in {3: [[user], [stranger, third]], 2: [[user], [stranger], [third]]}.items():
        monkeypatch.setattr("analytics.risk.batch.HABITS_AT_ONCE", most)
        make_habit(owner=user)
        found = [[one.pk for one in users] for users in portions(NOON)]
        assert found == [[one.pk for one in users] for users in expected]


def test_while_very_many_days_are_still_to_be_closed_scoring_is_left_to_the_job(
    user: User, make_habit: MakeHabit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("habits.selectors.evidence.MOST_BEHIND", 1)
    for name in "ab":
        make_habit(name, started_on=TODAY - dt.timedelta(days=9))
    roll_over(NOON)
    assert score_user(user, days_on(1)) is None
    roll_over(days_on(1))
    assert score_user(user, days_on(1)) is not None


@pytest.mark.django_db(transaction=True)
def test_an_edit_of_a_closed_day_moves_the_other_habits_and_tells_of_them(
    make_habit: MakeHabit, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Any] = []
    monkeypatch.setattr("analytics.risk.subscribers.live.publish", lambda *args: told.append(args))
    monkeypatch.setattr("smarthabit.kernel.clock.now", lambda: NOON)
    habits = [make_habit(str(number), started_on=TODAY - dt.timedelta(days=60)) for number in range(2)]
    for habit in habits:
        for back in range(1, 60):
            day, done = TODAY - dt.timedelta(days=back), habit is habits[0] or back % 3
            change = EntryChange(1000 if done else 0)
            record_entry(user=user, habit_id=habit.pk, day=day, change=change, now=NOON)
    before = {row[0]: row[2] for row in stored()}
    told.clear()
    for back in (1, 2, 3):
        day = TODAY - dt.timedelta(days=back)
        record_entry(user=user, habit_id=habits[0].pk, day=day, change=EntryChange(0), now=NOON)
    after = {row[0]: row[2] for row in stored()}
    assert after[habits[0].pk] > before[habits[0].pk] + 0.1
    assert after[habits[1].pk] != before[habits[1].pk]
    keys = {key for args in told for key in args[2]}
    assert f"habit:{habits[1].pk}" in keys
    assert any(event["type"] == "risk" for args in told for event in args[4])


def test_deleting_a_habit_takes_its_risk_along(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit(started_on=TODAY - dt.timedelta(days=3))
    score_user(user, NOON)
    habit.delete()
    assert HabitRisk.objects.count() == 0
    RiskRecord.objects.create(user=user, month=TODAY.replace(day=1), bins=b"")
    user.delete()
    assert RiskRecord.objects.count() == 0
