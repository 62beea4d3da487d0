"""A suggestion of fewer reminders rests on what a draw decided, and is followed by reminding less."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from analytics.domain.suggestions import Reminded
from analytics.events import SuggestionAccepted, SuggestionUndone
from analytics.suggestions.reminders import reminded_of as all_reminded
from habits.models import Habit
from nudges.models import Decision, HabitPreference
from nudges.selectors.contrasts import reminded_of
from nudges.services import prefer_for_habit
from nudges.tests.conftest import NOON, MakeHabit
from smarthabit.accounts.user import User
from smarthabit.kernel.events import publish

pytestmark = pytest.mark.django_db
FEWER, USUAL, OFF = "fewer", "usual", "off"


def decided(habit: Habit, action: str, *outcomes: bool | None, drawn: bool = True) -> None:
    made = Decision.objects.count()
    for number, done in enumerate(outcomes, made):
        Decision.objects.create(
            user_id=habit.user_id, habit=habit, day=NOON.date() - dt.timedelta(days=number), slot=2, made_at=NOON,
            reason="sent", action=action, randomised=drawn,
            outcome=None if done is None else {"due": True, "done_that_day": done},
        )  # fmt: skip


def test_only_what_a_draw_decided_is_compared(user: User, stranger: User, make_habit: MakeHabit) -> None:
    read, theirs = make_habit(), make_habit(owner=stranger)
    decided(read, "plan", True, True, False)
    decided(read, "no_send", True, False, None)
    decided(read, "plan", True, True, drawn=False)
    decided(theirs, "plan", True)
    assert reminded_of(user) == {read.pk: Reminded(sent_done=2, sent=3, held_done=1, held=2)}
    assert all_reminded(user) == reminded_of(user)


def test_a_habit_that_is_reminded_less_already_is_left_out(user: User, make_habit: MakeHabit) -> None:
    read = make_habit()
    decided(read, "plan", True)
    prefer_for_habit(user=user, habit_id=read.pk, now=NOON, reminders=FEWER)
    assert reminded_of(user) == {}


def follow(event: Any, capture: Any) -> None:
    with capture(execute=True):
        publish(event)


def test_who_takes_it_up_is_reminded_less_and_as_before_once_it_is_undone(
    user: User, make_habit: MakeHabit, django_capture_on_commit_callbacks: Any
) -> None:
    read = make_habit()
    follow(SuggestionAccepted(user.pk, 1, read.pk, "lower"), django_capture_on_commit_callbacks)
    assert not HabitPreference.objects.filter(reminders=FEWER).exists()
    told = (user.pk, 1, read.pk, "fewer_reminders", True)
    follow(SuggestionAccepted(*told), django_capture_on_commit_callbacks)
    assert HabitPreference.objects.get().reminders == FEWER
    follow(SuggestionUndone(user.pk, 1, read.pk, "lower"), django_capture_on_commit_callbacks)
    assert HabitPreference.objects.get().reminders == FEWER
    follow(SuggestionUndone(*told), django_capture_on_commit_callbacks)
    assert HabitPreference.objects.get().reminders == USUAL


def test_what_was_said_since_stays(user: User, make_habit: MakeHabit, django_capture_on_commit_callbacks: Any) -> None:
    read = make_habit()
    prefer_for_habit(user=user, habit_id=read.pk, now=NOON, reminders=OFF)
    told = (user.pk, 1, read.pk, "fewer_reminders", True)
    follow(SuggestionUndone(*told), django_capture_on_commit_callbacks)
    assert HabitPreference.objects.get().reminders == OFF
