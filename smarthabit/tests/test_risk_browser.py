"""Risk in a real browser: it falls as another tab checks in, rises with the evening, and says why in one click."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from analytics.risk.batch import score_everyone
from analytics.risk.passing import tell_passing
from habits.services import EntryChange, EntryWrite, HabitDraft, create_habit, roll_over, write_entries
from smarthabit.accounts.user import User
from smarthabit.kernel import clock
from smarthabit.testing.browser import Pages, accessibility_faults
from smarthabit.testing.live import LiveSite, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LATE = 20_000
DAILY = {"type": "weekdays", "days": [1, 2, 3, 4, 5, 6, 7]}
MORNING = dt.datetime(2026, 3, 18, 5, 30, tzinfo=dt.UTC)
EVENING = MORNING.replace(hour=22)


@pytest.fixture
def opened(_chromium: Browser, live_site: LiveSite) -> Iterator[Pages]:
    with Pages(_chromium, live_site.origin) as pages:
        yield pages


@pytest.fixture
def someone() -> User:
    """Somebody who stretched at eight for weeks, and has missed the last five days."""
    clock.shift(MORNING - clock.now())
    user = User.objects.create_user("risk@example.org", None, onboarded_at=MORNING)
    habit = create_habit(
        user=user,
        draft=HabitDraft("Stretch", DAILY, 1000, started_on=day_before(60), freezes=False, cue="after the shower"),
        now=MORNING,
    )
    writes = [
        EntryWrite(habit.pk, day, EntryChange(1000, performed_at=dt.datetime.combine(day, dt.time(8), dt.UTC)))
        for back in range(1, 60)
        if back > 5
        for day in [day_before(back)]
    ]
    write_entries(user=user, writes=writes, now=MORNING)
    roll_over(MORNING)
    score_everyone(MORNING)
    return user


def day_before(days: int) -> dt.date:
    return MORNING.date() - dt.timedelta(days=days)


def signed_in(pages: Pages, user: User, **options: Any) -> BrowserContext:
    """A profile of the user's. The test's own server has no files of the page: they are handed in here."""
    profile = pages.context(session=sign_in(user), **options)
    profile.route("**/static/**", _static)
    return profile


def _static(route: Route) -> None:
    found = finders.find(urlsplit(route.request.url).path.removeprefix("/static/"))
    assert isinstance(found, str)
    route.fulfill(path=found)


def listening(page: Page, path: str) -> Page:
    with page.expect_websocket() as opened:
        page.goto(path)
    opened.value.wait_for_event("framereceived")
    return page


def chance(page: Page) -> int:
    """The chance of the only habit on the board, in per cent."""
    found = re.search(r"(\d+)%", page.locator(".save__chance").inner_text())
    assert found
    return int(found[1])


def test_risk_falls_as_another_tab_checks_in_and_rises_with_the_evening(opened: Pages, someone: User) -> None:
    profile = signed_in(opened, someone)
    today, board = listening(profile.new_page(), "/"), listening(profile.new_page(), "/risk/")
    expect(board.locator(".save__chance")).to_have_text("After a break, any day is a good one to begin again.")
    expect(today.locator("a.risk")).to_have_text("Fresh start")
    yesterday = profile.new_page()
    yesterday.goto(f"/day/{day_before(1)}/")
    yesterday.locator("button.check").first.click()
    expect(today.locator("a.risk")).to_have_text(re.compile("On track|Slipping"), timeout=LATE)
    expect(board.locator(".save__chance")).to_contain_text("%", timeout=LATE)
    morning = chance(board)
    assert morning >= 50
    clock.shift(dt.timedelta(0))
    clock.shift(EVENING - clock.now())
    assert tell_passing(clock.now(), minutes=17 * 60) == 1
    expect(today.locator("a.risk")).to_have_text(re.compile("Slipping|At risk"), timeout=LATE)
    expect(board.locator(".save__chance")).not_to_contain_text(f"{morning}%", timeout=LATE)
    assert chance(board) < morning
    expect(today.locator(".notice")).to_contain_text("Stretch is still open today", timeout=LATE)
    today.locator(".notice button").click()
    expect(today.locator(".notice")).to_have_count(0)
    today.locator("button.check").first.click()
    expect(today.locator("a.risk")).to_have_count(0)
    expect(board.locator(".empty")).to_be_visible(timeout=LATE)


@pytest.mark.parametrize(
    ("size", "scheme"), [("phone", "dark"), pytest.param("desktop", "light", marks=pytest.mark.thorough)]
)
def test_why_is_one_click_or_one_key_away(opened: Pages, someone: User, size: str, scheme: str) -> None:
    page = signed_in(opened, someone, size=size, scheme=scheme).new_page()
    page.goto("/")
    page.locator("a.risk").click()
    sheet = page.locator("#sheet")
    expect(sheet.get_by_role("listitem")).to_have_count(2)
    expect(sheet).to_contain_text("Rests on 60 days.")
    assert accessibility_faults(page) == []
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    page.keyboard.press("j")
    page.keyboard.press("w")
    expect(sheet).to_be_visible()
    for path in ("/risk/", "/risk/record/"):
        page.goto(path)
        assert accessibility_faults(page) == []
