"""The list of habits."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client

from habits.models import Habit
from habits.services import set_archived
from habits.tests.conftest import NOON, MakeHabit
from habits.tests.views.conftest import CountQueries
from habits.views.lists import PAGE
from smarthabit.accounts.user import User

pytestmark = pytest.mark.once


def _names(page: str) -> list[str]:
    return re.findall(r'<h2><a href="/habits/\d+/" dir="auto">([^<]+)', page)


def _listed(browser: Client, address: str = "/habits/") -> list[str]:
    return _names(browser.get(address).content.decode())


def test_habits_stand_in_the_users_order(browser: Client, make_habit: MakeHabit) -> None:
    make_habit("B")
    make_habit("A")
    assert _listed(browser) == ["B", "A"]


def test_an_empty_list_offers_a_way_on(browser: Client) -> None:
    content = browser.get("/habits/").content.decode()
    assert "No habits yet" in content
    assert 'href="/habits/new/"' in content


def test_tags_and_names_narrow_the_list(browser: Client, make_habit: MakeHabit) -> None:
    make_habit("Read a book", tags=("home",))
    make_habit("Read the news", tags=("work",))
    make_habit("Run", tags=("home",))
    assert _listed(browser, "/habits/?tag=home") == ["Read a book", "Run"]
    assert _listed(browser, "/habits/?q=READ") == ["Read a book", "Read the news"]
    assert _listed(browser, "/habits/?tag=home&q=read") == ["Read a book"]
    assert "No habit found" in browser.get("/habits/?q=swim").content.decode()


def test_a_narrowed_list_is_not_sorted(browser: Client, make_habit: MakeHabit) -> None:
    make_habit("Read")
    assert "data-grip" in browser.get("/habits/").content.decode()
    assert "data-grip" not in browser.get("/habits/?q=read").content.decode()


def test_buttons_move_a_habit_up_and_down(browser: Client, make_habit: MakeHabit) -> None:
    first, _second, third = make_habit("A"), make_habit("B"), make_habit("C")
    browser.post("/habits/reorder/", {"up": third.pk})
    assert _listed(browser) == ["A", "C", "B"]
    answer = browser.post("/habits/reorder/", {"down": first.pk})
    assert answer.headers["Location"] == "/habits/?page=1"
    assert _listed(browser) == ["C", "A", "B"]


def test_the_first_habit_moves_no_further_up(browser: Client, make_habit: MakeHabit) -> None:
    first, _second = make_habit("A"), make_habit("B")
    browser.post("/habits/reorder/", {"up": first.pk})
    assert _listed(browser) == ["A", "B"]


def test_a_drag_sends_the_whole_order_and_gets_the_list(browser: Client, make_habit: MakeHabit) -> None:
    first, second = make_habit("A"), make_habit("B")
    answer = browser.post("/habits/reorder/", {"ids": [second.pk, first.pk]}, headers={"HX-Request": "true"})
    assert _names(answer.content.decode()) == ["B", "A"]
    assert "<html" not in answer.content.decode()
    moved = browser.post("/habits/reorder/", {"up": first.pk}, headers={"HX-Request": "true"})
    assert "A is now number 1 of 2." in moved.headers["HX-Trigger"]


def test_nobody_sorts_the_habits_of_somebody_else(foreign_browser: Client, make_habit: MakeHabit) -> None:
    first, second = make_habit("A"), make_habit("B")
    assert foreign_browser.post("/habits/reorder/", {"ids": [second.pk, first.pk]}).status_code == 404
    assert foreign_browser.post("/habits/reorder/", {"down": first.pk}).status_code == 404
    assert list(Habit.objects.order_by("position").values_list("name", flat=True)) == ["A", "B"]


@pytest.mark.parametrize("what", ["up", "down", "ids"])
@pytest.mark.parametrize("text", ["9" * 5000, "9" * 30, "-1", "²", "x"])
def test_what_cannot_be_a_habit_moves_nothing(browser: Client, make_habit: MakeHabit, what: str, text: str) -> None:
    make_habit("A"), make_habit("B")
    assert browser.post("/habits/reorder/", {what: text}, headers={"HX-Request": "true"}).status_code == 200
    assert _listed(browser) == ["A", "B"]


def test_archived_habits_have_a_list_of_their_own(browser: Client, user: User, make_habit: MakeHabit) -> None:
    away = make_habit("Old")
    make_habit("New")
    set_archived(user=user, habit_id=away.pk, archived=True, now=NOON)
    assert _listed(browser) == ["New"]
    assert _listed(browser, "/habits/archived/") == ["Old"]


def test_a_long_list_has_pages(browser: Client, make_habit: MakeHabit) -> None:
    for number in range(PAGE + 1):
        make_habit(f"Habit {number}")
    assert len(_listed(browser)) == PAGE
    assert _listed(browser, "/habits/?page=2") == [f"Habit {PAGE}"]
    assert len(_listed(browser, "/habits/?page=nonsense")) == PAGE
    assert browser.get("/habits/?page=9").headers["Location"] == "/habits/?"


def test_the_number_of_queries_does_not_grow_with_the_list(
    browser: Client, make_habit: MakeHabit, count_queries: CountQueries
) -> None:
    for number in range(3):
        make_habit(f"Habit {number}", tags=("a", f"tag {number}"))
    few = count_queries(lambda: browser.get("/habits/"))
    for number in range(3, 20):
        make_habit(f"Habit {number}", tags=("a", f"tag {number}"), started_on=dt.date(2025, 1, 1))
    assert count_queries(lambda: browser.get("/habits/")) == few


def test_somebody_else_sees_none_of_it(foreign_browser: Client, make_habit: MakeHabit) -> None:
    make_habit("Secret", tags=("private",))
    content = foreign_browser.get("/habits/").content.decode()
    assert "Secret" not in content
    assert "private" not in content
