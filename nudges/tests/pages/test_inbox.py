"""The inbox and the bell: what was sent, and what is done about it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from habits.models import Entry
from habits.tests.views.conftest import CountQueries
from nudges.models import Nudge
from nudges.services import dismiss
from nudges.tests.conftest import NOON, MakeHabit, MakeNudge
from nudges.tests.pages.visits import HTMX, send, visit
from smarthabit.accounts.user import User

pytestmark = pytest.mark.once


def test_an_empty_inbox_offers_a_way_on(browser: Client) -> None:
    page = visit(browser)
    assert "Nothing yet" in page
    assert 'href="/nudges/preferences/"' in page


def test_a_nudge_is_one_line_whichever_channels_it_went_by_with_why_it_came(
    browser: Client, make_nudge: MakeNudge
) -> None:
    why = [{"code": "nudged_then", "params": {"n": 11, "m": 7}}]
    first = send(make_nudge, why=why)
    send(make_nudge, first.habit, channel="email", why=why)
    page = visit(browser)
    assert page.count('class="card nudge') == 1
    assert "In the app, Email" in page
    assert "done within two hours 7 of 11 times" in page
    assert "Today, noon to 2 p.m." in page


def test_what_never_came_is_not_in_the_inbox(browser: Client, make_nudge: MakeNudge) -> None:
    make_nudge(channel="in_app", state="cancelled")
    make_nudge(channel="email", state="due")
    assert "Nothing yet" in visit(browser)


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
    nudge = send(make_nudge)
    Nudge.objects.filter(pk=nudge.pk).update(**fields)
    page = visit(browser)
    if "snoozed_at" not in fields:
        assert said in page
        assert f"/nudges/{nudge.pk}/done/" not in page


def test_a_habit_that_is_done_needs_no_nudge_any_more(browser: Client, make_nudge: MakeNudge) -> None:
    nudge = send(make_nudge)
    browser.post(f"/habits/{nudge.habit_id}/entries/2026-03-18/", {"value": "1"})
    assert "Nothing to do about it any more" in visit(browser)
    assert "data-nudge" not in visit(browser, "bell/")


def test_long_inboxes_have_pages_and_cost_the_same(
    browser: Client, make_habit: MakeHabit, make_nudge: MakeNudge, count_queries: CountQueries
) -> None:
    habit = make_habit()
    send(make_nudge, habit)
    few = count_queries(lambda: browser.get("/nudges/"))
    other = make_habit("Run")
    for number in range(22):
        day = dt.date(2026, 3, 17) - dt.timedelta(days=number)
        send(make_nudge, other if number % 2 else habit, day=day, due_at=NOON - dt.timedelta(days=number + 1))
    assert count_queries(lambda: browser.get("/nudges/")) == few
    assert visit(browser).count('class="card nudge') == 20
    assert "page=2" in visit(browser)
    assert visit(browser, "?page=2").count('class="card nudge') == 3
    assert "<html" not in visit(browser, "rows/")


def test_nobody_sees_another_ones_nudges(browser: Client, foreign_browser: Client, make_nudge: MakeNudge) -> None:
    nudge = send(make_nudge)
    assert "Nothing yet" in visit(foreign_browser)
    assert "bell__count" not in visit(foreign_browser)
    for kind in ("done", "snooze", "dismiss"):
        assert foreign_browser.post(f"/nudges/{nudge.pk}/{kind}/").status_code == 404
    assert browser.post(f"/nudges/{nudge.pk}/explode/").status_code == 404
    assert browser.post("/nudges/999999/done/").status_code == 404


def test_the_bell_counts_what_was_not_looked_at_and_costs_one_query(
    browser: Client, make_habit: MakeHabit, make_nudge: MakeNudge, count_queries: CountQueries
) -> None:
    make_habit()
    none = count_queries(lambda: browser.get("/settings/"))
    for number in range(11):
        nudge = send(make_nudge, make_habit(str(number)))
        if number == 1:
            send(make_nudge, nudge.habit, channel="email")
            assert "(2 unread)" in visit(browser, "bell/")
    assert count_queries(lambda: browser.get("/settings/")) == none
    assert "(9+ unread)" in visit(browser, "bell/")


def test_the_newest_unread_nudge_pops_up_when_a_page_is_told(browser: Client, make_nudge: MakeNudge) -> None:
    nudge = send(make_nudge)
    assert "data-nudge" not in visit(browser)  # never by itself when a page is opened
    assert f'hx-post="/nudges/{nudge.pk}/done/"' in visit(browser, "bell/")
    Nudge.objects.update(sent_at=NOON - dt.timedelta(hours=4))
    assert "data-nudge" not in visit(browser, "bell/")


def test_looking_at_the_inbox_is_said_by_the_page_not_by_fetching_it(browser: Client, make_nudge: MakeNudge) -> None:
    send(make_nudge)
    page = visit(browser)
    assert 'hx-post="/nudges/seen/"' in page
    assert Nudge.objects.get().seen_at is None
    answer = browser.post("/nudges/seen/", headers=HTMX)
    assert b"bell__count" not in answer.content
    assert Nudge.objects.get().seen_at is not None
    assert browser.post("/nudges/seen/").status_code == 302
    assert 'hx-post="/nudges/seen/"' not in visit(browser)


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
    nudge = send(make_nudge)
    for _ in range(2):
        answer = browser.post(f"/nudges/{nudge.pk}/{kind}/", headers=HTMX)
        assert said in answer.content.decode()
    assert getattr(Nudge.objects.get(), mark) is not None
    assert Entry.objects.count() == (kind == "done")
    assert browser.post(f"/nudges/{nudge.pk}/{kind}/").headers["Location"] == "/nudges/"


def test_what_cannot_be_done_says_why(browser: Client, user: User, make_nudge: MakeNudge) -> None:
    nudge = send(make_nudge)
    dismiss(user=user, nudge_id=nudge.pk, now=NOON)
    assert "done with" in browser.post(f"/nudges/{nudge.pk}/snooze/", headers=HTMX).content.decode()
    browser.post(f"/nudges/{nudge.pk}/snooze/")
    assert "done with" in visit(browser)


def test_a_total_over_a_week_asks_for_the_amount(browser: Client, make_habit: MakeHabit, make_nudge: MakeNudge) -> None:
    habit = make_habit(schedule={"type": "weekly", "total": True}, target_milli=20_000, unit="km")
    nudge = send(make_nudge, habit)
    for page in (visit(browser), visit(browser, "bell/")):
        assert f'href="/habits/{habit.pk}/entries/2026-03-18/"' in page
        assert f"/nudges/{nudge.pk}/done/" not in page
