"""Applying, dismissing and undoing."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.management import call_command

from analytics.models import Suggestion
from analytics.suggestions.answering import accept, dismiss
from analytics.suggestions.making import look
from analytics.suggestions.selectors import open_suggestions
from analytics.suggestions.undoing import undo
from analytics.tests.conftest import NOON, MakeHabit
from analytics.tests.suggestions.conftest import BAD, DAY, TODAY, Slipping, Tell
from habits.models import Plan
from habits.services import HabitChange, set_archived, update_habit
from smarthabit.accounts.user import User
from smarthabit.kernel.errors import NotFound, RuleError

STATE = Suggestion.State


def plans(habit_id: int) -> list[tuple[Any, ...]]:
    fields = ("effective_from", "schedule", "target_milli", "freezes", "preferred_time")
    return [tuple(getattr(plan, name) for name in fields) for plan in Plan.objects.filter(habit_id=habit_id)]


def refused(code: str) -> Any:
    return pytest.raises(RuleError, check=lambda error: error.code == code)


def test_accepting_adds_a_plan_from_today_on(user: User, suggestion: Suggestion) -> None:
    before = plans(suggestion.habit_id)
    row = accept(user=user, suggestion_id=suggestion.pk, now=NOON)
    assert (row.state, row.decided_on) == (STATE.ACCEPTED, TODAY)
    assert plans(row.habit_id) == [*before, (TODAY, before[0][1], 6000, True, None)]
    assert [one[:2] for one in row.frozen["forecast"]] == [[14, 14], [28, 28]]
    assert row.measure_on == TODAY + 15 * DAY


def test_accepting_twice_is_accepting_once(user: User, suggestion: Suggestion) -> None:
    first = accept(user=user, suggestion_id=suggestion.pk, now=NOON)
    again = accept(user=user, suggestion_id=suggestion.pk, now=NOON + DAY)
    assert (again.decided_on, again.frozen) == (first.decided_on, first.frozen)
    assert Plan.objects.filter(habit_id=suggestion.habit_id).count() == 2


def test_undo_brings_back_the_plans_exactly(user: User, suggestion: Suggestion) -> None:
    before = plans(suggestion.habit_id)
    accept(user=user, suggestion_id=suggestion.pk, now=NOON)
    row = undo(user=user, suggestion_id=suggestion.pk, now=NOON + 30 * DAY)
    assert (row.state, row.measure_on) == (STATE.UNDONE, None)
    assert plans(suggestion.habit_id) == before
    call_command("rebuild_states", "--check")
    assert undo(user=user, suggestion_id=suggestion.pk, now=NOON + 40 * DAY).state == STATE.UNDONE


def test_undo_brings_back_a_plan_that_began_on_the_same_day(user: User, slipping: Slipping) -> None:
    habit = slipping()
    update_habit(user=user, habit_id=habit.pk, change=HabitChange(preferred_time=dt.time(7, 30)), now=NOON)
    row = look(user, NOON)[0]
    before = plans(habit.pk)
    accept(user=user, suggestion_id=row.pk, now=NOON)
    assert len(plans(habit.pk)) == len(before)
    assert plans(habit.pk) != before
    undo(user=user, suggestion_id=row.pk, now=NOON + DAY)
    assert plans(habit.pk) == before


def test_after_a_later_edit_only_what_is_still_the_suggestions_is_put_back(user: User, suggestion: Suggestion) -> None:
    accept(user=user, suggestion_id=suggestion.pk, now=NOON)
    change = HabitChange(freezes=False)
    update_habit(user=user, habit_id=suggestion.habit_id, change=change, now=NOON + 3 * DAY)
    undo(user=user, suggestion_id=suggestion.pk, now=NOON + 5 * DAY)
    assert [one[2:4] for one in plans(suggestion.habit_id)] == [
        (20_000, True), (6000, True), (6000, False), (20_000, False)
    ]  # fmt: skip


def test_what_was_edited_again_is_not_undone(user: User, suggestion: Suggestion) -> None:
    accept(user=user, suggestion_id=suggestion.pk, now=NOON)
    change = HabitChange(target_milli=10_000)
    update_habit(user=user, habit_id=suggestion.habit_id, change=change, now=NOON + 3 * DAY)
    with refused("changed_since"):
        undo(user=user, suggestion_id=suggestion.pk, now=NOON + 5 * DAY)
    assert Suggestion.objects.get().state == STATE.ACCEPTED


def test_undo_has_thirty_days(user: User, suggestion: Suggestion) -> None:
    accept(user=user, suggestion_id=suggestion.pk, now=NOON)
    with refused("too_late_to_undo"):
        undo(user=user, suggestion_id=suggestion.pk, now=NOON + 31 * DAY)


def test_what_was_not_applied_cannot_be_undone(user: User, suggestion: Suggestion) -> None:
    with refused("not_applied"):
        undo(user=user, suggestion_id=suggestion.pk, now=NOON)


def test_a_dismissed_one_is_put_away_and_its_habit_rests(user: User, suggestion: Suggestion) -> None:
    row = dismiss(user=user, suggestion_id=suggestion.pk, now=NOON)
    assert row.state == STATE.DISMISSED
    assert dismiss(user=user, suggestion_id=suggestion.pk, now=NOON + DAY).decided_on == TODAY
    assert look(user, NOON + 10 * DAY) == []
    with refused("suggestion_answered"):
        accept(user=user, suggestion_id=suggestion.pk, now=NOON)


def test_an_applied_one_cannot_be_dismissed(user: User, suggestion: Suggestion) -> None:
    accept(user=user, suggestion_id=suggestion.pk, now=NOON)
    with refused("suggestion_answered"):
        dismiss(user=user, suggestion_id=suggestion.pk, now=NOON)


@pytest.mark.parametrize("act", [accept, dismiss, undo])
def test_a_strangers_is_not_there(stranger: User, suggestion: Suggestion, act: Any) -> None:
    with pytest.raises(NotFound):
        act(user=stranger, suggestion_id=suggestion.pk, now=NOON)


def test_one_that_no_longer_fits_is_not_applied(user: User, suggestion: Suggestion) -> None:
    set_archived(user=user, habit_id=suggestion.habit_id, archived=True, now=NOON)
    with refused("habit_changed"):
        accept(user=user, suggestion_id=suggestion.pk, now=NOON)
    set_archived(user=user, habit_id=suggestion.habit_id, archived=False, now=NOON)
    update_habit(user=user, habit_id=suggestion.habit_id, change=HabitChange(target_milli=1000), now=NOON)
    with refused("habit_changed"):
        accept(user=user, suggestion_id=suggestion.pk, now=NOON)


def test_the_most_urgent_is_the_one_of_the_day(
    user: User, slipping: Slipping, make_habit: MakeHabit, tell: Tell
) -> None:
    slipping()
    tell(make_habit("Run", started_on=TODAY - 40 * DAY), [1] * 25, TODAY - 16 * DAY)
    look(user, NOON)
    assert [one.kind for one in open_suggestions(user)] == ["pause", "lower"]


def test_another_time_of_day_is_undone_too(user: User, suggestion: Suggestion) -> None:
    """A change of the time alone continues the units, so it is put back like any other field."""
    Suggestion.objects.update(patch={"preferred_time": "07:30"})
    accept(user=user, suggestion_id=suggestion.pk, now=NOON)
    assert plans(suggestion.habit_id)[-1][4] == dt.time(7, 30)
    update_habit(user=user, habit_id=suggestion.habit_id, change=HabitChange(freezes=False), now=NOON + DAY)
    undo(user=user, suggestion_id=suggestion.pk, now=NOON + 2 * DAY)
    assert plans(suggestion.habit_id)[-1][2:] == (20_000, False, None)


def test_bad_weeks_are_what_these_tests_stand_on(suggestion: Suggestion) -> None:
    assert suggestion.evidence["proposed"] == sorted(BAD)[5] * 1000
