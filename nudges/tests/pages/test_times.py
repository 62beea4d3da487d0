"""Best times: what was learned about a habit, in words and a chart."""

from __future__ import annotations

import pytest
from django.test import Client

from nudges.domain import state
from nudges.models import NudgeMemory
from nudges.tests.conftest import MakeHabit
from nudges.tests.pages.visits import learned, visit
from smarthabit.accounts.user import User

pytestmark = pytest.mark.once


def test_what_was_learned_is_a_sentence_a_chart_and_a_table(browser: Client, user: User, make_habit: MakeHabit) -> None:
    assert "Nothing learned yet" in visit(browser, "times/")
    habit = make_habit()
    learned(user, habit)
    make_habit("Run")
    page = visit(browser, "times/")
    assert "most often from 5 p.m. to 8 p.m. (" in page
    assert "after a nudge you did it 7 of 11 times; when the draw said no, 2 of 9 times" in page
    assert 'role="img" aria-label="Without a nudge' in page
    assert "7 of 11</td>" in page
    assert "Run" not in page
    assert "7 of 11</td>" in visit(browser, f"times/?habit={habit.pk}")


def test_little_is_said_of_few_days(browser: Client, user: User, make_habit: MakeHabit) -> None:
    habit = make_habit()
    learned(user, habit, days=2)
    NudgeMemory.objects.update(state=state.pack(state.new_habit(4)))
    page = visit(browser, "times/")
    assert "only few of your days" in page
    assert "not known yet" in page
    NudgeMemory.objects.update(state=b"of another version")
    assert "worked out anew" in visit(browser, "times/")


def test_another_ones_habit_is_not_there(foreign_browser: Client, user: User, make_habit: MakeHabit) -> None:
    habit = make_habit()
    learned(user, habit)
    assert foreign_browser.get(f"/nudges/times/?habit={habit.pk}").status_code == 404
    assert foreign_browser.get("/nudges/times/?habit=x").status_code == 200
