"""Suggestions as they are made, day by day."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from analytics.events import SuggestionsChanged
from analytics.models import Suggestion, SuggestionClock
from analytics.suggestions import making, measuring
from analytics.suggestions.making import look, look_at_due, look_once, put_away_stale, wind
from analytics.suggestions.selectors import open_suggestions
from analytics.tasks import suggest
from analytics.tests.conftest import NOON, MakeHabit
from analytics.tests.suggestions.conftest import DAY, TODAY, Slipping, Tell
from habits.events import DaysClosed, HabitsChanged
from habits.services import HabitChange, add_pause, create_habit, set_archived, update_habit
from smarthabit.accounts.user import User
from smarthabit.kernel import clock, events

STATE = Suggestion.State


def test_a_suggestion_says_what_and_why(suggestion: Suggestion) -> None:
    assert (suggestion.kind, suggestion.state, suggestion.made_on) == ("lower", STATE.OPEN, TODAY)
    assert suggestion.patch == {"target": 6000}
    assert suggestion.plan["target"] == 20_000
    assert suggestion.evidence["kept"] == 0
    assert suggestion.certainty >= 0.8
    assert suggestion.yardstick_milli == 6000


def test_looking_twice_a_day_changes_nothing(user: User, suggestion: Suggestion) -> None:
    assert look(user, NOON) == []
    look_once(user, NOON)
    assert Suggestion.objects.get() == suggestion


def test_the_next_day_an_open_one_stays_the_only_one(user: User, suggestion: Suggestion) -> None:
    assert look(user, NOON + DAY) == []
    assert open_suggestions(user) == [suggestion]


def test_two_a_week_and_one_a_habit(user: User, slipping: Slipping) -> None:
    for name in ("Read", "Write", "Draw"):
        slipping(name)
    assert len(look(user, NOON)) == 2
    assert look(user, NOON + 6 * DAY) == []
    assert len(look(user, NOON + 7 * DAY)) == 1


def test_the_database_keeps_a_habit_from_two_open_ones(suggestion: Suggestion) -> None:
    suggestion.pk, suggestion.made_on = None, TODAY + DAY
    with pytest.raises(IntegrityError), transaction.atomic():
        suggestion.save(force_insert=True)


def test_one_that_waits_for_two_weeks_expires_and_its_habit_rests(user: User, suggestion: Suggestion) -> None:
    look(user, NOON + 14 * DAY)
    suggestion.refresh_from_db()
    assert (suggestion.state, suggestion.decided_on) == (STATE.EXPIRED, TODAY + 14 * DAY)
    look(user, NOON + 20 * DAY)
    assert not open_suggestions(user)


def test_one_whose_plan_was_edited_is_put_away(user: User, suggestion: Suggestion) -> None:
    put_away_stale(user, [suggestion.habit_id], NOON)
    suggestion.refresh_from_db()
    assert suggestion.state == STATE.OPEN
    update_habit(user=user, habit_id=suggestion.habit_id, change=HabitChange(target_milli=15_000), now=NOON)
    put_away_stale(user, [suggestion.habit_id], NOON)
    suggestion.refresh_from_db()
    assert suggestion.state == STATE.EXPIRED
    put_away_stale(user, [suggestion.habit_id], NOON)


@pytest.mark.parametrize("how", ["archived", "paused", "account paused"])
def test_one_whose_habit_rests_is_put_away(
    user: User, suggestion: Suggestion, how: str, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        if how == "archived":
            set_archived(user=user, habit_id=suggestion.habit_id, archived=True, now=NOON)
        else:
            clock_now = clock.now()
            today = clock_now.date()
            habit_id = suggestion.habit_id if how == "paused" else None
            add_pause(user=user, now=clock_now, starts_on=min(TODAY, today), habit_id=habit_id)
    suggestion.refresh_from_db()
    assert suggestion.state == STATE.EXPIRED


def test_changes_of_other_sorts_put_nothing_away(
    user: User, suggestion: Suggestion, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        events.publish(HabitsChanged(user.pk, 1, "", (suggestion.habit_id,), "reordered"))
        events.publish(HabitsChanged(0, 1, "", (suggestion.habit_id,), "updated"))
    assert Suggestion.objects.get().state == STATE.OPEN


def test_no_habit_no_suggestion(user: User, make_habit: MakeHabit) -> None:
    assert look(user, NOON) == []
    make_habit()
    make_habit("Later", started_on=TODAY + 30 * DAY)
    assert look(user, NOON + DAY) == []


def test_days_that_close_are_looked_at_by_the_job(user: User, slipping: Slipping, stranger: User) -> None:
    slipping()
    wind([user.pk], NOON)
    wind([user.pk], NOON + DAY)
    wind([stranger.pk], NOON + DAY)
    assert look_at_due(NOON) == 1
    assert Suggestion.objects.count() == 1
    mine = SuggestionClock.objects.get(pk=user.pk)
    assert (mine.looked_on, mine.next_look) == (TODAY, dt.datetime(2026, 3, 19, tzinfo=dt.UTC))
    assert look_at_due(NOON) == 0


def test_the_job_takes_no_more_than_it_may(user: User, stranger: User) -> None:
    wind([user.pk], NOON)
    wind([stranger.pk], NOON)
    assert look_at_due(NOON, most=1) == 1
    assert look_at_due(NOON, most=1) == 1
    assert look_at_due(NOON, most=1) == 0


def test_the_job_goes_on_until_nothing_is_due(user: User, stranger: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "USERS_AT_ONCE", 1)
    wind([user.pk], NOON)
    wind([stranger.pk], NOON)
    assert look_at_due(NOON, most=2) == 2
    SuggestionClock.objects.update(next_look=NOON)
    assert look_at_due(NOON) == 2


def test_a_row_that_another_worker_took_is_left(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    wind([user.pk], NOON)
    taken = SuggestionClock.objects.get()
    SuggestionClock.objects.update(next_look=NOON + DAY)
    assert making._claimed_and_looked(taken, NOON) is False
    assert SuggestionClock.objects.get().looked_on is None


def test_an_account_that_fails_holds_up_nobody(
    user: User, stranger: User, slipping: Slipping, monkeypatch: pytest.MonkeyPatch
) -> None:
    slipping()
    wind([stranger.pk], NOON - DAY)
    wind([user.pk], NOON)

    def failing(owner: User, today: dt.date) -> list[int]:
        if owner == stranger:
            raise ValueError
        return measuring.measure_due(owner, today)

    monkeypatch.setattr(making, "measure_due", failing)
    assert look_at_due(NOON) == 2
    assert Suggestion.objects.count() == 1
    assert SuggestionClock.objects.get(pk=stranger.pk).next_look == NOON + making.LATER


def test_a_day_that_closes_winds_the_clock_and_the_task_does_the_rest(
    user: User, slipping: Slipping, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOON)
    slipping()
    with django_capture_on_commit_callbacks(execute=True):
        events.publish(DaysClosed(TODAY - DAY, [(user.pk, 1)]))
    assert suggest() == 1
    assert Suggestion.objects.count() == 1


def test_what_is_made_is_told_once(
    user: User, slipping: Slipping, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    told: list[SuggestionsChanged] = []
    monkeypatch.setitem(events._subscribers, SuggestionsChanged, [told.append])
    slipping()
    with django_capture_on_commit_callbacks(execute=True):
        made = look(user, NOON)
        look(user, NOON + DAY)
    assert [(one.kind, one.suggestion_ids) for one in told] == [("made", (made[0].pk,))]


def test_the_queries_do_not_grow_with_the_habits(
    user: User, slipping: Slipping, make_habit: MakeHabit, tell: Tell, django_assert_max_num_queries: Any
) -> None:
    slipping()
    with django_assert_max_num_queries(40) as one:
        look(user, NOON)
    for number in range(6):
        habit = make_habit(f"Walk {number}", started_on=TODAY - 60 * DAY)
        tell(habit, [1] * 60)
    with django_assert_max_num_queries(len(one)):
        look(user, NOON + DAY)


def test_another_language_has_its_own_sentence(user: User, make_habit: MakeHabit, tell: Tell) -> None:
    anchor = make_habit("Tea", started_on=TODAY - 40 * DAY)
    habit = create_habit(user=user, draft=_stretch(), now=NOON)
    _timed(user, anchor.pk, [420] * 40)
    _timed(user, habit.pk, [480, None] * 20)
    made = look(user, NOON)
    assert [one.kind for one in made] == ["stack"]
    assert made[0].cue == "After Tea, I do Stretch."
    assert made[0].patch == {"anchor": anchor.pk}


def _stretch() -> Any:
    from habits.services import HabitDraft

    daily = {"type": "weekdays", "days": [1, 2, 3, 4, 5, 6, 7]}
    return HabitDraft("Stretch", daily, 1000, started_on=TODAY - 40 * DAY)


def _timed(user: User, habit_id: int, minutes: list[int | None]) -> None:
    from habits.services import EntryChange, EntryWrite, write_entries

    writes = []
    for back, minute in enumerate(reversed(minutes), 1):
        if minute is not None:
            day = TODAY - DAY * back
            at = dt.datetime.combine(day, dt.time(minute // 60, minute % 60), tzinfo=dt.UTC)
            writes.append(EntryWrite(habit_id, day, EntryChange(value_milli=1000, performed_at=at)))
    write_entries(user=user, writes=writes, now=NOON)
