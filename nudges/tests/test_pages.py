"""The pages of nudges."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from habits.models import Entry
from habits.tests.views.conftest import CountQueries, at_noon, browser, count_queries, foreign_browser
from nudges.domain import state
from nudges.models import ChannelTarget, HabitPreference, Nudge, NudgeMemory, PushSubscription
from nudges.selectors.preferences import preferences_of
from nudges.services import dismiss, enrol, throw_kill_switch
from nudges.services.targets import set_webhook
from nudges.services.tokens import action_token, unsubscribe_token
from nudges.tests.channels.messages import PAYLOAD
from nudges.tests.conftest import NOON, MakeHabit, MakeNudge
from nudges.tests.test_targets import KEYS
from smarthabit.accounts.user import User

pytestmark = pytest.mark.once

__all__ = ["at_noon", "browser", "count_queries", "foreign_browser"]

HTMX = {"HX-Request": "true"}
WISHES = {"quiet_from": "21:00", "quiet_to": "08:00", "daily_budget": "1", "weekly_budget": "3", "tone": "plain"}


def _page(client: Client, path: str = "", **headers: str) -> str:
    answer = client.get(f"/nudges/{path}", headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def _send(make_nudge: MakeNudge, habit: Any = None, **fields: Any) -> Nudge:
    return make_nudge(habit, **{"channel": "in_app", "state": "sent", "sent_at": NOON, **fields})


# --- the inbox ------------------------------------------------------------------------------------------------------


def test_an_empty_inbox_offers_a_way_on(browser: Client) -> None:
    page = _page(browser)
    assert "Nothing yet" in page
    assert 'href="/nudges/preferences/"' in page


def test_a_nudge_is_one_line_whichever_channels_it_went_by_with_why_it_came(
    browser: Client, make_nudge: MakeNudge
) -> None:
    why = [{"code": "nudged_then", "params": {"n": 11, "m": 7}}]
    first = _send(make_nudge, why=why)
    _send(make_nudge, first.habit, channel="email", why=why)
    page = _page(browser)
    assert page.count('class="card nudge') == 1
    assert "In the app, Email" in page
    assert "done within two hours 7 of 11 times" in page
    assert "Today, noon to 2 p.m." in page


def test_what_never_came_is_not_in_the_inbox(browser: Client, make_nudge: MakeNudge) -> None:
    make_nudge(channel="in_app", state="cancelled")
    make_nudge(channel="email", state="due")
    assert "Nothing yet" in _page(browser)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"acted_at": NOON}, "Done from here"),
        ({"dismissed_at": NOON}, "Dismissed"),
        ({"state": "due", "snoozed_at": NOON}, "Put off for a while"),
        ({"day": dt.date(2026, 3, 17)}, "Nothing to do about it any more"),
    ],
)
def test_what_is_over_says_so_and_has_no_buttons(
    browser: Client, make_nudge: MakeNudge, fields: dict[str, Any], said: str
) -> None:
    nudge = _send(make_nudge)
    Nudge.objects.filter(pk=nudge.pk).update(**fields)
    page = _page(browser)
    if "snoozed_at" not in fields:
        assert said in page
        assert f"/nudges/{nudge.pk}/done/" not in page


def test_a_habit_that_is_done_needs_no_nudge_any_more(browser: Client, make_nudge: MakeNudge) -> None:
    nudge = _send(make_nudge)
    browser.post(f"/habits/{nudge.habit_id}/entries/2026-03-18/", {"value": "1"})
    assert "Nothing to do about it any more" in _page(browser)
    assert "data-nudge" not in _page(browser, "bell/")


def test_long_inboxes_have_pages_and_cost_the_same(
    browser: Client, make_habit: MakeHabit, make_nudge: MakeNudge, count_queries: CountQueries
) -> None:
    habit = make_habit()
    _send(make_nudge, habit)
    few = count_queries(lambda: browser.get("/nudges/"))
    other = make_habit("Run")
    for number in range(22):
        day = dt.date(2026, 3, 17) - dt.timedelta(days=number)
        _send(make_nudge, other if number % 2 else habit, day=day, due_at=NOON - dt.timedelta(days=number + 1))
    assert count_queries(lambda: browser.get("/nudges/")) == few
    assert _page(browser).count('class="card nudge') == 20
    assert "page=2" in _page(browser)
    assert _page(browser, "?page=2").count('class="card nudge') == 3
    assert "<html" not in _page(browser, "rows/")


def test_nobody_sees_another_ones_nudges(browser: Client, foreign_browser: Client, make_nudge: MakeNudge) -> None:
    nudge = _send(make_nudge)
    assert "Nothing yet" in _page(foreign_browser)
    assert "bell__count" not in _page(foreign_browser)
    for kind in ("done", "snooze", "dismiss"):
        assert foreign_browser.post(f"/nudges/{nudge.pk}/{kind}/").status_code == 404
    assert browser.post(f"/nudges/{nudge.pk}/explode/").status_code == 404
    assert browser.post("/nudges/999999/done/").status_code == 404


# --- the bell -------------------------------------------------------------------------------------------------------


def test_the_bell_counts_what_was_not_looked_at_and_costs_one_query(
    browser: Client, make_habit: MakeHabit, make_nudge: MakeNudge, count_queries: CountQueries
) -> None:
    make_habit()
    none = count_queries(lambda: browser.get("/settings/"))
    for number in range(11):
        nudge = _send(make_nudge, make_habit(str(number)))
        if number == 1:
            _send(make_nudge, nudge.habit, channel="email")
            assert "(2 unread)" in _page(browser, "bell/")
    assert count_queries(lambda: browser.get("/settings/")) == none
    assert "(9+ unread)" in _page(browser, "bell/")


def test_the_newest_unread_nudge_pops_up_when_a_page_is_told(browser: Client, make_nudge: MakeNudge) -> None:
    nudge = _send(make_nudge)
    assert "data-nudge" not in _page(browser)  # never by itself when a page is opened
    assert f'hx-post="/nudges/{nudge.pk}/done/"' in _page(browser, "bell/")
    Nudge.objects.update(sent_at=NOON - dt.timedelta(hours=4))
    assert "data-nudge" not in _page(browser, "bell/")


def test_looking_at_the_inbox_is_said_by_the_page_not_by_fetching_it(browser: Client, make_nudge: MakeNudge) -> None:
    _send(make_nudge)
    page = _page(browser)
    assert 'hx-post="/nudges/seen/"' in page
    assert Nudge.objects.get().seen_at is None
    answer = browser.post("/nudges/seen/", headers=HTMX)
    assert b"bell__count" not in answer.content
    assert Nudge.objects.get().seen_at is not None
    assert browser.post("/nudges/seen/").status_code == 302
    assert 'hx-post="/nudges/seen/"' not in _page(browser)


@pytest.mark.parametrize(
    ("kind", "mark", "said"),
    [
        ("done", "acted_at", "Recorded"),
        ("snooze", "snoozed_at", "in an hour"),
        ("dismiss", "dismissed_at", "All right"),
    ],
)
def test_one_press_does_it_and_a_second_does_no_harm(
    browser: Client, make_nudge: MakeNudge, kind: str, mark: str, said: str
) -> None:
    nudge = _send(make_nudge)
    for _ in range(2):
        answer = browser.post(f"/nudges/{nudge.pk}/{kind}/", headers=HTMX)
        assert said in answer.content.decode()
    assert getattr(Nudge.objects.get(), mark) is not None
    assert Entry.objects.count() == (kind == "done")
    assert browser.post(f"/nudges/{nudge.pk}/{kind}/").headers["Location"] == "/nudges/"


def test_what_cannot_be_done_says_why(browser: Client, user: User, make_nudge: MakeNudge) -> None:
    nudge = _send(make_nudge)
    dismiss(user=user, nudge_id=nudge.pk, now=NOON)
    assert "done with" in browser.post(f"/nudges/{nudge.pk}/snooze/", headers=HTMX).content.decode()
    browser.post(f"/nudges/{nudge.pk}/snooze/")
    assert "done with" in _page(browser)


def test_a_total_over_a_week_asks_for_the_amount(browser: Client, make_habit: MakeHabit, make_nudge: MakeNudge) -> None:
    habit = make_habit(schedule={"type": "weekly", "total": True}, target_milli=20_000, unit="km")
    nudge = _send(make_nudge, habit)
    for page in (_page(browser), _page(browser, "bell/")):
        assert f'href="/habits/{habit.pk}/entries/2026-03-18/"' in page
        assert f"/nudges/{nudge.pk}/done/" not in page


# --- links in messages ----------------------------------------------------------------------------------------------


def test_a_link_only_shows_and_its_button_acts_signed_in_or_not(make_nudge: MakeNudge) -> None:
    nudge = _send(make_nudge)
    path = f"action/{action_token(nudge.pk, 'done')}/"
    anybody = Client(enforce_csrf_checks=True)
    for _ in range(2):
        page = _page(anybody, path)
        assert "Mark it as done" in page
    assert not Entry.objects.exists()
    for _ in range(2):
        assert "Recorded" in anybody.post(f"/nudges/{path}").content.decode()
    assert Entry.objects.count() == 1
    answer = anybody.get(f"/nudges/{path}")
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert answer.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    ("kind", "asked", "said"), [("snooze", "in an hour?", "in an hour."), ("dismiss", "No more", "All right")]
)
def test_the_other_actions_ask_and_answer_too(make_nudge: MakeNudge, kind: str, asked: str, said: str) -> None:
    path = f"action/{action_token(_send(make_nudge).pk, kind)}/"
    assert asked in _page(Client(), path)
    assert said in Client().post(f"/nudges/{path}").content.decode()


def test_links_that_lead_nowhere_or_cannot_act_say_so(make_nudge: MakeNudge, user: User) -> None:
    nudge = _send(make_nudge)
    for path in ("action/abc/", "unsubscribe/abc/", f"unsubscribe/{action_token(nudge.pk, 'done')}/"):
        for answer in (Client().get(f"/nudges/{path}"), Client().post(f"/nudges/{path}")):
            assert answer.status_code == 404
    dismiss(user=user, nudge_id=nudge.pk, now=NOON)
    answer = Client().post(f"/nudges/action/{action_token(nudge.pk, 'snooze')}/")
    assert (answer.status_code, b"done with" in answer.content) == (422, True)
    assert Client().put(f"/nudges/action/{action_token(nudge.pk, 'done')}/").status_code == 405


def test_the_page_behind_a_link_speaks_the_users_language(make_nudge: MakeNudge, user: User) -> None:
    User.objects.filter(pk=user.pk).update(language="ar")
    path = f"action/{action_token(_send(make_nudge).pk, 'done')}/"
    assert 'dir="rtl"' in _page(Client(), path)
    enrol(user, NOON)
    path = f"unsubscribe/{unsubscribe_token(user.pk, 'email')}/"
    assert 'dir="rtl"' in _page(Client(), path)


def test_a_link_that_is_too_old_says_so(user: User, monkeypatch: pytest.MonkeyPatch, make_nudge: MakeNudge) -> None:
    make_nudge()
    monkeypatch.setattr("nudges.services.tokens.UNSUBSCRIBE_FOR", dt.timedelta(seconds=-1))
    answer = Client().get(f"/nudges/unsubscribe/{unsubscribe_token(user.pk, 'email')}/")
    assert (answer.status_code, b"too old" in answer.content) == (422, True)


# --- preferences ----------------------------------------------------------------------------------------------------


def test_preferences_are_shown_and_saved(browser: Client, user: User) -> None:
    page = _page(browser, "preferences/")
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
    assert "Saved." in _page(browser, "preferences/")


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
        assert "could not be read" in _page(browser, "preferences/")
    assert 'value="3" selected' in _page(browser, "preferences/")


def test_many_habits_have_pages_and_cost_the_same(
    browser: Client, make_habit: MakeHabit, count_queries: CountQueries
) -> None:
    make_habit()
    few = count_queries(lambda: browser.get("/nudges/preferences/"))
    for number in range(26):
        make_habit(str(number))
    assert count_queries(lambda: browser.get("/nudges/preferences/")) == few
    page = _page(browser, "preferences/?page=2")
    assert page.count("-reminders") > 0
    assert "Previous" in page


def test_limits_are_not_nudged_about_so_they_are_not_listed(browser: Client, make_habit: MakeHabit) -> None:
    make_habit("Sweets", kind="limit", target_milli=0)
    assert "Habit by habit" not in _page(browser, "preferences/")
    make_habit("Read")
    page = _page(browser, "preferences/")
    assert "Read" in page
    assert "Sweets" not in page


def test_mail_says_where_it_goes_or_what_is_missing(browser: Client, user: User, settings: Any) -> None:
    settings.EMAIL_CONFIGURED = True
    assert "not confirmed yet" in _page(browser, "preferences/")
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    assert "/nudges/preferences/try/email/" in _page(browser, "preferences/")


def test_a_site_without_a_key_offers_no_push(browser: Client, settings: Any) -> None:
    settings.VAPID_PRIVATE_KEY = ""
    page = _page(browser, "preferences/")
    assert "sends no push messages" in page
    assert "data-push" not in page


def test_a_kill_switch_is_told(browser: Client) -> None:
    throw_kill_switch(on=True, now=NOON, actor="op@example.org")
    assert "stopped for everyone" in _page(browser, "preferences/")


def test_a_webhook_is_named_with_a_secret_that_is_shown_once(browser: Client) -> None:
    answer = browser.post("/nudges/preferences/webhook/", {"url": "https://hooks.example.org/secret-path"})
    assert b"whsec_" in answer.content
    page = _page(browser, "preferences/")
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
    page = _page(browser, "preferences/")
    assert "tgram://…" in page
    assert "1:abc" not in page


def test_a_test_says_what_became_of_it(browser: Client, user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "not set up" in browser.post("/nudges/preferences/try/webhook/", headers=HTMX).content.decode()
    assert "Sent." in browser.post("/nudges/preferences/try/in_app/", headers=HTMX).content.decode()
    assert "A test from SmartHabit" in _page(browser, "bell/")
    assert "A test from SmartHabit" not in _page(browser, "bell/")
    set_webhook(user=user, url="https://hooks.example.org/", now=NOON)
    answers: Iterator[Any] = iter([OSError("no name"), ["10.0.0.1"]])

    def resolve(_host: str, _port: int) -> list[str]:
        found = next(answers)
        if isinstance(found, Exception):
            raise found
        return list(found)

    from nudges import channels
    from nudges.channels.webhook import Webhook
    from smarthabit.kernel.outbound import Policy

    monkeypatch.setitem(channels._channels, "webhook", Webhook(Policy(resolve=resolve)))
    browser.post("/nudges/preferences/try/webhook/")
    assert "not taken right now" in _page(browser, "preferences/")
    from django.core.cache import cache

    cache.clear()
    browser.post("/nudges/preferences/try/webhook/")
    page = _page(browser, "preferences/")
    assert "It was refused" in page
    assert "the last message was not taken" in page
    assert browser.post("/nudges/preferences/try/pigeon/").status_code == 404


def test_devices_are_offered_after_the_third_check_in_and_listed(
    browser: Client, foreign_browser: Client, make_habit: MakeHabit
) -> None:
    habit = make_habit()
    assert "data-push-allow" not in _page(browser, "preferences/")
    for day in (16, 17, 18):
        browser.post(f"/habits/{habit.pk}/entries/2026-03-{day}/", {"value": "1"})
    assert "data-push-allow" in _page(browser, "preferences/")
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


# --- best times -----------------------------------------------------------------------------------------------------


def _learn(user: User, habit: Any, *, days: float = 20) -> None:
    row = state.new_habit(4)
    row["at_risk"][0, 0], row["done"][0, 0, 4] = days, days / 2
    row["seen"][0, 4] = 11, 7, 9, 2
    NudgeMemory.objects.create(user=user, habit=habit, state=state.pack(row), chosen=4)


def test_what_was_learned_is_a_sentence_a_chart_and_a_table(browser: Client, user: User, make_habit: MakeHabit) -> None:
    assert "Nothing learned yet" in _page(browser, "times/")
    habit = make_habit()
    _learn(user, habit)
    make_habit("Run")
    page = _page(browser, "times/")
    assert "most often from 5 p.m. to 8 p.m. (" in page
    assert "after a nudge you did it 7 of 11 times; when the draw said no, 2 of 9 times" in page
    assert 'role="img" aria-label="Without a nudge' in page
    assert "7 of 11</td>" in page
    assert "Run" not in page
    assert "7 of 11</td>" in _page(browser, f"times/?habit={habit.pk}")


def test_little_is_said_of_few_days(browser: Client, user: User, make_habit: MakeHabit) -> None:
    habit = make_habit()
    _learn(user, habit, days=2)
    NudgeMemory.objects.update(state=state.pack(state.new_habit(4)))
    page = _page(browser, "times/")
    assert "only few of your days" in page
    assert "not known yet" in page
    NudgeMemory.objects.update(state=b"of another version")
    assert "worked out anew" in _page(browser, "times/")


def test_another_ones_habit_is_not_there(foreign_browser: Client, user: User, make_habit: MakeHabit) -> None:
    habit = make_habit()
    _learn(user, habit)
    assert foreign_browser.get(f"/nudges/times/?habit={habit.pk}").status_code == 404
    assert foreign_browser.get("/nudges/times/?habit=x").status_code == 200


# --- whatever a habit is called -------------------------------------------------------------------------------------


def test_whatever_a_habit_is_called_stays_text(
    browser: Client, user: User, make_habit: MakeHabit, make_nudge: MakeNudge
) -> None:
    habit = make_habit(PAYLOAD[:100].replace("\r\n", " "), cue="<b onclick=alert(1)>x</b>")
    nudge = _send(make_nudge, habit)
    _learn(user, habit)
    paths = ("", "rows/", "bell/", "preferences/", "times/", f"action/{action_token(nudge.pk, 'done')}/")
    for path in paths:
        page = _page(browser, path)
        assert "&lt;script&gt;" in page, path
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "<b onclick" not in page
