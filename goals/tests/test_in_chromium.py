"""Goals in a real browser: a check-in in one tab moves the goal in another."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from smarthabit.testing.browser import accessibility_faults

if TYPE_CHECKING:
    from smarthabit.testing.browser import Pages
    from smarthabit.testing.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SETUP = """
from goals.services import GoalDraft, create_goal
from habits.services import HabitDraft, create_habit
daily = {"type": "weekdays", "days": [1, 2, 3, 4, 5, 6, 7]}
habit = create_habit(user=user, draft=HabitDraft("Stretch", daily, 1000), now=clock.now())
links = ((habit.pk, 1000),)
create_goal(user=user, draft=GoalDraft("Bend", "count", 10_000, habits=links), now=clock.now())
"""


def test_a_goal_moves_in_a_second_tab_when_its_habit_is_checked(site: Site, pages: Pages) -> None:
    session = site.sign_in("goals@example.org", setup=SETUP)
    first = pages.open("/goals/", session=session)
    first.get_by_role("link", name="Bend").click()
    amount = first.locator(".goal__amount")
    expect(amount).to_have_text("0")
    expect(first.locator("[data-live-status]")).to_be_hidden()
    assert accessibility_faults(first) == []
    second = pages.open("/", session=session)
    second.get_by_role("button", name=re.compile("Stretch")).first.click()
    expect(amount).to_have_text("1", timeout=10_000)
    expect(first.locator(".lines").last).to_contain_text("1 time", timeout=10_000)


def test_a_goal_is_set_from_a_habits_page_in_three_presses(site: Site, pages: Pages) -> None:
    session = site.sign_in("three@example.org", setup=SETUP)
    page = pages.open("/habits/", session=session, size="phone", scheme="dark")
    page.get_by_role("link", name="Stretch").click()
    page.get_by_role("link", name="Set a goal").click()
    assert accessibility_faults(page) == []
    page.get_by_role("button", name="7 days in a row").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Stretch: 7 days in a row")
    assert accessibility_faults(page) == []
