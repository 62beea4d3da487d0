"""Without a connection Today is there, a check-in waits on the device, and it reaches its owner's account only."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from smarthabit.testing.browser import Pages
from smarthabit.testing.site import Site
from smarthabit.testing.some_habits import SETUP

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

VALUE = """
from habits.models import Entry
from smarthabit.accounts.selectors import today_of
from smarthabit.kernel import clock
for entry in Entry.objects.filter(user__email={email!r}, habit__name="Meditate").select_related("user"):
    if entry.day == today_of(entry.user, clock.now()):
        print(entry.value_milli)
"""


def _ready(pages: Pages, session: str) -> Page:
    """Today, with the worker in charge and a copy of the page kept."""
    page = pages.context(session=session, service_workers="allow").new_page()
    page.goto("/")
    page.evaluate("navigator.serviceWorker.ready")
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    page.reload()
    page.wait_for_function("caches.match('/', {cacheName: 'today'}).then(Boolean)")
    return page


def _meditate(page: Page) -> Any:
    return page.locator("[data-row]", has_text="Meditate")


def test_a_check_in_without_a_connection_waits_and_is_sent(pages: Pages, site: Site) -> None:
    email = "offline@example.org"
    page = _ready(pages, site.sign_in(email, setup=SETUP))
    site.stop()
    _meditate(page).locator(".check").click()
    expect(_meditate(page)).to_have_class(re.compile("is-pending"))
    expect(_meditate(page)).to_contain_text("waiting to be sent")

    page.reload()
    expect(_meditate(page)).to_have_class(re.compile("is-pending"), timeout=15_000)
    expect(_meditate(page).locator(".check")).to_have_attribute("aria-pressed", "true")
    page.goto("/habits/")
    expect(page.get_by_role("heading", name="No connection")).to_be_visible()

    site.start()
    page.goto("/")
    expect(_meditate(page)).not_to_have_class(re.compile("is-pending"), timeout=30_000)
    expect(_meditate(page)).to_have_class(re.compile("is-done"))
    assert site.run(VALUE.format(email=email)) == "1000"
    pages.complaints.clear()  # a browser says on its console that there was no connection


def test_what_waits_shows_as_what_it_will_be_and_can_be_taken_back(pages: Pages, site: Site) -> None:
    page = _ready(pages, site.sign_in("offline-more@example.org", setup=SETUP))
    words = page.locator("[data-progress-words]")
    walk = page.locator("[data-row]", has_text="Walk")
    walk.get_by_role("link", name="More for").click()
    sheet = page.get_by_role("dialog")
    expect(sheet).to_be_visible()
    page.context.set_offline(True)
    sheet.get_by_label("Amount").fill("12")
    sheet.get_by_role("button", name="Save").click()
    expect(sheet).not_to_be_visible()
    expect(walk).to_have_class(re.compile("is-pending"))
    expect(walk).not_to_have_class(re.compile("is-done"))
    check = _meditate(page).locator(".check")
    for pressed, told in (("true", "^1 of "), ("false", "^0 of "), ("true", "^1 of ")):
        check.click()
        expect(check).to_have_attribute("aria-pressed", pressed)
        expect(words).to_have_text(re.compile(told))
    _meditate(page).get_by_role("link", name="More for").click()
    expect(page.locator("[data-toast]")).to_contain_text("was not saved")
    page.context.set_offline(False)
    expect(_meditate(page)).not_to_have_class(re.compile("is-pending"), timeout=30_000)
    expect(_meditate(page)).to_have_class(re.compile("is-done"))
    expect(walk.get_by_role("spinbutton")).to_have_value("12")
    pages.complaints.clear()


def test_what_one_person_left_waiting_is_not_sent_for_another(pages: Pages, site: Site) -> None:
    first, second = "left@example.org", "came@example.org"
    page = _ready(pages, site.sign_in(first, setup=SETUP))
    site.stop()
    _meditate(page).locator(".check").click()
    expect(_meditate(page)).to_have_class(re.compile("is-pending"))
    session = site.sign_in(second, setup=SETUP)
    page.context.add_cookies([{"name": "session", "value": session, "url": pages.url}])
    site.start()
    page.evaluate("dispatchEvent(new Event('online'))")  # the page of one person, the session of another
    page.wait_for_timeout(1000)
    page.goto("/")
    expect(_meditate(page)).not_to_have_class(re.compile("is-pending"))
    page.evaluate("dispatchEvent(new Event('online'))")
    page.wait_for_timeout(1000)
    assert site.run(VALUE.format(email=second)) == ""
    assert site.run(VALUE.format(email=first)) == ""

    back = site.sign_in(first)
    page.context.add_cookies([{"name": "session", "value": back, "url": pages.url}])
    page.goto("/")
    expect(_meditate(page)).to_have_class(re.compile("is-done"), timeout=30_000)
    expect(_meditate(page)).not_to_have_class(re.compile("is-pending"), timeout=30_000)
    assert site.run(VALUE.format(email=first)) == "1000"
    pages.complaints.clear()


def test_the_app_can_be_installed(pages: Pages, site: Site) -> None:
    page = pages.open("/", session=site.sign_in("install@example.org", setup=SETUP))
    told = page.evaluate("fetch(document.querySelector('link[rel=manifest]').href).then((answer) => answer.json())")
    assert {"name", "start_url", "display", "icons", "shortcuts"} <= set(told)
    for icon in told["icons"]:
        size = page.evaluate(
            "src => new Promise((done) => {const i = new Image(); i.onload = () => done(i.naturalWidth); i.src = src})",
            icon["src"],
        )
        assert icon["sizes"] in {"any", f"{size}x{size}"}
