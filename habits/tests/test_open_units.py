"""What is open of many people at once."""

from __future__ import annotations

import pytest

from habits.models import Habit
from habits.selectors import open_units
from habits.selectors.open_units import standings_of
from habits.tests.conftest import NOON, MakeHabit
from smarthabit.accounts.user import User


def test_of_very_many_habits_of_one_person_the_first_in_their_order_are_told(
    user: User, stranger: User, make_habit: MakeHabit, monkeypatch: pytest.MonkeyPatch
) -> None:
    last, first, second = (make_habit(name) for name in "abc")
    other = make_habit("d", owner=stranger)
    Habit.objects.filter(pk=last.pk).update(position=99)
    monkeypatch.setattr(open_units, "MOST_HABITS", 2)
    told = {pk: [one.habit.pk for one in found] for pk, found in standings_of([user, stranger], NOON).items()}
    assert told == {user.pk: [first.pk, second.pk], stranger.pk: [other.pk]}
    named = standings_of([user], NOON, ids=[last.pk])[user.pk]
    assert [one.habit.pk for one in named] == [last.pk]
