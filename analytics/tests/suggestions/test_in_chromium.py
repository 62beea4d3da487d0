"""Suggestions in a browser: applied, undone, and their effect seen, with the clock moved on by four weeks."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from smarthabit.testing.browser import Pages, accessibility_faults
from smarthabit.testing.site import Site

pytestmark = pytest.mark.browser

SETUP = """
import datetime as dt
from analytics.models import Suggestion
from analytics.suggestions.making import look
from habits.models import Habit
from habits.services import EntryChange, EntryWrite, HabitDraft, create_habit, write_entries
from smarthabit.accounts.selectors import today_of
DAY = dt.timedelta(days=1)
DAILY = {"type": "weekdays", "days": [1, 2, 3, 4, 5, 6, 7]}
def state(habit, values, until, now):
    first = until - DAY * (len(values) - 1)
    writes = [EntryWrite(habit.pk, first + DAY * n, EntryChange(value_milli=v * 1000)) for n, v in enumerate(values)]
    write_entries(user=user, writes=writes, now=now)
"""
SLIPPING = """
now, values = clock.now(), [20] * 30 + [3, 5, 4, 8, 6, 2, 9, 7, 1] * 3
today = today_of(user, now)
for name in ("Read", "Write"):
    draft = HabitDraft(name, DAILY, 20_000, unit="pages", started_on=today - DAY * len(values))
    state(create_habit(user=user, draft=draft, now=now), values, today - DAY, now)
look(user, now)
"""
FOUR_WEEKS_LATER = """
clock.shift(dt.timedelta(days=29))
now = clock.now()
today = today_of(user, now)
for row in Suggestion.objects.filter(user=user, state="accepted"):
    state(Habit.objects.get(pk=row.habit_id), [9] * 28, today - DAY, now)
look(user, now)
"""
EMAIL = "suggested@example.org"


@pytest.fixture(scope="module")
def session(site: Site) -> str:
    """A session of somebody whose two habits have become too much."""
    return site.sign_in(EMAIL, setup=SETUP + SLIPPING)


def listening(page: Page, path: str) -> Page:
    with page.expect_websocket() as opened:
        page.goto(path)
    opened.value.wait_for_event("framereceived")
    return page


def test_applied_undone_and_its_effect_seen(site: Site, pages: Pages, session: str) -> None:
    profile = pages.context(session=session)
    today, insights = listening(profile.new_page(), "/"), listening(profile.new_page(), "/insights/")
    panel = today.locator("#suggestions-today")
    open_ones = insights.locator("#suggestions-insights article")
    expect(panel).to_contain_text("Read: Ask a little less of yourself")
    expect(panel).to_contain_text("6 pages")
    expect(open_ones).to_have_count(2)
    assert accessibility_faults(today) == []
    assert accessibility_faults(insights) == []

    today.keyboard.press("a")
    expect(today.locator("[data-toast]")).to_contain_text("Applied")
    expect(panel).to_contain_text("Write: ")
    expect(today.locator("[data-row]", has_text="Read")).to_contain_text("of 6 pages")
    expect(open_ones).to_have_count(1)
    today.keyboard.press("u")
    expect(today.locator("[data-toast]", has_text="Undone")).to_be_visible()
    expect(today.locator("[data-row]", has_text="Read")).to_contain_text("of 20 pages")

    panel.get_by_role("button", name="Apply").click()
    expect(panel.locator("article")).to_have_count(0)
    expect(today.get_by_role("main")).to_be_focused()  # nothing is left where the button was
    expect(open_ones).to_have_count(0)
    site.sign_in(EMAIL, setup=SETUP + FOUR_WEEKS_LATER)
    insights.goto("/insights/suggestions/")
    effect = insights.locator("article", has_text="Write").locator(".effect").last
    expect(effect).to_contain_text("In 28 days: done on 28 days")
    expect(effect).to_contain_text(re.compile(r"More than expected without it: \+\d\.\d a week \(between \+"))
    expect(insights.locator("article", has_text="Read")).to_contain_text("Undone")
    assert accessibility_faults(insights) == []
