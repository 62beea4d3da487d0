"""Suggestions on pages: today's, all of them, and what they did."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.test import Client

from analytics.models import Suggestion
from analytics.suggestions.answering import accept
from analytics.suggestions.making import look
from analytics.tests.conftest import NOON, MakeHabit
from analytics.tests.suggestions.conftest import DAY, TODAY, Slipping, Tell
from habits.tests.views.conftest import CountQueries, at_noon, browser, count_queries, foreign_browser
from smarthabit.accounts.user import User
from smarthabit.kernel import clock

pytestmark = pytest.mark.once

__all__ = ["at_noon", "browser", "count_queries", "foreign_browser"]

STATE = Suggestion.State
HTMX = {"HX-Request": "true"}


def texts(answer: Any) -> str:
    assert answer.status_code == 200
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())))


def test_today_shows_the_suggestion_as_a_diff(browser: Client, suggestion: Suggestion) -> None:
    page = texts(browser.get("/"))
    assert "Read : Ask a little less of yourself" in page
    assert "before: 20 pages · every day after: 6 pages · every day" in page
    assert "Kept 0 of the last 14 times. 6 pages you reached" in page
    assert "days a week" in page


def test_a_pause_promises_no_share_of_what_is_kept(browser: Client, make_habit: MakeHabit, tell: Tell) -> None:
    tell(make_habit("Run", started_on=TODAY - 40 * DAY), [1] * 25, TODAY - 16 * DAY)
    page = texts(browser.get("/insights/"))
    assert "Take a break of two weeks" in page
    assert "Kept before:" not in page


def test_another_day_shows_none(browser: Client, suggestion: Suggestion) -> None:
    assert "Ask a little less" not in texts(browser.get(f"/day/{TODAY - DAY}/"))


def test_insights_look_for_suggestions_that_no_job_has_made(browser: Client, slipping: Slipping) -> None:
    slipping()
    assert "Ask a little less of yourself" in texts(browser.get("/insights/"))
    assert Suggestion.objects.count() == 1


def test_the_section_alone_looks_too(browser: Client, slipping: Slipping) -> None:
    slipping()
    assert "Ask a little less of yourself" in texts(browser.get("/insights/suggestions/section/"))


def test_nothing_to_suggest_is_said(browser: Client, make_habit: MakeHabit) -> None:
    make_habit()
    assert "Nothing to suggest right now" in texts(browser.get("/insights/"))
    assert texts(browser.get("/insights/suggestions/today/")).strip() == ""
    assert "Nothing suggested yet" in texts(browser.get("/insights/suggestions/"))


def test_one_press_applies_and_another_undoes(browser: Client, suggestion: Suggestion) -> None:
    address = f"/insights/suggestions/{suggestion.pk}"
    answer = browser.post(f"{address}/accept/", {"from": "today"}, headers=HTMX)
    assert "Applied: Ask a little less of yourself" in texts(answer)
    assert f'action="{address}/undo/"' in answer.content.decode()
    assert "#suggestions-today" in answer.content.decode()
    assert "Undone: " in texts(browser.post(f"{address}/undo/", {"from": "today"}, headers=HTMX))
    suggestion.refresh_from_db()
    assert suggestion.state == STATE.UNDONE


@pytest.mark.parametrize(
    ("place", "page"), [("today", "/"), ("history", "/insights/suggestions/"), ("x", "/insights/")]
)
def test_without_scripts_it_leads_back(browser: Client, suggestion: Suggestion, place: str, page: str) -> None:
    answer = browser.post(f"/insights/suggestions/{suggestion.pk}/dismiss/", {"from": place}, follow=True)
    assert answer.redirect_chain == [(page, 302)]
    assert "This habit is left alone for four weeks" in texts(answer)


def test_what_cannot_be_done_is_said(browser: Client, suggestion: Suggestion) -> None:
    address = f"/insights/suggestions/{suggestion.pk}"
    assert "has not been applied" in texts(browser.post(f"{address}/undo/", headers=HTMX))
    assert "has not been applied" in texts(browser.post(f"{address}/undo/", follow=True))
    assert browser.get(f"{address}/undo/").status_code == 405


def test_a_strangers_is_not_there(foreign_browser: Client, suggestion: Suggestion) -> None:
    for act in ("accept", "dismiss", "undo"):
        assert foreign_browser.post(f"/insights/suggestions/{suggestion.pk}/{act}/").status_code == 404
    assert "Ask a little less" not in texts(foreign_browser.get("/insights/"))


def test_the_history_says_what_it_did(browser: Client, user: User, suggestion: Suggestion, tell: Tell) -> None:
    accept(user=user, suggestion_id=suggestion.pk, now=NOON)
    waiting = texts(browser.get("/insights/suggestions/"))
    assert "Measured against the forecast on April 2, 2026" in waiting
    assert "Undo" in waiting
    tell(suggestion.habit, [8] * 28, TODAY + 28 * DAY, now=NOON + 28 * DAY)
    look(user, NOON + 29 * DAY)
    page = texts(browser.get("/insights/suggestions/history/"))
    assert re.search(r"More than expected without it: \+\d\.\d a week \(between \+\d\.\d and \+\d\.\d\)", page)
    assert "In 28 days: done on 28 days." in page
    clock.shift(NOON + 31 * DAY - (clock.now() - (NOON - NOON)))


def test_what_could_not_be_measured_says_so(browser: Client, user: User, suggestion: Suggestion) -> None:
    accept(user=user, suggestion_id=suggestion.pk, now=NOON)
    Suggestion.objects.update(effects=[[14, 0, 0], [28, 0, 0]], measure_on=None)
    assert "Not measured: the plan was changed" in texts(browser.get("/insights/suggestions/"))


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ([0.5, 1.2, 2], "More than expected without it: +1.2 a week (between +0.5 and +2.0)."),
        ([-0.5, 0, 2], "About as expected without it: 0.0 a week (between −0.5 and +2.0)."),
        ([-2, -1, -0.5], "Less than expected without it: −1.0 a week (between −2.0 and −0.5)."),
    ],
)
def test_effects_in_words(browser: Client, suggestion: Suggestion, more: list[float], said: str) -> None:
    Suggestion.objects.update(state=STATE.ACCEPTED, decided_on=TODAY, effects=[[14, 9, 14, *more]])
    assert said in texts(browser.get("/insights/suggestions/"))


def test_the_history_has_pages(browser: Client, suggestion: Suggestion) -> None:
    row = Suggestion.objects.get()
    rows = []
    for back in range(1, 23):
        row.pk, row.state, row.made_on, row.decided_on = None, STATE.DISMISSED, TODAY - DAY * back, TODAY
        rows.append(Suggestion(**{field.attname: getattr(row, field.attname) for field in Suggestion._meta.fields}))
    Suggestion.objects.bulk_create(rows)
    assert "Next" in texts(browser.get("/insights/suggestions/"))
    second = texts(browser.get("/insights/suggestions/?page=2"))
    assert "Previous" in second
    assert second.count("Ask a little less") == 2


def test_pages_ask_as_much_for_many_as_for_one(
    browser: Client, user: User, slipping: Slipping, count_queries: CountQueries
) -> None:
    slipping("Read")
    look(user, NOON)
    browser.get("/insights/")
    addresses = ("/", "/insights/", "/insights/suggestions/")
    one = [count_queries(lambda at=address: browser.get(at)) for address in addresses]  # type: ignore[misc]
    slipping("Write")
    slipping("Draw")
    look(user, NOON + DAY)
    Suggestion.objects.update(made_on=TODAY)
    browser.get("/insights/")
    many = [count_queries(lambda at=address: browser.get(at)) for address in addresses]  # type: ignore[misc]
    assert many <= [count + 1 for count in one]


KINDS: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    ("pause", {"silent": 12, "asked": 12}, {"pause": True}, "Nothing was said about it for 12 days."),
    ("tiny", {"kept": 0, "units": 14, "proposed": 4000, "target": 20_000, "reached": 1, "days": 28}, {"target": 4000},
     "4 pages you reached 1 time of 28."),
    ("lower", {"kept": 3, "units": 14, "times": 2, "of": 7, "enough": 8, "periods": 9, "period": 7},
     {"schedule": {"type": "weekly", "times": 2}}, "2 times in 7 days were reached in 8 of 9 such stretches."),
    ("return", {"missed": 2, "again_done": 3, "again": 9, "usual_done": 20, "usual": 22}, {"back_on": "2026-03-23"},
     "After a miss you went on 3 of 9 times, otherwise 20 of 22."),
    ("change_days", {"weekday": 5, "done": 1, "times": 8, "others_done": 14, "others": 16, "instead": 6},
     {"schedule": {"type": "weekdays", "days": [1, 3, 6]}}, "Friday: done 1 of 8 times. Your other days: 14 of 16."),
    ("slack", {"breaks": 3, "after_done": 4, "after": 20, "usual_done": 40, "usual": 50}, {"freezes": False},
     "In the week after, 4 of 20 days were done, otherwise 40 of 50."),
    ("change_time", {"from": 360, "to": 540, "at": 1200, "done": 30, "open": 60, "done_now": 2, "open_now": 30},
     {"preferred_time": "07:30"}, "Between 6 a.m. and 9 a.m. it gets done on 30 of 60 days"),
    ("stack", {"missed": 14, "days": 28, "anchor_done": 27, "anchor_days": 28, "minutes": 40}, {"anchor": 7},
     "That one you did on 27 of 28 days, some 40 minutes before."),
    ("if_then", {"missed": 14, "days": 28, "at": 1080}, {"at": 1080}, "You mostly do it around 6 p.m."),
    ("raise", {"kept": 21, "units": 21, "proposed": 22_000, "target": 20_000, "reached": 9, "days": 28},
     {"target": 22_000}, "22 pages you reached 9 times of 28."),
    ("fewer_reminders", {"days": 60, "kept": 58, "sent_done": 29, "sent": 30, "held_done": 10, "held": 10},
     {"fewer_reminders": True}, "With a reminder it got done 29 of 30 times, without one 10 of 10."),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "evidence", "patch", "said"), KINDS, ids=[one[0] + str(at) for at, one in enumerate(KINDS)]
)
def test_every_kind_can_be_told(
    browser: Client, suggestion: Suggestion, kind: str, evidence: dict[str, Any], patch: dict[str, Any], said: str,
) -> None:  # fmt: skip
    plan = {**suggestion.plan, "anchor": "Tea"}
    measure = "misses" if kind in {"pause", "change_days"} else "days"
    Suggestion.objects.update(
        kind=kind, evidence=evidence, patch=patch, plan=plan, cue="At six, I read.", measure=measure,
        expected=[-0.2, 0.4, 1.1],
    )  # fmt: skip
    page = texts(browser.get("/insights/suggestions/section/"))
    assert said in page
    assert "%(" not in page
    assert "nan" not in page.lower().split()
    assert "before:" in page
