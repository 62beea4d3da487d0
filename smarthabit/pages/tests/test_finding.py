"""Finding things by name, and doing them from where they were found."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client

from goals.services import GoalDraft, create_goal
from habits.models import Entry
from habits.services import EntryChange, record_entry, set_archived
from habits.tests.conftest import NOON, MakeHabit
from habits.tests.views.conftest import CountQueries
from smarthabit.accounts.user import User
from smarthabit.pages.finding import groups_for

pytestmark = pytest.mark.once

TODAY = NOON.date()


def _found(user: User, text: str) -> dict[str, list[str]]:
    return {group.name: [option.label for option in group.options] for group in groups_for(user, NOON, text, "/")}


def test_pages_habits_goals_and_deeds_are_found_by_any_of_their_words(user: User, make_habit: MakeHabit) -> None:
    make_habit("Read a book")
    make_habit("Walk", target_milli=30_000, unit="min")
    create_goal(user=user, draft=GoalDraft(title="Book of poems", measure="manual", target_milli=9000), now=NOON)
    assert _found(user, "BOOK") == {
        "Habits": ["Read a book"],
        "Do": ["Check in: Read a book"],
        "Goals": ["Book of poems"],
    }
    assert _found(user, "check in wal") == {"Habits": ["Walk"], "Do": ["Check in: Walk"]}
    assert _found(user, "best times") == {"Pages": ["Your best times"]}
    assert _found(user, "dark") == {"Do": ["Dark colours"]}
    assert _found(user, "%") == {}


def test_with_nothing_typed_what_is_open_comes_first(user: User, make_habit: MakeHabit) -> None:
    for name in "abcdefg":
        make_habit(name)
    found = _found(user, "")
    assert list(found) == ["Do", "Pages"]
    assert found["Do"][:6] == ["Check in: a", "Check in: b", "Check in: c", "Check in: d", "Check in: e", "New habit"]


def test_the_deed_alone_or_its_beginning_offers_what_is_open(user: User, make_habit: MakeHabit) -> None:
    make_habit("Read")
    make_habit("Chess")
    every = {"Do": ["Check in: Read", "Check in: Chess"]}
    assert _found(user, "check in") == every
    assert _found(user, "chec") == every
    assert _found(user, "che") == {"Habits": ["Chess"], "Do": ["Check in: Chess"]}


def test_what_is_done_skipped_or_put_away_is_not_offered_again(user: User, make_habit: MakeHabit) -> None:
    done, skipped, away = make_habit("x1"), make_habit("x2"), make_habit("x3")
    for habit, change in ((done, EntryChange(value_milli=1000)), (skipped, EntryChange(skipped=True))):
        record_entry(user=user, habit_id=habit.pk, day=TODAY, change=change, now=NOON)
    set_archived(user=user, habit_id=away.pk, archived=True, now=NOON - dt.timedelta(days=3))
    assert _found(user, "x") == {"Habits": ["x1", "x2", "x3"], "Pages": ["Export"]}


def test_nobody_finds_what_is_another_persons(user: User, stranger: User, make_habit: MakeHabit) -> None:
    make_habit("Secret", owner=stranger)
    assert _found(user, "secret") == {}


def test_the_page_checks_in_and_changes_colours_without_scripts(
    browser: Client, user: User, make_habit: MakeHabit
) -> None:
    habit = make_habit("Meditate")
    page = browser.get("/find/?q=medit").content.decode()
    assert f'action="/habits/{habit.pk}/entries/{TODAY}/"' in page
    fields = dict(re.findall(r'type="hidden" name="(value|next)" value="([^"]*)"', page))
    answer = browser.post(f"/habits/{habit.pk}/entries/{TODAY}/", fields)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert Entry.objects.get().value_milli == 1000
    for back, expected in (("/goals/", "/goals/"), ("https://example.org/", "/settings/")):
        answer = browser.post("/settings/theme/", {"theme": "dark", "next": back})
        assert answer.headers["Location"] == expected
    user.refresh_from_db()
    assert user.theme == "dark"
    assert browser.post("/settings/theme/", {"theme": "x"}).headers["Location"] == "/settings/"


def test_nothing_found_is_said(browser: Client) -> None:
    for path in ("/find/", "/find/options/"):
        assert "Nothing goes by that name." in browser.get(path, {"q": "zzz\0"}).content.decode()


def test_the_palette_returns_to_the_page_it_was_opened_on(browser: Client, make_habit: MakeHabit) -> None:
    make_habit()
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/habits/?tag=x"}
    content = browser.get("/find/palette/", headers=headers).content.decode()
    assert 'name="next" value="/habits/?tag=x"' in content
    assert "<html" not in content


def test_the_queries_do_not_grow_with_what_is_found(
    browser: Client, make_habit: MakeHabit, count_queries: CountQueries
) -> None:
    make_habit("a1")
    one = count_queries(lambda: browser.get("/find/?q=a"))
    for number in range(2, 12):
        make_habit(f"a{number}")
    assert count_queries(lambda: browser.get("/find/?q=a")) == one
