"""The list of what happened, in a browser."""

from __future__ import annotations

from typing import Literal

import pytest
from playwright.sync_api import expect

from smarthabit.testing.browser import Pages, accessibility_faults
from smarthabit.testing.site import Site
from smarthabit.testing.some_habits import SETUP

pytestmark = pytest.mark.browser


def test_a_change_is_told_at_once_and_taken_back(pages: Pages, site: Site) -> None:
    session = site.sign_in("activity@example.org", setup=SETUP)
    context = pages.context(session=session)
    list_, today = context.new_page(), context.new_page()
    list_.goto("/activity/")
    today.goto("/")
    today.get_by_role("button", name="Meditate, open").click()
    first = list_.locator(".act").first
    expect(first).to_contain_text("Meditate")
    expect(list_.locator(".act").nth(1)).to_contain_text(" · ")  # said today of another day
    expect(first).to_contain_text("done")
    list_.bring_to_front()
    first.get_by_role("button", name="Undo").click()
    expect(list_.locator("[data-toast]")).to_contain_text("Taken back.")
    expect(list_.locator("#activity a").first).to_be_focused()
    today.bring_to_front()
    expect(today.get_by_role("button", name="Meditate, open")).to_be_visible()


@pytest.mark.parametrize("scheme", ["dark", pytest.param("light", marks=pytest.mark.thorough)])
def test_anyone_can_use_it(pages: Pages, site: Site, scheme: Literal["light", "dark"]) -> None:
    session = site.sign_in("activity@example.org", setup=SETUP)
    page = pages.open("/activity/", session=session, scheme=scheme, size="phone")
    page.get_by_role("link", name="Older").click()
    expect(page.get_by_role("link", name="Newest")).to_be_visible()
    assert accessibility_faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
