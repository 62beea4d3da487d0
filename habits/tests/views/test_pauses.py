"""Pausing on the pages."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from habits.models import Pause
from habits.services import add_pause
from habits.tests.conftest import NOON, MakeHabit
from smarthabit.accounts.user import User

pytestmark = pytest.mark.once


def test_the_form_pauses_everything_from_today_as_it_stands(browser: Client) -> None:
    assert 'value="2026-03-18"' in browser.get("/habits/pauses/").content.decode()
    browser.post("/habits/pauses/", {"starts_on": "2026-03-18"})
    pause = Pause.objects.get()
    assert (pause.habit_id, pause.starts_on, pause.ends_on) == (None, dt.date(2026, 3, 18), None)


def test_a_habit_is_paused_on_its_own_page(browser: Client, make_habit: MakeHabit) -> None:
    habit = make_habit()
    fields = {"starts_on": "2026-03-20", "ends_on": "2026-03-22", "reason": "knee"}
    assert browser.post(f"/habits/{habit.pk}/pauses/", fields).headers["Location"] == f"/habits/{habit.pk}/"
    pause = Pause.objects.get()
    assert (pause.habit_id, pause.ends_on, pause.reason) == (habit.pk, dt.date(2026, 3, 22), "knee")


def test_a_pause_that_ends_before_it_starts_is_refused_at_its_field(browser: Client, make_habit: MakeHabit) -> None:
    habit = make_habit()
    fields = {"starts_on": "2026-03-20", "ends_on": "2026-03-19", "reason": "kept words"}
    for address in ("/habits/pauses/", f"/habits/{habit.pk}/pauses/"):
        answer = browser.post(address, fields)
        assert answer.status_code == 422
        assert "The last day comes before the first." in answer.content.decode()
        assert "kept words" in answer.content.decode()
    assert not Pause.objects.exists()


def test_coming_back_ends_the_pause_yesterday(browser: Client, user: User) -> None:
    pause = add_pause(user=user, now=NOON, starts_on=dt.date(2026, 3, 10))
    browser.post(f"/habits/pauses/{pause.pk}/end/")
    pause.refresh_from_db()
    assert pause.ends_on == dt.date(2026, 3, 17)


def test_a_pause_can_be_removed(browser: Client, user: User) -> None:
    pause = add_pause(user=user, now=NOON, starts_on=dt.date(2026, 3, 10))
    browser.post(f"/habits/pauses/{pause.pk}/remove/")
    assert not Pause.objects.exists()


def test_nobody_touches_the_pauses_of_somebody_else(foreign_browser: Client, user: User) -> None:
    pause = add_pause(user=user, now=NOON, starts_on=dt.date(2026, 3, 10), reason="mine")
    assert foreign_browser.post(f"/habits/pauses/{pause.pk}/end/").status_code == 404
    assert foreign_browser.post(f"/habits/pauses/{pause.pk}/remove/").status_code == 404
    assert "mine" not in foreign_browser.get("/habits/pauses/").content.decode()
    assert Pause.objects.filter(ends_on=None).exists()
