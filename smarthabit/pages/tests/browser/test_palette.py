"""The palette in a browser: keys, reading it aloud, and its off switch."""

from __future__ import annotations

import re
from typing import Literal

import pytest
from playwright.sync_api import expect

from smarthabit.testing.browser import Pages, accessibility_faults
from smarthabit.testing.site import Site
from smarthabit.testing.some_habits import SETUP

pytestmark = pytest.mark.browser


def test_keys_lead_anywhere_and_check_in(pages: Pages, site: Site) -> None:
    page = pages.open("/habits/", session=site.sign_in("palette@example.org", setup=SETUP))
    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox", name="Find or do")
    expect(field).to_be_focused()
    page.keyboard.type("medit")
    chosen = page.get_by_role("option", selected=True)
    expect(page.get_by_role("option")).to_have_count(2)
    expect(chosen).to_have_text("Meditate")
    page.keyboard.press("ArrowDown")
    expect(chosen).to_have_text("Check in: Meditate")
    expect(field).to_have_attribute("aria-activedescendant", re.compile("^found-"))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Meditate: done")).to_be_visible()
    expect(page).to_have_url(re.compile("/habits/$"))
    page.keyboard.press("Control+k")
    expect(field).to_be_focused()
    page.keyboard.type("activ")
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Activity")


def test_escape_closes_it_and_the_switch_keeps_it_shut(pages: Pages, site: Site) -> None:
    session = site.sign_in("palette-off@example.org", setup=f"{SETUP}\nuser.shortcuts = False\nuser.save()")
    page = pages.open("/", session=session)
    page.keyboard.press("Control+k")
    page.get_by_label("Account").click()
    page.get_by_role("link", name="Find or do").click()
    expect(page.get_by_role("dialog", name="Find or do")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["dark", pytest.param("light", marks=pytest.mark.thorough)])
def test_anyone_can_use_it(pages: Pages, site: Site, scheme: Literal["light", "dark"]) -> None:
    page = pages.open("/", session=site.sign_in("palette@example.org", setup=SETUP), scheme=scheme)
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox")).to_be_focused()
    assert accessibility_faults(page) == []
    page.keyboard.type("zzz")
    expect(page.get_by_text("Nothing goes by that name.")).to_be_visible()
    assert accessibility_faults(page) == []
    page.goto("/find/?q=a")
    assert accessibility_faults(page) == []
