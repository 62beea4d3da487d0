"""A feed in a real browser: made, read by a program, revoked, and read no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from smarthabit.testing.browser import accessibility_faults
from smarthabit.testing.some_habits import SETUP

if TYPE_CHECKING:
    from smarthabit.testing.browser import Pages
    from smarthabit.testing.site import Site

pytestmark = pytest.mark.browser


def test_a_feed_is_made_read_and_revoked(pages: Pages, site: Site) -> None:
    session = site.sign_in("feeds@example.org", setup=SETUP)
    context = pages.context(session=session, size="phone", scheme="dark")
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto("/settings/")
    page.get_by_role("link", name="Calendar feeds").click()
    page.get_by_label("Name").fill("Telephone")
    page.get_by_role("button", name="Add a feed").click()
    address = page.locator("#address").inner_text()
    assert address.startswith(f"{site.url}/feeds/")
    assert accessibility_faults(page) == []
    page.get_by_role("button", name="Copy the address").click()
    expect(page.get_by_text("Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == address
    program = pages.context().request  # with no cookie
    assert program.get(address).text().startswith("BEGIN:VCALENDAR")
    page.goto("/settings/feeds/")
    expect(page.get_by_text("last read")).to_be_visible()
    page.get_by_role("link", name="Revoke Telephone").click()
    assert accessibility_faults(page) == []
    page.get_by_role("dialog").get_by_role("button", name="Revoke it").click()
    expect(page.get_by_text("“Telephone” is revoked.")).to_be_visible()
    assert program.get(address).status == 404
    assert address.rpartition("/")[2] not in site.log()
    assert "/feeds/..." in site.log()
