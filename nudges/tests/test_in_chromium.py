"""Nudges in a real browser: one arrives while a page is open, is acted on, and the streak moves."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Literal

import pytest
from playwright.sync_api import Browser, CDPSession, Page, Route, expect

from smarthabit.testing.browser import Pages, accessibility_faults, whole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smarthabit.testing.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SCHEMES: tuple[Literal["light"], Literal["dark"]] = ("light", "dark")

SETUP = """
import datetime as dt
from habits.services import HabitDraft, create_habit, write_entries
from nudges.services import PreferenceChange, change_preferences
daily = {"type": "weekdays", "days": [1, 2, 3, 4, 5, 6, 7]}
now = clock.now()
started = now.date() - dt.timedelta(days=9)
habit = create_habit(user=user, draft=HabitDraft("Stretch", daily, 1000, started_on=started), now=now)
never = dt.time(3)
change_preferences(user=user, change=PreferenceChange(quiet_from=never, quiet_to=never), now=now)
"""
DUE = """
import datetime as dt
from django.contrib.auth import get_user_model
from habits.selectors import habit_views
from nudges.models import Nudge
from nudges.tasks import deliver
from smarthabit.accounts.selectors import today_of
from smarthabit.kernel import clock
user, now = get_user_model().objects.get(email={email!r}), clock.now()
habit = habit_views(user, now)[0].habit
Nudge.objects.create(
    user=user, habit=habit, day=today_of(user, now), slot=2, channel="in_app", style="plan", due_at=now,
    next_attempt_at=now, expires_at=now + dt.timedelta(hours=1), created_at=now, message_key="one",
    why=[{{"code": "usual_window", "params": {{"start": 1020, "end": 1200, "share": 62}}}}],
)
deliver.delay()
"""


def _due(site: Site, email: str) -> None:
    """A nudge is due; the site's own worker finds and sends it."""
    site.run(DUE.format(email=email))


def test_a_nudge_arrives_live_and_done_moves_the_streak_in_every_tab(site: Site, pages: Pages) -> None:
    session = site.sign_in("live@example.org", setup=SETUP)
    page = pages.open("/", session=session)
    other = pages.open("/habits/", session=session)
    for tab in (page, other):
        expect(tab.locator("[data-live-status]")).to_be_hidden()
    _due(site, "live@example.org")
    toast = page.locator("[data-nudge]")
    expect(toast).to_contain_text("A good moment for “Stretch”", timeout=30_000)
    expect(page.locator("#announcer")).to_contain_text("Stretch")
    expect(page.locator(".bell__count")).to_have_text("1")
    assert accessibility_faults(page) == []
    row = page.locator("[data-row]").first
    expect(row.locator(".flame")).to_have_count(0)
    toast.get_by_role("button", name="Done").click()
    expect(row.locator(".flame")).to_contain_text("1", timeout=10_000)
    expect(row.get_by_role("button", name=re.compile("Stretch")).first).to_have_attribute("aria-pressed", "true")
    for tab in (page, other):
        expect(tab.locator("[data-nudge]")).to_have_count(0, timeout=10_000)
        expect(tab.locator(".bell__count")).to_have_count(0)
    page.get_by_role("link", name="Nudges").click()
    expect(page.locator(".nudge")).to_contain_text("Done from here")


LINKS = """
from django.contrib.auth import get_user_model
from nudges.models import Nudge
from nudges.services.tokens import action_token, unsubscribe_token
user = get_user_model().objects.get(email="links@example.org")
print(f"action/{action_token(Nudge.objects.get(user=user).pk, 'done')}/")
print(f"unsubscribe/{unsubscribe_token(user.pk, 'in_app')}/")
"""


def test_a_link_in_a_message_asks_and_a_press_acts_for_whoever_holds_it(site: Site, pages: Pages) -> None:
    site.sign_in("links@example.org", setup=SETUP)
    _due(site, "links@example.org")
    for path, scheme, button, said in zip(
        site.run(LINKS).splitlines(), SCHEMES, ("Done", "Switch off"), ("Recorded", "In the app"), strict=True
    ):
        page = pages.open(f"/nudges/{path}", size="phone", scheme=scheme)
        assert accessibility_faults(page) == []
        page.get_by_role("button", name=button).click()
        expect(page.get_by_role("status")).to_contain_text(said)
        assert accessibility_faults(page) == []


def test_the_inbox_says_why_and_is_read_by_being_opened(site: Site, pages: Pages) -> None:
    session = site.sign_in("inbox@example.org", setup=SETUP)
    page = pages.open("/nudges/", session=session, size="phone", scheme="dark")
    expect(page.get_by_text("Nothing yet")).to_be_visible()
    expect(page.locator("[data-live-status]")).to_be_hidden()
    _due(site, "inbox@example.org")
    nudge = page.locator(".nudge")
    expect(nudge).to_contain_text("Stretch", timeout=30_000)
    nudge.get_by_text("Why this nudge?").click()
    expect(nudge).to_contain_text("62% of the days you do it")
    assert accessibility_faults(page) == []
    expect(page.locator(".bell__count")).to_have_count(0, timeout=10_000)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/snooze/", hold)  # what comes meanwhile must not take the press's answer away
    nudge.get_by_role("button", name=re.compile("Later")).click()
    page.evaluate("document.dispatchEvent(new Event('stale'))")
    page.wait_for_timeout(1500)
    held[0].continue_()
    expect(page.locator(".toast").last).to_contain_text(re.compile("in an hour|too late"))


