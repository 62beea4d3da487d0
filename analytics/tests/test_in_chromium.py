"""Insights in a real browser: charts that move in another tab, and a review in four presses."""

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
import datetime as dt
from habits.services import HabitDraft, create_habit
daily = {"type": "weekdays", "days": [1, 2, 3, 4, 5, 6, 7]}
began = clock.now().date() - dt.timedelta(days=30)
create_habit(user=user, draft=HabitDraft("Stretch", daily, 1000, started_on=began), now=clock.now())
"""


def test_every_open_chart_moves_when_a_habit_is_checked_in_another_tab(site: Site, pages: Pages) -> None:
    session = site.sign_in("charts@example.org", setup=SETUP)
    insights = pages.open("/insights/?window=7", session=session)
    expect(insights.locator("[data-live-status]")).to_be_hidden()
    expect(insights.get_by_role("img", name="Everything done on 0 of")).to_be_visible()
    line = insights.locator(".trend__line--open").first
    before = line.get_attribute("d")
    assert accessibility_faults(insights) == []
    tables = insights.locator("details:has(table)")
    tables.nth(1).locator("summary").click()
    habit = pages.open("/habits/", session=session)
    habit.get_by_role("link", name="Stretch").click()
    habit.get_by_role("link", name="Insights").last.click()
    expect(habit.locator("[data-live-status]")).to_be_hidden()
    assert accessibility_faults(habit) == []
    today = pages.open("/", session=session)
    today.get_by_role("button", name=re.compile("Stretch")).first.click()
    expect(insights.get_by_role("img", name="Everything done on 1 of")).to_be_visible(timeout=10_000)
    expect(line).not_to_have_attribute("d", before or "")
    assert [table.get_attribute("open") is not None for table in tables.all()[:3]] == [False, True, False]
    expect(habit.get_by_role("img", name="Done on 1 of")).to_be_visible(timeout=10_000)


def test_a_week_is_looked_back_on_in_four_presses(site: Site, pages: Pages) -> None:
    session = site.sign_in("week@example.org", setup=SETUP)
    page = pages.open("/insights/reviews/", session=session, size="phone", scheme="dark", java_script_enabled=False)
    page.get_by_role("link", name="Look back on it").click()
    page.get_by_label("What went well?").fill("The sun")
    for _ in range(3):
        page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Finish").click()
    expect(page.get_by_text("The sun")).to_be_visible()
    read = pages.open("/insights/reviews/", session=session)
    assert accessibility_faults(read) == []
    read.locator(".card a").click()
    expect(read.get_by_text("The sun")).to_be_visible()
    assert accessibility_faults(read) == []
    read.get_by_role("link", name="Change One change").click()
    assert accessibility_faults(read) == []
