"""The pages of habits in a browser."""

from __future__ import annotations

import re
from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from smarthabit.testing.browser import Pages, accessibility_faults
from smarthabit.testing.site import Site
from smarthabit.testing.some_habits import SETUP

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def session(site: Site) -> str:
    """A session of somebody who has some habits. The tests share it and leave to the others what they count on."""
    return site.sign_in("habit-pages@example.org", setup=SETUP)


def _names(page: Page) -> list[str]:
    return page.locator(".card h2").all_inner_texts()


def test_a_habit_is_moved_by_its_buttons_and_keeps_the_focus(pages: Pages, session: str) -> None:
    page = pages.open("/habits/", session=session)
    before = _names(page)
    button = page.get_by_role("button", name=f"Move {before[0]} down")
    button.click()
    expect(page.locator(".card h2").first).to_have_text(before[1])
    expect(button).to_be_focused()


def test_a_habit_is_dragged_to_another_place(pages: Pages, session: str) -> None:
    page = pages.open("/habits/", session=session)
    before = _names(page)
    grip = page.locator("[data-grip]").first
    target = page.locator(".card").nth(2).bounding_box()
    assert target is not None
    grip.hover()
    page.mouse.down()
    page.mouse.move(target["x"] + 200, target["y"] + target["height"] - 10, steps=8)
    with page.expect_response(re.compile("reorder")):
        page.mouse.up()
    expect(page.locator(".card h2").nth(2)).to_have_text(before[0])
    page.reload()
    assert _names(page)[:3] == [before[1], before[2], before[0]]


def test_slash_finds_a_habit_by_name(pages: Pages, session: str) -> None:
    page = pages.open("/habits/", session=session)
    page.keyboard.press("/")
    page.keyboard.type("walk")
    page.keyboard.press("Enter")
    expect(page.locator(".card h2")).to_have_text(["Walk"])


def test_a_habit_of_ones_own_in_one_form(pages: Pages, session: str) -> None:
    page = pages.open("/habits/new/", session=session)
    page.get_by_label("Name").fill("Swim")
    page.get_by_role("radio", name="An amount").check()
    page.get_by_label("How much").fill("3")
    page.get_by_label("Unit").fill("km")
    page.get_by_role("radio", name="Some days a week").check()
    page.get_by_label("Count the amount over the whole period").check()
    expect(page.locator("#in-words")).to_contain_text("3 km a week")
    page.get_by_role("button", name="Create the habit").click()
    expect(page.locator("[data-row]", has_text="Swim")).to_be_visible()


def test_only_the_fields_of_the_chosen_rhythm_are_shown(pages: Pages, session: str) -> None:
    page = pages.open("/habits/new/", session=session)
    expect(page.get_by_label("Days a week", exact=True)).to_be_hidden()
    page.get_by_role("radio", name="Some days a week").check()
    expect(page.get_by_label("Days a week", exact=True)).to_be_visible()
    page.get_by_role("radio", name="Every few days").check()
    expect(page.get_by_label("Days a week", exact=True)).to_be_hidden()
    expect(page.get_by_label("Every how many days")).to_be_visible()


def test_the_schedule_editor_works_without_scripts(pages: Pages, session: str) -> None:
    page = pages.open("/habits/new/", session=session, java_script_enabled=False)
    page.get_by_label("Name").fill("Piano")
    page.get_by_role("radio", name="On certain weekdays").check()
    page.get_by_role("checkbox", name="Tue").check()
    page.get_by_role("button", name="Create the habit").click()
    page.goto("/habits/")
    expect(page.locator(".card", has_text="Piano")).to_contain_text("On Tuesday")


def test_everything_is_paused_in_three_presses(pages: Pages, site: Site) -> None:
    page = pages.open("/", session=site.sign_in("paused@example.org", setup=SETUP))
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Habits").click()
    page.get_by_role("link", name="Pause").click()
    page.get_by_role("button", name="Pause everything").click()
    expect(page.get_by_role("button", name="End it today")).to_be_visible()


def test_a_past_day_is_changed_from_the_history(pages: Pages, session: str) -> None:
    page = pages.open("/habits/", session=session)
    page.get_by_role("link", name="Meditate").click()
    page.locator(".history tbody tr").first.get_by_role("link", name="Change").click()
    page.get_by_role("button", name="Done", exact=True).click()
    expect(page).to_have_url(re.compile(r"/habits/\d+/\?month="))
    expect(page.locator(".history tbody tr").first).to_contain_text("done")


@pytest.mark.parametrize(
    ("scheme", "size"), [("light", "phone"), pytest.param("dark", "desktop", marks=pytest.mark.thorough)]
)
def test_anyone_can_use_the_pages(
    pages: Pages, session: str, scheme: Literal["light", "dark"], size: Literal["phone", "desktop"]
) -> None:
    page = pages.open("/habits/", session=session, scheme=scheme, size=size)
    habit = page.locator(".card h2 a").first.get_attribute("href")
    assert accessibility_faults(page) == []
    addresses = ["/habits/archived/", "/habits/new/", "/habits/pauses/"]
    for path in [*addresses, *(f"{habit}{part}" for part in ("", "edit/", "delete/", "entries/2026-03-01/"))]:
        page.goto(path)
        assert accessibility_faults(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_right_to_left_the_pages_mirror(pages: Pages, site: Site) -> None:
    session = site.sign_in("rtl@example.org", setup=f"{SETUP}\nuser.language = 'ar'\nuser.save()")
    page = pages.open("/", session=session)
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    check = page.locator(".row .check").first.bounding_box()
    more = page.locator(".row .row__more").first.bounding_box()
    assert check is not None
    assert more is not None
    assert check["x"] > more["x"]
    assert accessibility_faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