def test_every_channel_can_be_tried_from_the_settings(site: Site, pages: Pages) -> None:
    session = site.sign_in("settings@example.org", setup=SETUP)
    phone = pages.open("/nudges/preferences/", session=session, size="phone", scheme="light")
    page = pages.open("/nudges/preferences/", session=session, size="desktop", scheme="dark")
    for tab in (phone, page):
        assert accessibility_faults(tab) == []
        expect(tab.locator("[data-live-status]")).to_be_hidden()
    page.get_by_role("button", name=re.compile("Send a test")).first.click()
    expect(page.locator("#tried-in_app")).to_contain_text("Sent.")
    for tab in (phone, page):
        expect(tab.locator("[data-nudge]")).to_contain_text("A test from SmartHabit", timeout=10_000)
    page.get_by_role("button", name="Close").click()
    expect(page.locator("[data-nudge]")).to_have_count(0)
    expect(phone.locator("[data-nudge]")).to_have_count(1)
    page.goto("/nudges/times/")
    assert accessibility_faults(page) == []


# --- Web Push -------------------------------------------------------------------------------------------------------

CHECKED_IN = """
import datetime as dt
from habits.selectors import habit_views
from habits.services import EntryChange, HabitDraft, create_habit, record_entry
daily = {"type": "weekdays", "days": [1, 2, 3, 4, 5, 6, 7]}
now = clock.now()
for number in range(3):
    habit = create_habit(user=user, draft=HabitDraft(f"Habit {number}", daily, 1000), now=now)
    record_entry(user=user, habit_id=habit.pk, day=now.date(), change=EntryChange(value_milli=1000), now=now)
"""
# The push service of a real browser is a machine of its vendor: what it would answer is put in its place.
SUBSCRIBES = """
if (window.PushManager && crypto.subtle) {  // not on the empty page a tab begins with
  const raw = crypto.subtle.generateKey({name: "ECDH", namedCurve: "P-256"}, true, ["deriveBits"])
    .then((pair) => crypto.subtle.exportKey("raw", pair.publicKey));
  PushManager.prototype.subscribe = async function (options) {
    window.asked = options;
    const keys = {p256dh: await raw, auth: new Uint8Array(16).buffer};
    return {endpoint: "https://push.example.org/browser", getKey: (name) => keys[name]};
  };
  Notification.requestPermission = async () => "granted";
}
"""


def _worker(page: Page) -> tuple[CDPSession, str]:
    """The debugger, and the page's service worker as it knows it."""
    session = page.context.new_cdp_session(page)
    found: list[dict[str, Any]] = []
    session.on("ServiceWorker.workerRegistrationUpdated", lambda told: found.extend(told["registrations"]))
    session.send("ServiceWorker.enable")
    page.wait_for_timeout(200)
    return session, str(found[-1]["registrationId"])


@pytest.fixture
def whole_pages(_chromium: Browser, site: Site) -> Iterator[Pages]:
    """Pages of a browser that shows notifications."""
    with whole(_chromium) as browser, Pages(browser, site.url) as opened:
        yield opened


def test_a_device_is_allowed_by_a_press_and_shows_what_is_pushed(site: Site, whole_pages: Pages) -> None:
    session = site.sign_in("push@example.org", setup=CHECKED_IN)
    context = whole_pages.context(session=session, permissions=["notifications"], service_workers="allow")
    context.add_init_script(SUBSCRIBES)
    page = context.new_page()
    page.goto("/nudges/preferences/")
    assert page.evaluate("window.asked === undefined")
    page.get_by_role("button", name="Allow on this device").click()
    expect(page.locator("#devices")).to_contain_text("Nudges reach you on this device now.")
    expect(page.locator("#devices li")).to_have_count(1)
    assert page.evaluate("window.asked.userVisibleOnly") is True
    assert accessibility_faults(page) == []
    debugger, registration = _worker(page)
    told: dict[str, Any] = {
        "title": "<b>Stretch</b>",
        "body": "A good moment.",
        "tag": "t",
        "url": f"{site.url}/nudges/",
        "actions": [{"action": "done", "title": "Done", "url": f"{site.url}/nudges/action/x/"}],
    }
    debugger.send(
        "ServiceWorker.deliverPushMessage",
        {"origin": site.url, "registrationId": registration, "data": json.dumps(told)},
    )
    shown = page.evaluate(
        """async () => {
          const registration = await navigator.serviceWorker.ready;
          for (let tries = 0; tries < 400; tries += 1) {
            const [one] = await registration.getNotifications();
            if (one) return [one.title, one.body, one.tag, one.actions.map((action) => action.action), one.data];
            await new Promise((done) => setTimeout(done, 50));
          }
        }"""
    )
    assert shown[:4] == [told["title"], told["body"], "t", ["done"]]
    assert shown[4] == {"url": f"{site.url}/nudges/", "actions": {"done": f"{site.url}/nudges/action/x/"}}
