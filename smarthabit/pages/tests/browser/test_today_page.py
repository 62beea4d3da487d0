"""Today in a browser: presses, amounts, undo, keys."""

from __future__ import annotations

import re
from typing import Literal

import pytest
from playwright.sync_api import Locator, Page, expect

from smarthabit.testing.browser import Pages, accessibility_faults
from smarthabit.testing.site import Site
from smarthabit.testing.some_habits import SETUP

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def session(site: Site) -> str:
    """A session of somebody who has some habits; each test takes one of its own, or leaves it as it was."""
    return site.sign_in("today-page@example.org", setup=SETUP)


@pytest.fixture
def today(pages: Pages, session: str) -> Page:
    """Today."""
    return pages.open("/", session=session)


def _row(page: Page, name: str) -> Locator:
    return page.locator("[data-row]", has_text=name)


def test_one_press_checks_in_and_another_undoes_it(today: Page) -> None:
    check = _row(today, "Meditate").get_by_role("button", name="Meditate, ")
    expect(check).to_have_attribute("aria-pressed", "false")
    check.click()
    expect(check).to_have_attribute("aria-pressed", "true")
    expect(check).to_be_focused()
    expect(today.locator("[data-progress-words]")).to_have_text(re.compile("^1 of "))
    expect(today.get_by_role("status").filter(has_text="Meditate: done")).to_have_count(1)
    today.get_by_role("button", name="Undo").click()
    expect(check).to_have_attribute("aria-pressed", "false")
    expect(today.locator("[data-progress-words]")).to_have_text(re.compile("^0 of "))


def test_presses_in_a_row_all_count(today: Page) -> None:
    row = _row(today, "Run")
    amount = row.get_by_role("spinbutton")
    for _ in range(5):
        row.locator(".check").click()
    expect(amount).to_have_value("5")
    expect(today.locator("[data-toast]")).to_contain_text("Run: 5 km")
    today.reload()
    expect(_row(today, "Run").get_by_role("spinbutton")).to_have_value("5")


def test_an_exact_amount_is_typed_and_entered(today: Page) -> None:
    amount = _row(today, "Walk").get_by_role("spinbutton")
    writes: list[str] = []
    today.on("request", lambda sent: writes.append(sent.url) if sent.method == "POST" else None)
    amount.fill("32.5")
    amount.press("Enter")
    expect(_row(today, "Walk")).to_have_class(re.compile("is-done"))
    assert len(writes) == 1


def test_a_skip_takes_two_presses_and_keeps_its_reason(today: Page) -> None:
    row = _row(today, "Read")
    row.get_by_role("link", name="More for").click()
    sheet = today.get_by_role("dialog")
    sheet.get_by_label("Note").fill("ill")
    sheet.get_by_role("button", name="Skip").click()
    expect(sheet).not_to_be_visible()
    expect(row).to_have_class(re.compile("is-skipped"))
    expect(row).to_contain_text("ill")


def test_a_note_is_not_lost_by_a_press_beside_the_sheet_nor_is_the_focus(today: Page) -> None:
    opener = _row(today, "Meditate").get_by_role("link", name="More for")
    opener.click()
    sheet = today.get_by_role("dialog")
    sheet.get_by_label("Note").fill("half a thought")
    box = sheet.bounding_box()
    assert box is not None
    today.mouse.click(box["x"] + 8, box["y"] + box["height"] / 2)
    expect(sheet).to_be_visible()
    today.mouse.click(box["x"] - 20, box["y"] + box["height"] / 2)
    expect(sheet).not_to_be_visible()
    opener.click()
    expect(sheet.get_by_label("Note")).to_have_value("half a thought")
    sheet.get_by_role("button", name="Save the note").click()
    expect(_row(today, "Meditate")).to_contain_text("half a thought")
    expect(opener).to_be_focused()
    today.get_by_role("button", name="Undo").press("Enter")
    expect(_row(today, "Meditate")).not_to_contain_text("half a thought")
    expect(_row(today, "Meditate").locator(".check")).to_be_focused()


def test_a_list_left_open_into_the_next_day_is_asked_for_again_or_says_that_it_is_old(
    pages: Pages, session: str
) -> None:
    page = pages.context(session=session).new_page()
    page.clock.install()
    page.goto("/")
    old = page.get_by_text("A new day has begun.")
    expect(old).not_to_be_visible()
    with page.expect_navigation():
        page.clock.fast_forward("25:00:00")
    page.clock.run_for(20_000)
    expect(old).to_be_visible()  # the server's clock has not moved: there is no newer list


def test_a_toast_stays_while_it_is_looked_at_and_goes_after_eight_seconds(today: Page) -> None:
    today.clock.install()
    _row(today, "No smoking").locator(".check").click()
    toast = today.locator("[data-toast]")
    toast.hover()
    today.clock.run_for(20_000)
    expect(toast).to_be_visible()
    today.mouse.move(5, 300)
    today.clock.run_for(8_100)
    expect(toast).to_have_count(0)


