"""What an applied suggestion did, after 14 and 28 days."""

from __future__ import annotations

from analytics.models import Suggestion
from analytics.suggestions.answering import accept
from analytics.suggestions.making import look
from analytics.suggestions.measuring import effects_of
from analytics.suggestions.undoing import undo
from analytics.tests.conftest import NOON
from analytics.tests.suggestions.conftest import DAY, TODAY, Tell
from habits.services import HabitChange, add_pause, update_habit
from smarthabit.accounts.user import User


def applied(user: User, suggestion: Suggestion) -> Suggestion:
    return accept(user=user, suggestion_id=suggestion.pk, now=NOON)


def after(user: User, row: Suggestion, days: int) -> Suggestion:
    look(user, NOON + days * DAY)
    row.refresh_from_db()
    return row


def test_the_effect_is_measured_after_two_weeks_and_after_four(user: User, suggestion: Suggestion, tell: Tell) -> None:
    row = applied(user, suggestion)
    tell(row.habit, [8] * 28, TODAY + 28 * DAY, now=NOON + 28 * DAY)
    assert not after(user, row, 14).effects
    early = effects_of(after(user, row, 15))
    assert [(one.horizon, one.done, one.asked) for one in early] == [(14, 14, 14)]
    assert early[0].helped is True
    assert Suggestion.objects.get().measure_on == TODAY + 29 * DAY
    both = effects_of(after(user, row, 29))
    assert [(one.horizon, one.done) for one in both] == [(14, 14), (28, 28)]
    assert both[1].more.p10 < both[1].more.p50 < both[1].more.p90
    assert effects_of(after(user, row, 40)) == both


def test_a_late_look_measures_the_same(user: User, suggestion: Suggestion, tell: Tell) -> None:
    row = applied(user, suggestion)
    tell(row.habit, [*[8] * 14, *[0] * 20], TODAY + 34 * DAY, now=NOON + 34 * DAY)
    found = effects_of(after(user, row, 35))
    assert [(one.horizon, one.done) for one in found] == [(14, 14), (28, 14)]


def test_no_more_than_usual_is_not_said_to_have_helped(user: User, suggestion: Suggestion, tell: Tell) -> None:
    row = applied(user, suggestion)
    expected = round(row.frozen["forecast"][0][3])
    tell(row.habit, [8] * expected + [0] * (14 - expected), TODAY + 14 * DAY, now=NOON + 14 * DAY)
    assert effects_of(after(user, row, 15))[0].helped is None


def test_days_of_a_pause_are_left_out(user: User, suggestion: Suggestion, tell: Tell) -> None:
    row = applied(user, suggestion)
    tell(row.habit, [8] * 9, TODAY + 9 * DAY, now=NOON + 9 * DAY)
    add_pause(user=user, now=NOON + 9 * DAY, starts_on=TODAY + 10 * DAY, habit_id=row.habit_id)
    found = effects_of(after(user, row, 15))
    assert [(one.done, one.asked) for one in found] == [(9, 9)]
    assert effects_of(after(user, row, 29)) == found
    assert row.effects[-1] == [28, 0, 0]


def test_a_plan_that_was_edited_since_is_not_compared(user: User, suggestion: Suggestion) -> None:
    row = applied(user, suggestion)
    change = HabitChange(target_milli=12_000)
    update_habit(user=user, habit_id=row.habit_id, change=change, now=NOON + 5 * DAY)
    assert effects_of(after(user, row, 15)) == []
    assert row.effects == [[14, 0, 0]]


def test_what_was_undone_is_not_measured(user: User, suggestion: Suggestion) -> None:
    row = applied(user, suggestion)
    undo(user=user, suggestion_id=row.pk, now=NOON + 5 * DAY)
    assert after(user, row, 15).effects == []


def test_what_lies_too_far_back_is_not_measured(user: User, suggestion: Suggestion) -> None:
    row = applied(user, suggestion)
    assert after(user, row, 200).effects == []
    assert row.measure_on is None
