"""Weekly reviews: written, finished, kept, exported, deleted."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.domain.reviews import Line, WeekFigures, week_behind
from analytics.domain.trends_shapes import Share
from analytics.events import ReviewChanged
from analytics.models import Review
from analytics.selectors.reviews import review_due, review_of
from analytics.services import ReviewWords, delete_review, finish_review, write_review
from analytics.services.reviews import _made as made_review
from analytics.tests.conftest import NOON, Log, MakeHabit
from analytics.transfer import export, restore
from habits.services import EntryChange, delete_habit, record_entry, set_archived
from smarthabit.accounts.deletion import delete_account
from smarthabit.accounts.user import User
from smarthabit.kernel import events
from smarthabit.kernel.errors import NotFound, RuleError

WEEK = dt.date(2026, 3, 9)  # a Monday; NOON is on Wednesday of the week after
shares = st.tuples(st.integers(0, 9), st.integers(0, 9)).map(lambda two: Share(min(two), max(two)))
lines = st.builds(Line, st.none() | st.integers(1, 99), st.sampled_from(["Read", "Run", "\u202eقراءة"]), shares, shares)


@settings(max_examples=40, deadline=None)
@given(shares, shares, st.lists(lines, max_size=5).map(tuple))
def test_figures_come_back_from_storage_as_they_were(now: Share, before: Share, of: tuple[Line, ...]) -> None:
    found = WeekFigures(now, before, of)
    assert WeekFigures.from_json(found.to_json()) == found


@settings(max_examples=40, deadline=None)
@given(st.lists(lines, max_size=5).map(tuple))
def test_a_habit_went_well_or_was_hard_or_neither(of: tuple[Line, ...]) -> None:
    found = WeekFigures(Share(0, 0), Share(0, 0), of)
    assert not set(map(id, found.wins)) & set(map(id, found.misses))
    for line in of:
        rate, before = line.now.rate, line.before.rate
        risen = rate is not None and before is not None and rate >= 0.5 and rate - before >= 0.25
        assert (line in found.wins) == (rate is not None and (rate >= 0.8 or risen))
        assert (line in found.misses) == (rate is not None and rate < 0.5)


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"now": [1, 2], "before": [1, 2], "habits": [{}] * 101},
        {"now": [3, 2], "before": [1, 2], "habits": []},
        {"now": [-1, 2], "before": [1, 2], "habits": []},
        {"now": ["1", 2], "before": [1, 2], "habits": []},
        {"now": [1, 2], "before": [1, 2], "habits": [5]},
        {"now": [1, 2], "before": [1, 2], "habits": [{"habit": "1", "name": "a", "now": [1, 2], "before": [1, 2]}]},
        {"now": [1, 2], "before": [1, 2], "habits": [{"habit": 1, "name": None, "now": [1, 2], "before": [1, 2]}]},
    ],
)
def test_what_no_figures_can_be_is_refused(told: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"figures|habits"):
        WeekFigures.from_json(told)


@settings(max_examples=50, deadline=None)
@given(st.dates(dt.date(1900, 2, 1)), st.integers(1, 7))
def test_the_week_behind_is_over_and_the_latest(today: dt.date, week_starts_on: int) -> None:
    week = week_behind(today, week_starts_on)
    assert week.isoweekday() == week_starts_on
    assert 7 <= (today - week).days < 14


def _finished(user: User, habit: Any) -> Review:
    words = ReviewWords(wins="Sun", misses="Rain\r\nand wind ", change="Earlier", habit=habit.pk)
    write_review(user=user, week=WEEK, words=words, now=NOON)
    return finish_review(user=user, week=WEEK, now=NOON)


def test_a_review_keeps_its_words_and_the_figures_of_its_week(user: User, make_habit: MakeHabit, log: Log) -> None:
    good, bad = make_habit("Read"), make_habit("Run")
    log(good, *range(9, 16))
    log(bad, 2, 3, 9)
    _finished(user, bad)
    view = review_of(user, WEEK, NOON)
    assert view is not None
    assert (view.review.wins, view.review.misses, view.review.habit_id) == ("Sun", "Rain\nand wind", bad.pk)
    assert (view.figures.now, view.figures.before) == (Share(8, 14), Share(2, 14))
    assert [line.name for line in view.figures.wins] == ["Read"]
    assert [(line.name, line.now) for line in view.figures.misses] == [("Run", Share(1, 7))]
    assert view.moved is None


def test_its_figures_stay_and_what_moved_since_is_told(user: User, make_habit: MakeHabit, log: Log) -> None:
    habit = make_habit()
    log(habit, 9)
    _finished(user, habit)
    log(habit, 10)
    finish_review(user=user, week=WEEK, now=NOON + dt.timedelta(hours=1))
    view = review_of(user, WEEK, NOON)
    assert view is not None
    assert view.figures.now == Share(1, 7)
    assert view.moved is not None
    assert view.moved.now == Share(2, 7)
    assert view.review.finished_at == NOON


def test_writing_twice_leaves_one_row_and_each_word_its_last_form(user: User, make_habit: MakeHabit) -> None:
    make_habit()
    for wins in ("a", "b"):
        write_review(user=user, week=WEEK, words=ReviewWords(wins=wins), now=NOON)
    write_review(user=user, week=WEEK, words=ReviewWords(misses="c"), now=NOON)
    assert [(one.wins, one.misses) for one in Review.objects.owned_by(user)] == [("b", "c")]


@pytest.mark.parametrize(
    ("week", "code"),
    [
        (WEEK + dt.timedelta(days=7), "week_not_over"),
        (WEEK + dt.timedelta(days=70), "week_not_over"),
        (WEEK + dt.timedelta(days=1), "not_a_week"),
        (dt.date(9999, 12, 27), "week_not_over"),
        (dt.date(1, 1, 1), "not_a_week"),
    ],
)
def test_only_weeks_that_are_over_can_be_reviewed(user: User, week: dt.date, code: str) -> None:
    with pytest.raises(RuleError) as raised:
        write_review(user=user, week=week, words=ReviewWords(wins="x"), now=NOON)
    assert raised.value.code == code
    with pytest.raises(RuleError):
        finish_review(user=user, week=week, now=NOON)
    assert not Review.objects.exists()


def test_too_many_words_and_foreign_habits_are_refused(user: User, stranger: User, make_habit: MakeHabit) -> None:
    theirs = make_habit(owner=stranger)
    for words, field in ((ReviewWords(wins="x" * 2001), "wins"), (ReviewWords(habit=theirs.pk), "habit")):
        with pytest.raises(RuleError) as raised:
            write_review(user=user, week=WEEK, words=words, now=NOON)
        assert raised.value.field == field
    assert not Review.objects.exists()


def test_a_habit_put_away_since_stays_in_its_review(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit()
    _finished(user, habit)
    set_archived(user=user, habit_id=habit.pk, archived=True, now=NOON)
    write_review(user=user, week=WEEK, words=ReviewWords(habit=habit.pk, wins="y"), now=NOON)
    assert Review.objects.get().habit_id == habit.pk


def test_a_habit_deleted_since_leaves_its_name(user: User, make_habit: MakeHabit, log: Log) -> None:
    habit = make_habit("Read")
    log(habit, 9)
    _finished(user, habit)
    delete_habit(user=user, habit_id=habit.pk)
    view = review_of(user, WEEK, NOON)
    assert view is not None
    assert view.review.habit_id is None
    assert [line.name for line in view.figures.misses] == ["Read"]


def test_others_reviews_are_not_there(user: User, stranger: User, make_habit: MakeHabit) -> None:
    _finished(user, make_habit())
    assert review_of(stranger, WEEK, NOON) is None
    with pytest.raises(NotFound):
        delete_review(user=stranger, week=WEEK)
    delete_review(user=user, week=WEEK)
    assert review_of(user, WEEK, NOON) is None


def test_what_changed_is_told(
    user: User, make_habit: MakeHabit, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    habit = make_habit()
    heard: list[events.Event] = []
    monkeypatch.setitem(events._subscribers, ReviewChanged, [heard.append])
    with django_capture_on_commit_callbacks(execute=True):
        _finished(user, habit)
        finish_review(user=user, week=WEEK, now=NOON)
    assert [type(one) for one in heard] == [ReviewChanged] * 2


def test_it_is_due_once_the_week_is_over_until_it_is_finished(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit()
    assert review_due(user, NOON, since=habit.started_on) == WEEK
    assert review_due(user, NOON, since=NOON.date()) is None
    assert review_due(user, NOON + dt.timedelta(days=2), since=habit.started_on) is None
    write_review(user=user, week=WEEK, words=ReviewWords(wins="x"), now=NOON)
    assert review_due(user, NOON, since=habit.started_on) == WEEK
    finish_review(user=user, week=WEEK, now=NOON)
    assert review_due(user, NOON, since=habit.started_on) is None


def test_reviews_leave_with_the_export_and_come_back_whole_and_once(
    user: User, stranger: User, make_habit: MakeHabit, log: Log
) -> None:
    habit, gone = make_habit("Read"), make_habit("Run")
    log(habit, 9)
    _finished(user, habit)
    write_review(user=user, week=WEEK - dt.timedelta(days=7), words=ReviewWords(wins="draft"), now=NOON)
    delete_habit(user=user, habit_id=gone.pk)
    told = list(export(user, {habit.pk: "r"}))
    theirs = make_habit(owner=stranger)
    for _ in range(2):
        restore(stranger, told, {"r": theirs.pk}, NOON)
    assert list(export(stranger, {theirs.pk: "r"})) == told
    restore(user, [{**told[1], "wins": "other"}], {"r": habit.pk}, NOON)
    assert list(export(user, {habit.pk: "r"})) == told


@pytest.mark.parametrize(
    "change",
    [
        {"week": "2026-3-9"},
        {"week": "0001-01-01"},
        {"week": "2999-01-07"},
        {"week": None},
        {"wins": None},
        {"wins": "x" * 2001},
        {"change": "a\x00b"},
        {"finished_at": 5},
        {"finished_at": "yesterday"},
        {"finished_at": "2026-03-18T12:00:00"},
        {"figures": None},
        {"figures": {"habits": [], "now": [2, 1], "before": [0, 0]}},
        {"figures": {"habits": 1}},
    ],
)
def test_what_no_review_can_be_is_refused(
    user: User, stranger: User, make_habit: MakeHabit, change: dict[str, Any]
) -> None:
    _finished(user, make_habit())
    told = list(export(user, {}))
    with pytest.raises(ValueError, match=r"."):
        restore(stranger, [{**told[0], **change}], {}, NOON)
    assert not Review.objects.owned_by(stranger).exists()


def test_an_account_that_goes_takes_its_reviews_along(user: User, make_habit: MakeHabit) -> None:
    _finished(user, make_habit())
    delete_account(user=user, now=NOON)
    assert not Review.objects.exists()


def test_late_entries_of_a_reviewed_week_count_as_ever(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit()
    _finished(user, habit)
    change = EntryChange(value_milli=1000)
    record_entry(user=user, habit_id=habit.pk, day=WEEK, change=change, now=NOON)
    view = review_of(user, WEEK, NOON)
    assert view is not None
    assert view.moved is not None


def test_a_review_that_another_tab_has_just_begun_is_the_one(user: User) -> None:
    first = Review.objects.create(user=user, week=WEEK, created_at=NOON)
    with transaction.atomic():
        assert made_review(user, WEEK, NOON) == first
    assert Review.objects.count() == 1
