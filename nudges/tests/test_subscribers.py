"""Who has habits is looked at, and screens hear of nudges."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from analytics.events import SuggestionAccepted, SuggestionUndone
from habits.events import DaysClosed, HabitsChanged
from nudges import subscribers
from nudges.events import NudgesChanged
from nudges.models import HabitPreference, NudgePreferences
from nudges.services import enrol
from nudges.tests.conftest import NOON, MakeHabit
from smarthabit.accounts.events import ProfileChanged
from smarthabit.accounts.services import Profile, update_profile
from smarthabit.accounts.user import User
from smarthabit.kernel import clock, live

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


def test_a_first_habit_enrols_its_owner(
    user: User, make_habit: MakeHabit, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        make_habit()
    row = NudgePreferences.objects.get()
    assert row.user == user
    assert row.next_slot_at is not None
    assert row.next_learn_at is not None
    assert row.next_slot_at > clock.now() >= row.next_learn_at


def test_an_order_changes_nothing(user: User) -> None:
    subscribers._follow_habits(HabitsChanged(user.pk, 1, "", (), "reordered"))
    assert not NudgePreferences.objects.exists()


def test_events_of_who_is_gone_by_now_are_nothing(user: User) -> None:
    gone = user.pk + 1
    subscribers._follow_habits(HabitsChanged(gone, 1, "", (), "created"))
    subscribers._follow_days(DaysClosed(NOON.date(), [(gone, 1)]))
    subscribers._follow_profile(ProfileChanged(gone, 1, ("timezone",)))
    assert not NudgePreferences.objects.exists()


def test_whoever_was_lost_sight_of_is_found_at_the_end_of_the_day(user: User) -> None:
    enrol(user, NOON)
    NudgePreferences.objects.update(next_slot_at=None, next_learn_at=NOON)
    subscribers._follow_days(DaysClosed(NOON.date(), [(user.pk, 1)]))
    row = NudgePreferences.objects.get()
    assert row.next_slot_at is not None
    NudgePreferences.objects.update(next_slot_at=NOON)
    subscribers._follow_days(DaysClosed(NOON.date(), [(user.pk, 1)]))
    assert NudgePreferences.objects.get().next_slot_at == NOON


def test_another_zone_moves_the_next_slot(user: User, django_capture_on_commit_callbacks: Any) -> None:
    enrol(user, clock.now())
    before = NudgePreferences.objects.get().next_slot_at
    with django_capture_on_commit_callbacks(execute=True):
        update_profile(user=user, change=Profile(timezone="Asia/Kathmandu"))
    after = NudgePreferences.objects.get().next_slot_at
    assert before is not None
    assert after is not None
    assert (before.minute, after.minute) == (0, 15)
    with django_capture_on_commit_callbacks(execute=True):
        update_profile(user=user, change=Profile(theme="dark"))
    assert NudgePreferences.objects.get().next_slot_at == after


def test_a_suggestion_to_remind_less_is_followed_and_undone(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit()
    told: dict[str, Any] = {"user_id": user.pk, "suggestion_id": 1, "habit_id": habit.pk, "kind": "fewer_reminders"}
    subscribers._remind_less(SuggestionAccepted(**told))
    assert not HabitPreference.objects.exists()
    subscribers._remind_less(SuggestionAccepted(**told, fewer_reminders=True))
    assert HabitPreference.objects.get().reminders == "fewer"
    subscribers._remind_again(SuggestionUndone(**told, fewer_reminders=True))
    assert HabitPreference.objects.get().reminders == "usual"
    HabitPreference.objects.update(reminders="off")
    subscribers._remind_again(SuggestionUndone(**told, fewer_reminders=True))
    assert HabitPreference.objects.get().reminders == "off"


def test_screens_hear_of_nudges(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Any] = []
    monkeypatch.setattr(live, "publish", lambda *words: told.append(words))
    subscribers._tell(NudgesChanged(7, 3, "tab", "seen", (5,)))
    assert told == [(7, 3, ("nudges", "list:nudges"), "tab", [{"type": "nudge_seen", "nudge": "5"}])]
