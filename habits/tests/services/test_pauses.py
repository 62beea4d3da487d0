"""Pauses, of one habit and of everything."""

from __future__ import annotations

import datetime as dt

import pytest

from habits.models import Pause
from habits.selectors import habit_views
from habits.services import EntryChange, add_pause, delete_pause, end_pause, record_entry
from habits.tests.conftest import NOON, MakeHabit
from smarthabit.accounts.user import User
from smarthabit.kernel.errors import NotFound, RuleError

TODAY = NOON.date()


def day(back: int) -> dt.date:
    return TODAY - dt.timedelta(days=back)


def streaks(user: User, now: dt.datetime = NOON) -> list[int]:
    return [view.snapshot.streak.current for view in habit_views(user, now)]


@pytest.fixture
def habits(user: User, make_habit: MakeHabit) -> list[int]:
    """Two habits, both done two and three days ago and missed yesterday."""
    made = [make_habit(name, freezes=False, started_on=day(3)) for name in "ab"]
    for habit in made:
        for back in (2, 3):
            record_entry(user=user, habit_id=habit.pk, day=day(back), change=EntryChange(1000), now=NOON)
    return [habit.pk for habit in made]


def test_a_pause_bridges_the_days_it_covers(user: User, habits: list[int]) -> None:
    assert streaks(user) == [0, 0]
    add_pause(user=user, now=NOON, starts_on=day(1), ends_on=day(1), habit_id=habits[0])
    assert streaks(user) == [2, 0]


def test_pausing_everything_covers_every_habit_and_can_be_taken_back(user: User, habits: list[int]) -> None:
    pause = add_pause(user=user, now=NOON, starts_on=day(1))
    assert streaks(user) == [2, 2]
    delete_pause(user=user, pause_id=pause.pk, now=NOON)
    assert streaks(user) == [0, 0]


def test_coming_back_ends_a_pause_yesterday(user: User, habits: list[int]) -> None:
    pause = add_pause(user=user, now=NOON, starts_on=day(1))
    end_pause(user=user, pause_id=pause.pk, now=NOON)
    pause.refresh_from_db()
    assert pause.ends_on == day(1)
    assert all(view.snapshot.today.due for view in habit_views(user, NOON))


def test_coming_back_before_it_began_means_it_never_was(user: User, habits: list[int]) -> None:
    pause = add_pause(user=user, now=NOON, starts_on=TODAY)
    end_pause(user=user, pause_id=pause.pk, now=NOON)
    assert not Pause.objects.exists()


def test_ending_a_pause_that_is_over_changes_nothing(user: User, habits: list[int]) -> None:
    pause = add_pause(user=user, now=NOON, starts_on=day(3), ends_on=day(2))
    end_pause(user=user, pause_id=pause.pk, now=NOON)
    pause.refresh_from_db()
    assert pause.ends_on == day(2)


def test_the_same_pause_twice_is_one(user: User, habits: list[int]) -> None:
    one = add_pause(user=user, now=NOON, starts_on=TODAY, habit_id=habits[0])
    assert add_pause(user=user, now=NOON, starts_on=TODAY, habit_id=habits[0]) == one


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "field"),
    [
        (dt.date(1800, 1, 1), None, "from"),
        (dt.date(2090, 1, 1), None, "from"),
        (TODAY, day(1), "to"),
        (TODAY, dt.date(2060, 1, 1), "to"),
    ],
)
def test_pauses_out_of_range_are_refused(user: User, starts_on: dt.date, ends_on: dt.date | None, field: str) -> None:
    with pytest.raises(RuleError) as refusal:
        add_pause(user=user, now=NOON, starts_on=starts_on, ends_on=ends_on)
    assert refusal.value.field == field


def test_there_is_a_bound(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("habits.services.pauses.MOST_PAUSES", 1)
    add_pause(user=user, now=NOON, starts_on=TODAY)
    with pytest.raises(RuleError):
        add_pause(user=user, now=NOON, starts_on=day(1))


def test_strangers_reach_nothing(user: User, stranger: User, habits: list[int]) -> None:
    pause = add_pause(user=user, now=NOON, starts_on=TODAY)
    with pytest.raises(NotFound):
        add_pause(user=stranger, now=NOON, starts_on=TODAY, habit_id=habits[0])
    for act in (delete_pause, end_pause):
        with pytest.raises(NotFound):
            act(user=stranger, pause_id=pause.pk, now=NOON)