def test_the_whole_day_by_keys(pages: Pages, site: Site) -> None:
    today = pages.open("/", session=site.sign_in("by-keys@example.org", setup=SETUP))
    for key in ("j", "x"):
        today.keyboard.press(key)
    first = _row(today, "Meditate").locator(".check")
    expect(first).to_have_attribute("aria-pressed", "true")
    expect(today.get_by_role("button", name="Undo")).to_be_visible()
    today.keyboard.press("u")
    expect(first).to_have_attribute("aria-pressed", "false")
    for key in ("j", "+", "+", "-"):
        today.keyboard.press(key)
    expect(today.locator("[data-toast]")).to_contain_text("Walk: 1 min")
    today.keyboard.press("n")
    expect(today.get_by_role("dialog").get_by_label("Note")).to_be_focused()
    today.keyboard.press("Escape")
    today.keyboard.press("?")
    expect(today.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    today.keyboard.press("Escape")
    today.keyboard.press("[")
    expect(today.get_by_role("heading", level=1)).to_have_text("Yesterday")
    today.keyboard.press("]")
    expect(today.get_by_role("heading", level=1)).to_have_text("Today")
    today.keyboard.press("g")
    today.keyboard.press("h")
    expect(today).to_have_url(re.compile("/habits/$"))
    today.keyboard.press("g")
    today.keyboard.press("g")
    today.keyboard.press("t")
    expect(today.get_by_role("heading", level=1)).to_have_text("Today")
    today.keyboard.press("/")
    expect(today.get_by_role("searchbox")).to_be_focused()


def test_keys_can_be_switched_off(pages: Pages, site: Site) -> None:
    session = site.sign_in("no-keys@example.org", setup=f"{SETUP}\nuser.shortcuts = False\nuser.save()")
    page = pages.open("/", session=session)
    page.keyboard.press("c")
    page.keyboard.press("?")
    expect(page.get_by_role("heading", level=1)).to_have_text("Today")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_everything_works_without_scripts(pages: Pages, site: Site) -> None:
    session = site.sign_in("no-scripts@example.org", setup=SETUP)
    page = pages.open("/", session=session, java_script_enabled=False)
    page.get_by_role("button", name="Meditate, open").click()
    expect(page.get_by_role("button", name="Meditate, done")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Walk, open: add 1").click()
    expect(_row(page, "Walk").get_by_role("spinbutton")).to_have_value("1")
    page.get_by_role("link", name="More for Walk").click()
    page.get_by_label("Amount").fill("31")
    page.get_by_role("button", name="Save").click()
    expect(_row(page, "Walk").get_by_role("spinbutton")).to_have_value("31")
    page.get_by_role("link", name="The day before").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Yesterday")


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.thorough)])
def test_anyone_can_use_the_pages(pages: Pages, session: str, scheme: Literal["light", "dark"]) -> None:
    page = pages.open("/", session=session, scheme=scheme, size="phone")
    for path in ("/", "/welcome/", "/day/2026-03-01/"):
        page.goto(path)
        assert accessibility_faults(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_pages_fit_into_windows_of_any_width_in_a_language_of_long_words(pages: Pages, site: Site) -> None:
    setup = f"""{SETUP}
user.language = "de"
user.save()
if not Habit.objects.filter(user=user, name__startswith="Donau").exists():
    made("Donaudampfschifffahrtsgesellschaftskapitaen" * 2)
"""
    page = pages.open("/", session=site.sign_in("widths@example.org", setup=setup))
    page.evaluate("document.querySelector('[data-live-status]').hidden = false")  # the bar at its fullest
    page.evaluate("document.querySelector('[data-live-status]').textContent = 'Gerade nicht live'")
    for path in ("/", "/habits/", "/goals/new/", "/risk/", "/nudges/preferences/"):
        if path != "/":
            page.goto(path)
        for width in (320, 768, 960, 1160):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (path, width)


def test_the_sheet_and_the_toast_can_be_used_by_anyone(today: Page) -> None:
    _row(today, "No smoking").locator(".check").click()
    expect(today.locator("[data-toast]")).to_be_visible()
    _row(today, "Walk").get_by_role("link", name="More for Walk").click()
    expect(today.get_by_role("dialog")).to_be_visible()
    assert accessibility_faults(today) == []


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.thorough)])
def test_the_front_door_can_be_used_by_anyone(pages: Pages, scheme: Literal["light", "dark"]) -> None:
    page = pages.open("/", scheme=scheme)
    expect(page.get_by_role("link", name="Create an account")).to_be_visible()
    assert accessibility_faults(page) == []


def test_what_is_asked_for_has_room_for_a_thumb(today: Page) -> None:
    small = today.evaluate(
        """() => [
            ...document.querySelectorAll("main :is(button, summary, input[type=number]), .row__more, .place")
        ].filter((shown) => {
            const box = shown.getBoundingClientRect();
            return box.width && Math.min(box.width, box.height) < 44;
        }).map((shown) => shown.outerHTML.slice(0, 100))"""
    )
    assert small == []


def test_rows_are_as_tall_as_was_agreed(today: Page, pages: Pages, site: Site) -> None:
    heights = "[...document.querySelectorAll('.row')].map((row) => Math.round(row.getBoundingClientRect().height))"
    assert set(today.evaluate(heights)) <= {56, 57}
    session = site.sign_in("compact@example.org", setup=f"{SETUP}\nuser.compact = True\nuser.save()")
    assert set(pages.open("/", session=session).evaluate(heights)) <= {44, 45}
