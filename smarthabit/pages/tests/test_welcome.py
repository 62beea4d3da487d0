"""The first minute."""

from __future__ import annotations

import pytest
from django.test import Client

from habits.selectors import habit_views
from habits.tests.conftest import MakeHabit
from smarthabit.accounts.user import User
from smarthabit.kernel import clock

pytestmark = pytest.mark.once


def test_somebody_new_is_welcomed_first(browser: Client) -> None:
    assert browser.get("/").headers["Location"] == "/welcome/"


def test_the_picked_presets_are_on_the_list_at_once(browser: Client, user: User) -> None:
    answer = browser.post("/welcome/begin/", {"preset": ["read", "meditate", "no such preset"]}, follow=True)
    assert answer.redirect_chain == [("/", 302)]
    page = answer.content.decode()
    assert 'aria-label="Meditate, open"' in page
    assert len(habit_views(user, clock.now())) == 2


def test_picking_nothing_is_fine_and_the_welcome_is_over(browser: Client, user: User) -> None:
    answer = browser.post("/welcome/begin/", follow=True)
    assert "Nothing on your list yet" in answer.content.decode()
    user.refresh_from_db()
    assert user.onboarded_at is not None


def test_whoever_has_habits_goes_straight_to_them(browser: Client, make_habit: MakeHabit) -> None:
    make_habit()
    assert browser.get("/").status_code == 200
