"""The page of one habit."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from habits.models import Habit
from habits.services import EntryChange, HabitChange, add_pause, record_entry, update_habit
from habits.tests.conftest import NOON, MakeHabit
from habits.tests.views.conftest import CountQueries
from smarthabit.accounts.user import User

pytestmark = pytest.mark.once


def _done(user: User, habit: Habit, *days: int, note: str = "") -> None:
    for day in days:
        change = EntryChange(value_milli=1000, note=note)
        record_entry(user=user, habit_id=habit.pk, day=dt.date(2026, 3, day), change=change, now=NOON)


def _page(browser: Client, habit: Habit, query: str = "") -> str:
    return browser.get(f"/habits/{habit.pk}/{query}").content.decode()


def test_it_shows_the_streak_and_since_when(browser: Client, user: User, make_habit: MakeHabit) -> None:
    habit = make_habit()
    _done(user, habit, 15, 16, 17)
    page = _page(browser, habit)
    assert "3 days" in page
    assert "since March 15, 2026" in page


def test_every_chart_says_in_words_what_it_shows(browser: Client, user: User, make_habit: MakeHabit) -> None:
    habit = make_habit()
    _done(user, habit, 2, 3, 17)
    page = _page(browser, habit)
    assert 'aria-label="The past year: done on 3 days"' in page
    assert 'aria-label="Strength over 18 days: from 0 to ' in page
    assert page.count("View as table") == 2


def test_the_history_turns_back_by_months_as_far_as_the_habit_goes(
    browser: Client, user: User, make_habit: MakeHabit
) -> None:
    habit = make_habit(started_on=dt.date(2026, 2, 20))
    _done(user, habit, 1)
    assert 'href="?month=2026-02#history"' in _page(browser, habit)
    february = _page(browser, habit, "?month=2026-02")
    assert 'datetime="2026-02-28"' in february
    assert 'datetime="2026-03-01"' not in february
    assert 'href="?month=2026-01#history"' not in february
    assert 'href="?month=2026-03#history"' in february


def test_a_month_that_is_none_shows_this_one(browser: Client, make_habit: MakeHabit) -> None:
    habit = make_habit()
    for odd in ("2026-13", "soon", "2999-01"):
        assert 'datetime="2026-03-18"' in _page(browser, habit, f"?month={odd}")


def test_notes_are_listed_the_latest_first(browser: Client, user: User, make_habit: MakeHabit) -> None:
    habit = make_habit()
    _done(user, habit, 3, note="first words")
    _done(user, habit, 9, note="later words")
    page = _page(browser, habit)
    assert page.index("later words") < page.index("first words")


def test_each_version_of_the_plan_is_told(browser: Client, user: User, make_habit: MakeHabit) -> None:
    habit = make_habit()
    change = HabitChange(schedule={"type": "weekly", "times": 3}, freezes=False)
    update_habit(user=user, habit_id=habit.pk, change=change, effective_from=dt.date(2026, 3, 10), now=NOON)
    page = _page(browser, habit)
    assert "3 times a week · without freezes" in page
    assert "from March 1, 2026" in page


def test_pauses_of_the_habit_and_of_everything_are_shown(browser: Client, user: User, make_habit: MakeHabit) -> None:
    habit, other = make_habit(), make_habit("Other")
    for habit_id, reason in ((habit.pk, "knee"), (None, "holiday"), (other.pk, "elbow")):
        add_pause(user=user, now=NOON, habit_id=habit_id, starts_on=dt.date(2026, 3, 20), reason=reason)
    page = _page(browser, habit)
    assert "knee" in page
    assert "holiday" in page
    assert "elbow" not in page


def test_the_number_of_queries_does_not_grow_with_the_past(
    browser: Client, user: User, make_habit: MakeHabit, count_queries: CountQueries
) -> None:
    habit = make_habit()
    _done(user, habit, 1, note="words")
    add_pause(user=user, now=NOON, habit_id=habit.pk, starts_on=dt.date(2026, 3, 19))
    few = count_queries(lambda: _page(browser, habit))
    _done(user, habit, *range(2, 18), note="words")
    for day in range(20, 25):
        add_pause(user=user, now=NOON, habit_id=habit.pk, starts_on=dt.date(2026, 3, day))
    assert count_queries(lambda: _page(browser, habit)) == few


def test_a_habit_of_somebody_else_does_not_exist(foreign_browser: Client, make_habit: MakeHabit) -> None:
    habit = make_habit()
    for page in ("", "edit/", "delete/"):
        assert foreign_browser.get(f"/habits/{habit.pk}/{page}").status_code == 404
    for action in ("edit/", "delete/", "archive/", "pauses/"):
        assert foreign_browser.post(f"/habits/{habit.pk}/{action}", {"starts_on": "2026-03-20"}).status_code == 404
    assert Habit.objects.filter(pk=habit.pk, archived_on=None).exists()
