"""Two tabs of one person, in a real browser, on the real product."""

from __future__ import annotations

import signal
import time

import pytest
from playwright.sync_api import Page, expect

from smarthabit.testing.browser import Pages
from smarthabit.testing.site import Site
from smarthabit.testing.some_habits import SETUP

pytestmark = pytest.mark.browser

LATE = 20_000


@pytest.fixture(scope="module")
def session(site: Site) -> str:
    """The session of a person with some habits; the last test of this module ends it."""
    return site.sign_in("tabs@example.org", setup=SETUP)


@pytest.fixture
def tabs(pages: Pages, session: str) -> tuple[Page, Page]:
    """Today, open twice, both listening."""
    profile = pages.context(session=session)
    first, second = profile.new_page(), profile.new_page()
    for tab in (first, second):
        with tab.expect_websocket() as opened:
            tab.goto("/")
        opened.value.wait_for_event("framereceived")
    return first, second


def version(page: Page) -> int:
    return max(
        int(number)
        for number in page.locator("[data-version]").evaluate_all("rows => rows.map(r => r.dataset.version)")
    )


def toggle(page: Page, name: str) -> None:
    page.locator("[data-row]", has_text=name).locator("button.check").first.click()


def pressed(page: Page, name: str) -> str | None:
    return page.locator("[data-row]", has_text=name).locator("button.check").first.get_attribute("aria-pressed")


def test_a_check_in_shows_in_the_other_tab(tabs: tuple[Page, Page]) -> None:
    here, there = tabs
    before = pressed(there, "Meditate")
    after = "false" if before == "true" else "true"
    toggle(here, "Meditate")
    for tab in (here, there):
        button = tab.locator("[data-row]", has_text="Meditate").locator("button.check").first
        expect(button).to_have_attribute("aria-pressed", after, timeout=LATE)
    expect(there.locator("[data-progress-words]")).to_have_text(here.locator("[data-progress-words]").inner_text())


def test_the_other_tab_takes_no_request_of_its_own_for_a_row(tabs: tuple[Page, Page]) -> None:
    here, there = tabs
    asked: list[str] = []
    there.on("request", lambda request: asked.append(request.url))
    seen = version(there)
    toggle(here, "Meditate")
    there.wait_for_function(
        "seen => [...document.querySelectorAll('[data-version]')].some(r => Number(r.dataset.version) > seen)", arg=seen
    )
    assert not [url for url in asked if "/habits/" in url]


def test_a_tab_that_was_cut_off_catches_up_by_itself(tabs: tuple[Page, Page], site: Site, pages: Pages) -> None:
    _, there = tabs
    before = pressed(there, "Meditate")
    status = there.locator("[data-live-status]")
    there.context.set_offline(True)
    expect(status).to_have_text("Not live right now")
    site.run(
        """
from django.contrib.auth import get_user_model
from habits.models import Habit
from habits.services import EntryChange, EntryWrite, write_entries
from smarthabit.accounts.selectors import today_of
from smarthabit.kernel import clock
user = get_user_model().objects.get(email="tabs@example.org")
habit = Habit.objects.get(user=user, name="Meditate")
now = clock.now()
value = """
        + ("0" if before == "true" else "1000")
        + """
write_entries(user=user, now=now, writes=[EntryWrite(habit.pk, today_of(user, now), EntryChange(value_milli=value))])
"""
    )
    there.context.set_offline(False)
    expect(status).to_be_hidden(timeout=LATE)
    after = "false" if before == "true" else "true"
    button = there.locator("[data-row]", has_text="Meditate").locator("button.check").first
    expect(button).to_have_attribute("aria-pressed", after, timeout=30_000)
    pages.complaints.clear()  # the browser complains of the network it was denied


def test_a_restart_of_the_server_is_survived_without_a_reload(
    tabs: tuple[Page, Page], site: Site, pages: Pages
) -> None:
    here, there = tabs
    there.evaluate("window.stillHere = true")
    assert site.stop(signal.SIGTERM) == 0
    site.start()
    status = there.locator("[data-live-status]")
    expect(status).to_be_hidden(timeout=30_000)
    before = pressed(there, "Meditate")
    deadline = time.monotonic() + 40
    toggle(here, "Meditate")
    while pressed(there, "Meditate") == before and time.monotonic() < deadline:
        there.wait_for_timeout(100)
    assert pressed(there, "Meditate") != before
    assert there.evaluate("window.stillHere")
    pages.complaints.clear()  # the browser complains of sockets it could not open meanwhile


def test_signing_out_in_one_tab_leaves_nothing_to_see_in_the_other(tabs: tuple[Page, Page]) -> None:
    here, there = tabs
    here.get_by_label("Account").click()
    here.get_by_role("button", name="Sign out").click()
    expect(here.locator("[data-row]")).to_have_count(0, timeout=LATE)
    expect(there.locator("[data-row]")).to_have_count(0, timeout=LATE)
    expect(there.get_by_role("button", name="Sign out")).to_have_count(0)
