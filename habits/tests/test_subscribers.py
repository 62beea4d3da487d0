"""What open screens are told, and when folds are made anew."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from habits.events import DaysClosed, EntriesChanged, HabitsChanged, Standing, Streaks
from habits.models import HabitState
from habits.services import EntryChange, record_entry, roll_over
from habits.tests.conftest import NOON, MakeHabit
from smarthabit.accounts.events import ProfileChanged
from smarthabit.accounts.user import User, UserClock
from smarthabit.kernel import events

DAY = NOON.date()
Told = list[tuple[int, int, list[str], str, list[dict[str, Any]]]]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    """What was published."""
    messages: Told = []
    monkeypatch.setattr("smarthabit.kernel.live.publish", lambda *message, **_: messages.append(message))
    monkeypatch.setattr(
        "smarthabit.kernel.live.publish_to_many",
        lambda changes, **_: messages.extend((*who, one.keys, "", one.events) for one in changes for who in one.users),
    )
    return messages


@pytest.fixture
def say(django_capture_on_commit_callbacks: Any) -> Any:
    """Publishes an event and lets it commit."""

    def commit(event: events.Event) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            events.publish(event)

    return commit


def test_a_check_in_names_its_row_and_its_charts(db: None, told: Told, say: Any) -> None:
    say(EntriesChanged(7, 3, "tab", {5: (DAY,)}, (Standing(5, 2, 9, 0.5, "kept"),)))
    entry = {"type": "entry", "habit": "5", "streak": 2, "longest": 9, "strength": "0.500000000", "state": "kept"}
    assert told == [(7, 3, ["habit:5", "chart:habit:5", "charts"], "tab", [{**entry, "risk": None}])]


def test_a_flood_of_changes_names_the_lists(db: None, told: Told, say: Any) -> None:
    say(EntriesChanged(7, 3, "", dict.fromkeys(range(30), (DAY,))))
    assert told[0][2] == ["list:today", "list:habits", "charts"]


def test_an_edit_names_lists_and_rows(db: None, told: Told, say: Any) -> None:
    say(HabitsChanged(7, 4, "", (5,), "updated"))
    assert told[0][2] == ["list:today", "list:habits", "charts", "habit:5", "chart:habit:5"]
    assert told[0][4] == [{"type": "habit_updated", "habit": "5"}]


def test_a_closed_day_says_what_broke_and_what_was_saved(db: None, told: Told, say: Any) -> None:
    standings = (Standing(5, 0, 9, 0.5, "pending"), Standing(6, 4, 9, 0.5, "pending"))
    say(DaysClosed(DAY, [(7, 5), (8, 2)], {7: Streaks((5,), (6,), standings)}))
    assert {user_id: [one["type"] for one in happened] for user_id, _, _, _, happened in told} == {
        7: ["day_closed", "streak_broken", "streak_frozen"],
        8: ["day_closed"],
    }
    assert {(user_id, seq) for user_id, seq, *_ in told} == {(7, 5), (8, 2)}


def test_another_time_zone_has_the_day_worked_out_again(user: User, told: Told, say: Any) -> None:
    roll_over(NOON)
    assert UserClock.objects.get(user=user).next_rollover is not None
    say(ProfileChanged(user.pk, 1, ("timezone",)))
    assert UserClock.objects.get(user=user).next_rollover is None


def test_another_first_weekday_has_the_folds_made_anew(
    user: User, make_habit: MakeHabit, told: Told, say: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("smarthabit.kernel.clock.now", lambda: NOON)
    habit = make_habit(schedule={"type": "weekly", "times": 2})
    for back in (1, 3):
        day = DAY - dt.timedelta(days=back)
        record_entry(user=user, habit_id=habit.pk, day=day, change=EntryChange(1000), now=NOON)
    User.objects.filter(pk=user.pk).update(week_starts_on=7)
    say(ProfileChanged(user.pk, 1, ("week_starts_on",)))
    assert HabitState.objects.get().week_starts_on == 7


def test_a_change_of_theme_or_of_nobody_changes_nothing_else(user: User, told: Told, say: Any) -> None:
    roll_over(NOON)
    say(ProfileChanged(user.pk, 1, ("theme",)))
    say(ProfileChanged(123_456, 1, ("timezone",)))
    assert UserClock.objects.get(user=user).next_rollover is not None
    assert [message[4] for message in told[-2:]] == [[{"type": "profile"}], [{"type": "profile"}]]
