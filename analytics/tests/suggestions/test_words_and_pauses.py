"""Suggestions that change more than a plan: sentences, pauses, reminders."""

from __future__ import annotations

from typing import Any

import pytest

from analytics.domain.suggestions import Reminded
from analytics.events import SuggestionAccepted
from analytics.models import Suggestion
from analytics.suggestions.answering import accept
from analytics.suggestions.evidence import evidence_words
from analytics.suggestions.making import look
from analytics.suggestions.reminders import register
from analytics.suggestions.selectors import quieter_habits
from analytics.suggestions.undoing import undo
from analytics.tests.conftest import NOON, MakeHabit
from analytics.tests.suggestions.conftest import DAY, TODAY, Tell
from habits.models import Pause
from habits.services import HabitChange, delete_pause, update_habit
from smarthabit.accounts.user import User
from smarthabit.kernel import events
from smarthabit.kernel.errors import RuleError

pytestmark = pytest.mark.once


def refused(code: str) -> Any:
    return pytest.raises(RuleError, check=lambda error: error.code == code)


@pytest.fixture
def returning(user: User, make_habit: MakeHabit, tell: Tell) -> Suggestion:
    """A suggestion that comes with a sentence."""
    values: list[int | None] = [*([1] * 12 + [0] * 4) * 4, *[1] * 12, 0, 0]
    habit = make_habit("Swim", started_on=TODAY - DAY * len(values), cue="after work")
    tell(habit, values)
    return look(user, NOON)[0]


def test_a_return_comes_with_words_that_may_be_changed(user: User, returning: Suggestion) -> None:
    assert returning.kind == "return"
    assert returning.cue == "On Monday, March 23 I begin again with Swim. after work"
    accept(user=user, suggestion_id=returning.pk, now=NOON, cue="  On Monday,  at the lake ")
    assert _cue(returning) == "On Monday, at the lake"
    undo(user=user, suggestion_id=returning.pk, now=NOON)
    assert _cue(returning) == "after work"


def test_the_words_of_the_suggestion_serve_where_none_are_given(user: User, returning: Suggestion) -> None:
    accept(user=user, suggestion_id=returning.pk, now=NOON)
    assert _cue(returning) == returning.cue


@pytest.mark.parametrize("cue", ["   ", "x" * 201])
def test_words_have_a_length(user: User, returning: Suggestion, cue: str) -> None:
    with refused("bad_cue"):
        accept(user=user, suggestion_id=returning.pk, now=NOON, cue=cue)


def test_words_that_were_changed_since_stay(user: User, returning: Suggestion) -> None:
    accept(user=user, suggestion_id=returning.pk, now=NOON)
    update_habit(user=user, habit_id=returning.habit_id, change=HabitChange(cue="at dawn"), now=NOON)
    with refused("changed_since"):
        undo(user=user, suggestion_id=returning.pk, now=NOON)
    assert _cue(returning) == "at dawn"


def _cue(row: Suggestion) -> str:
    row.refresh_from_db()
    return row.habit.cue


@pytest.fixture
def silent(user: User, make_habit: MakeHabit, tell: Tell) -> Suggestion:
    """A suggestion to pause."""
    habit = make_habit("Run", started_on=TODAY - 40 * DAY)
    tell(habit, [1] * 25, TODAY - 16 * DAY)
    return look(user, NOON)[0]


def test_a_pause_of_two_weeks_is_made_and_taken_back(user: User, silent: Suggestion) -> None:
    row = accept(user=user, suggestion_id=silent.pk, now=NOON)
    assert (row.kind, row.measure_on) == ("pause", None)
    pause = Pause.objects.get()
    assert (pause.habit_id, pause.starts_on, pause.ends_on) == (row.habit_id, TODAY, TODAY + 13 * DAY)
    undo(user=user, suggestion_id=silent.pk, now=NOON + DAY)
    assert not Pause.objects.exists()


def test_a_pause_that_is_gone_leaves_nothing_to_undo(user: User, silent: Suggestion) -> None:
    accept(user=user, suggestion_id=silent.pk, now=NOON)
    delete_pause(user=user, pause_id=Pause.objects.get().pk, now=NOON)
    with refused("changed_since"):
        undo(user=user, suggestion_id=silent.pk, now=NOON)


def test_a_pause_of_ones_own_is_not_taken_back(user: User, silent: Suggestion) -> None:
    Pause.objects.create(
        user=user, habit_id=silent.habit_id, starts_on=TODAY, ends_on=TODAY + 13 * DAY, created_at=NOON - DAY
    )
    row = accept(user=user, suggestion_id=silent.pk, now=NOON)
    assert row.undo["pause"]["id"] is None
    with refused("changed_since"):
        undo(user=user, suggestion_id=silent.pk, now=NOON)
    assert Pause.objects.exists()


def test_a_wish_for_fewer_reminders_is_told_and_kept(
    user: User,
    make_habit: MakeHabit,
    tell: Tell,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    habit = make_habit(started_on=TODAY - 80 * DAY)
    tell(habit, [1] * 80)
    monkeypatch.setattr("analytics.suggestions.reminders._sources", [])
    source = lambda owner: {habit.pk: Reminded(60, 60, 20, 20)} if owner == user else {}  # noqa: E731
    register(source)
    register(source)
    row = look(user, NOON)[0]
    assert row.kind == "fewer_reminders"
    told: list[SuggestionAccepted] = []
    monkeypatch.setitem(events._subscribers, SuggestionAccepted, [told.append])
    with django_capture_on_commit_callbacks(execute=True):
        accept(user=user, suggestion_id=row.pk, now=NOON)
    assert told == [SuggestionAccepted(user.pk, row.pk, habit.pk, "fewer_reminders", fewer_reminders=True)]
    assert quieter_habits(user) == {habit.pk}
    undo(user=user, suggestion_id=row.pk, now=NOON)
    assert quieter_habits(user) == set()


def test_evidence_reads_like_sentences() -> None:
    at_nine = Suggestion(kind="if_then", evidence={"missed": 13, "days": 28, "at": 540})
    assert evidence_words(at_nine, "").endswith("You mostly do it around 9 a.m.")
    told = {"missed": 1, "again_done": 2, "again": 9, "usual_done": 40, "usual": 50}
    assert evidence_words(Suggestion(kind="return", evidence=told), "").startswith("Missed the last time. After")
