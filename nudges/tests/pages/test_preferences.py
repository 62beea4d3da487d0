"""What is wanted: channels, hours, budgets, habits, devices."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.test import Client

from habits.tests.views.conftest import CountQueries
from nudges import channels
from nudges.channels.webhook import Webhook
from nudges.models import ChannelTarget, HabitPreference, PushSubscription
from nudges.selectors.preferences import preferences_of
from nudges.services import throw_kill_switch
from nudges.services.targets import set_webhook
from nudges.tests.conftest import NOON, MakeHabit
from nudges.tests.pages.visits import HTMX, visit
from nudges.tests.test_targets import KEYS
from smarthabit.accounts.user import User
from smarthabit.kernel.outbound import Policy

pytestmark = pytest.mark.once

WISHES = {"quiet_from": "21:00", "quiet_to": "08:00", "daily_budget": "1", "weekly_budget": "3", "tone": "plain"}


def test_preferences_are_shown_and_saved(browser: Client, user: User) -> None:
    page = visit(browser, "preferences/")
    assert "This server sends no mail." in page
    assert "apprise" not in page
    answer = browser.post("/nudges/preferences/", {**WISHES, "no_experiments": "on", "channels": ["pigeon"]})
    assert answer.status_code == 302
    row = preferences_of(user)
    assert (row.channels, row.daily_budget, row.weekly_budget, row.tone, row.no_experiments) == (
        [],
        1,
        3,
        "plain",
        True,
    )
    assert (row.quiet_from, row.quiet_to) == (dt.time(21), dt.time(8))
    assert "Saved." in visit(browser, "preferences/")


@pytest.mark.parametrize(
    "wrong", [{"quiet_from": "late"}, {"daily_budget": "9"}, {"tone": "rude"}, {"weekly_budget": ""}]
)
def test_what_cannot_be_saved_is_shown_where_it_was_said(browser: Client, wrong: dict[str, str]) -> None:
    answer = browser.post("/nudges/preferences/", {**WISHES, **wrong})
    assert answer.status_code == 422
    assert b"errorlist" in answer.content


def test_habits_are_set_by_themselves_and_only_those_that_changed(
    browser: Client, user: User, make_habit: MakeHabit
) -> None:
    one, two = make_habit(), make_habit("Run")
    told = {f"habit-{one.pk}-slot": "3", f"habit-{one.pk}-reminders": "fewer", f"habit-{two.pk}-reminders": "usual"}
    assert browser.post("/nudges/preferences/habits/", told).status_code == 302
    row = HabitPreference.objects.get()
    assert (row.habit_id, row.slot, row.reminders) == (one.pk, 3, "fewer")
    for wrong in ({f"habit-{one.pk}-slot": "9"}, {f"habit-{one.pk}-reminders": "always"}):
        browser.post("/nudges/preferences/habits/", {**told, **wrong})
        assert "could not be read" in visit(browser, "preferences/")
    assert 'value="3" selected' in visit(browser, "preferences/")


def test_many_habits_have_pages_and_cost_the_same(
    browser: Client, make_habit: MakeHabit, count_queries: CountQueries
) -> None:
    make_habit()
    few = count_queries(lambda: browser.get("/nudges/preferences/"))
    for number in range(26):
        make_habit(str(number))
    assert count_queries(lambda: browser.get("/nudges/preferences/")) == few
    page = visit(browser, "preferences/?page=2")
    assert page.count("-reminders") > 0
    assert "Previous" in page


def test_limits_are_not_nudged_about_so_they_are_not_listed(browser: Client, make_habit: MakeHabit) -> None:
    make_habit("Sweets", kind="limit", target_milli=0)
    assert "Habit by habit" not in visit(browser, "preferences/")
    make_habit("Read")
    page = visit(browser, "preferences/")
    assert "Read" in page
    assert "Sweets" not in page


def test_mail_says_where_it_goes_or_what_is_missing(browser: Client, user: User, settings: Any) -> None:
    settings.EMAIL_CONFIGURED = True
    assert "not confirmed yet" in visit(browser, "preferences/")
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    assert "/nudges/preferences/try/email/" in visit(browser, "preferences/")


def test_a_site_without_a_key_offers_no_push(browser: Client, settings: Any) -> None:
    settings.VAPID_PRIVATE_KEY = ""
    page = visit(browser, "preferences/")
    assert "sends no push messages" in page
    assert "data-push" not in page


def test_a_kill_switch_is_told(browser: Client) -> None:
    throw_kill_switch(on=True, now=NOON, actor="op@example.org")
    assert "stopped for everyone" in visit(browser, "preferences/")


def test_a_webhook_is_named_with_a_secret_that_is_shown_once(browser: Client) -> None:
    answer = browser.post("/nudges/preferences/webhook/", {"url": "https://hooks.example.org/secret-path"})
    assert b"whsec_" in answer.content
    page = visit(browser, "preferences/")
    assert "whsec_" not in page
    assert "secret-path" not in page
    assert "hooks.example.org" in page
    refused = browser.post("/nudges/preferences/webhook/", {"url": "https://127.0.0.1/"})
    assert (refused.status_code, b"public internet" in refused.content) == (422, True)
    for _ in range(2):
        assert browser.post("/nudges/preferences/targets/webhook/remove/").status_code == 302
    assert not ChannelTarget.objects.exists()
    assert browser.post("/nudges/preferences/targets/in_app/remove/").status_code == 404


def test_a_messenger_is_named_where_the_operator_allows_it(browser: Client, settings: Any) -> None:
    settings.APPRISE_SCHEMES = ("tgram",)
    refused = browser.post("/nudges/preferences/messenger/", {"address": "json://127.0.0.1"})
    assert (refused.status_code, b"tgram://" in refused.content) == (422, True)
    assert browser.post("/nudges/preferences/messenger/", {"address": "tgram://1:abc/2/"}).status_code == 302
    page = visit(browser, "preferences/")
    assert "tgram://…" in page
    assert "1:abc" not in page


def test_a_test_says_what_became_of_it(browser: Client, user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "not set up" in browser.post("/nudges/preferences/try/webhook/", headers=HTMX).content.decode()
    assert "Sent." in browser.post("/nudges/preferences/try/in_app/", headers=HTMX).content.decode()
    for _tab in range(2):
        assert "A test from SmartHabit" in visit(browser, "bell/")
    set_webhook(user=user, url="https://hooks.example.org/", now=NOON)
    answers: Iterator[Any] = iter([OSError("no name"), ["10.0.0.1"]])

    def resolve(_host: str, _port: int) -> list[str]:
        found = next(answers)
        if isinstance(found, Exception):
            raise found
        return list(found)

    monkeypatch.setitem(channels._channels, "webhook", Webhook(Policy(resolve=resolve)))
    browser.post("/nudges/preferences/try/webhook/")
    assert "not taken right now" in visit(browser, "preferences/")

    cache.clear()
    browser.post("/nudges/preferences/try/webhook/")
    page = visit(browser, "preferences/")
    assert "It was refused" in page
    assert "the last message was not taken" in page
    assert browser.post("/nudges/preferences/try/pigeon/").status_code == 404


def test_devices_are_offered_after_the_third_check_in_and_listed(
    browser: Client, foreign_browser: Client, make_habit: MakeHabit
) -> None:
    habit = make_habit()
    assert "data-push-allow" not in visit(browser, "preferences/")
    for day in (16, 17, 18):
        browser.post(f"/habits/{habit.pk}/entries/2026-03-{day}/", {"value": "1"})
    assert "data-push-allow" in visit(browser, "preferences/")
    told = {"endpoint": "https://push.example.org/1", **KEYS}
    agent = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0", **HTMX}
    answer = browser.post("/nudges/preferences/devices/", told, headers=agent).content.decode()
    assert "Firefox on Linux" in answer
    assert "push.example.org" not in answer
    bad = browser.post("/nudges/preferences/devices/", {**told, "endpoint": "https://10.0.0.1/"}, headers=HTMX)
    assert (bad.status_code, b"sheet-title" in bad.content) == (422, True)
    row = PushSubscription.objects.get()
    address = f"/nudges/preferences/devices/{row.pk}/remove/"
    assert foreign_browser.post(address).status_code == 404
    assert b"removed" in browser.post(address, headers=HTMX).content
    browser.post("/nudges/preferences/devices/", told, headers=agent)
    row = PushSubscription.objects.get()
    assert browser.post(f"/nudges/preferences/devices/{row.pk}/remove/").status_code == 302
