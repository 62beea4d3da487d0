"""The pages of weekly reviews."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client

from analytics.models import Review
from analytics.services import ReviewWords, finish_review, write_review
from analytics.tests.conftest import NOON, Log, MakeHabit
from habits.tests.views.conftest import CountQueries, at_noon, browser, count_queries, foreign_browser
from smarthabit.accounts.user import User

pytestmark = pytest.mark.once

__all__ = ["at_noon", "browser", "count_queries", "foreign_browser"]

WEEK = "2026-03-09"
AT = f"/insights/reviews/{WEEK}/"


def _texts(page: bytes) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.decode()))


def _send(client: Client, step: str, **said: str) -> str:
    """Where a step leads."""
    answer = client.post(f"{AT}{step}/", said)
    assert answer.status_code == 302
    return answer.headers["Location"]


def test_four_presses_make_a_review_that_can_be_read_again(browser: Client, make_habit: MakeHabit, log: Log) -> None:
    good, bad = make_habit("Read"), make_habit("Run")
    log(good, *range(9, 16))
    log(bad, 9)
    assert browser.get(AT).headers["Location"] == f"{AT}wins/"
    assert re.search("This went well *Read *7 of 7", _texts(browser.get(f"{AT}wins/").content))
    assert _send(browser, "wins", wins="Read every day") == f"{AT}misses/"
    assert re.search("This was harder *Run *1 of 7", _texts(browser.get(f"{AT}misses/").content))
    assert _send(browser, "misses", misses="") == f"{AT}change/"
    assert _send(browser, "change", change="Run at noon", habit=str(bad.pk)) == f"{AT}finish/"
    assert "Run at noon" in _texts(browser.get(f"{AT}finish/").content)
    assert _send(browser, "finish") == AT
    page = browser.get(AT)
    assert "Read every day" in _texts(page.content)
    assert "8 of 14 done (57%)" in _texts(page.content)
    assert f'href="/habits/{bad.pk}/edit/"' in page.content.decode()
    assert "Run at noon" in _texts(browser.get("/insights/reviews/").content)


def test_a_week_before_the_first_habit_is_not_offered(browser: Client, make_habit: MakeHabit) -> None:
    offer = "The week behind you"
    assert offer not in browser.get("/insights/reviews/").content.decode()
    make_habit("New", started_on=NOON.date())
    assert offer not in browser.get("/insights/reviews/").content.decode()
    make_habit("Old", started_on=NOON.date() - dt.timedelta(days=10))
    assert offer in browser.get("/insights/reviews/").content.decode()


def test_looking_at_the_questions_stores_nothing(browser: Client, make_habit: MakeHabit) -> None:
    make_habit()
    for step in ("wins", "misses", "change", "finish"):
        assert browser.get(f"{AT}{step}/").status_code == 200
    assert not Review.objects.exists()


def test_words_can_be_changed_when_it_is_finished(user: User, browser: Client, make_habit: MakeHabit) -> None:
    make_habit()
    finish_review(user=user, week=dt.date(2026, 3, 9), now=NOON)
    assert _send(browser, "wins", wins="After all") == AT
    assert "After all" in _texts(browser.get(AT).content)
    assert _send(browser, "finish") == AT


def test_entries_that_changed_since_are_told(user: User, browser: Client, make_habit: MakeHabit, log: Log) -> None:
    habit = make_habit()
    finish_review(user=user, week=dt.date(2026, 3, 9), now=NOON)
    assert "have changed since" not in _texts(browser.get(AT).content)
    log(habit, 9)
    assert "It would now say: 1 of 7 done (14%)" in _texts(browser.get(AT).content)


@pytest.mark.parametrize("week", ["2026-03-16", "2026-03-10", "0001-01-01", "9999-12-27", "2026-02-30"])
def test_other_weeks_are_not_found(browser: Client, make_habit: MakeHabit, week: str) -> None:
    make_habit()
    for step in ("wins/", "finish/"):
        assert browser.get(f"/insights/reviews/{week}/{step}").status_code == 404
        assert browser.post(f"/insights/reviews/{week}/{step}", {}).status_code == 404
    assert browser.post(f"/insights/reviews/{week}/delete/").status_code == 404


def test_a_step_that_there_is_not_is_not_found(browser: Client) -> None:
    assert browser.get(f"{AT}cheer/").status_code == 404


def test_bad_answers_are_told_at_their_question(browser: Client, stranger: User, make_habit: MakeHabit) -> None:
    theirs = make_habit(owner=stranger)
    for step, said in (("wins", {"wins": "x" * 2001}), ("change", {"habit": str(theirs.pk)})):
        answer = browser.post(f"{AT}{step}/", said)
        assert answer.status_code == 422
        assert b"errorlist" in answer.content
    assert not Review.objects.exists()


def test_it_is_deleted_after_a_question(user: User, browser: Client) -> None:
    write_review(user=user, week=dt.date(2026, 3, 9), words=ReviewWords(wins="x"), now=NOON)
    assert b"Delete this review?" in browser.get(f"{AT}delete/").content
    assert browser.post(f"{AT}delete/").status_code == 302
    assert not Review.objects.exists()


def test_others_cannot_read_it(user: User, foreign_browser: Client) -> None:
    write_review(user=user, week=dt.date(2026, 3, 9), words=ReviewWords(wins="Secret"), now=NOON)
    assert b"Secret" not in foreign_browser.get(f"{AT}wins/").content
    assert b"Secret" not in foreign_browser.get("/insights/reviews/").content
    assert foreign_browser.get(f"{AT}delete/").status_code == 404


def test_the_list_has_pages_and_a_constant_cost(user: User, browser: Client, count_queries: CountQueries) -> None:
    def written(weeks: range) -> None:
        for number in weeks:
            week = dt.date(2026, 3, 9) - dt.timedelta(days=7 * number)
            write_review(user=user, week=week, words=ReviewWords(change=f"Change {number}."), now=NOON)

    written(range(1))
    few = count_queries(lambda: browser.get("/insights/reviews/"))
    written(range(1, 22))
    assert count_queries(lambda: browser.get("/insights/reviews/")) == few
    assert b"Change 19." in browser.get("/insights/reviews/").content
    assert b"Change 20." not in browser.get("/insights/reviews/").content
    assert b"Change 21." in browser.get("/insights/reviews/?page=2").content


def test_today_offers_it_until_it_is_finished(user: User, browser: Client, make_habit: MakeHabit) -> None:
    make_habit(started_on=NOON.date())
    assert AT not in browser.get("/").content.decode()
    make_habit()
    assert AT in browser.get("/").content.decode()
    assert AT not in browser.get("/day/2026-03-17/").content.decode()
    finish_review(user=user, week=dt.date(2026, 3, 9), now=NOON)
    assert AT not in browser.get("/").content.decode()
