"""The page about feeds: making one shows its address once, and revoking asks first."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from habits.feeds.services import MOST_FEEDS, make_feed
from habits.models import CalendarFeed
from habits.tests.conftest import NOON, MakeHabit
from habits.tests.views.conftest import CountQueries
from smarthabit.accounts.user import User

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.usefixtures("noon")]

PAGE = "/settings/feeds/"
ADDRESS = re.compile(r"http://localhost:8000/feeds/[\w-]{22}\.ics")


def text(answer: object) -> str:
    return str(answer.content, "utf-8")  # type: ignore[attr-defined]


def test_making_one_shows_its_address_once(user: User, browser: Client, make_habit: MakeHabit) -> None:
    make_habit(tags=("evening",))
    assert "All of them" in text(browser.get(PAGE))
    made = browser.post(PAGE, {"name": "Phone", "tag": "evening"})
    assert made.status_code == 200
    assert made.headers["Cache-Control"] == "private, no-store"
    (address,) = set(ADDRESS.findall(text(made)))
    assert f'href="webcal{address.removeprefix("http")}"' in text(made)
    assert browser.get(address.removeprefix("http://localhost:8000")).status_code == 200
    later = text(browser.get(PAGE))
    assert not ADDRESS.findall(later)
    assert "Phone" in later
    assert "last read" in later
    again = browser.post(PAGE, {"name": "Phone"})  # the page was loaded anew
    assert again.status_code == 422
    assert "You have a feed of this name already." in text(again)
    assert CalendarFeed.objects.owned_by(user).count() == 1


@pytest.mark.parametrize("sent", [{}, {"name": " "}, {"name": "x" * 61}, {"name": "x", "tag": "somebody's"}])
def test_what_cannot_be_is_refused_where_it_stands(user: User, browser: Client, sent: dict[str, str]) -> None:
    answer = browser.post(PAGE, {**sent, "more": "x"})
    assert answer.status_code == 422
    assert "errorlist" in text(answer)
    assert not CalendarFeed.objects.exists()


def test_with_as_many_as_there_can_be_there_is_no_form(user: User, browser: Client) -> None:
    for number in range(MOST_FEEDS):
        make_feed(user=user, name=f"Feed {number}", now=NOON)
    assert 'name="name"' not in text(browser.get(PAGE))
    refused = browser.post(PAGE, {"name": "One more"})
    assert refused.status_code == 422
    assert "as many feeds as there can be" in text(refused)


def test_revoking_asks_first(user: User, browser: Client) -> None:
    feed, token = make_feed(user=user, name="Phone", now=NOON)
    address = f"{PAGE}{feed.pk}/revoke/"
    asked = browser.get(address)
    assert "Revoke this feed?" in text(asked)
    assert "<html" in text(asked)
    sheet = browser.get(address, headers={"HX-Request": "true"})
    assert "<html" not in text(sheet)
    assert 'id="sheet-title"' in text(sheet)
    assert browser.get(f"/feeds/{token}.ics").status_code == 200
    done = browser.post(address, follow=True)
    assert done.redirect_chain == [(PAGE, 302)]
    assert "“Phone” is revoked." in text(done)
    assert browser.get(f"/feeds/{token}.ics").status_code == 404
    assert browser.post(address).status_code == 404


def test_a_stranger_neither_sees_nor_ends_it(user: User, foreign_browser: Client) -> None:
    feed, token = make_feed(user=user, name="Phone", now=NOON)
    address = f"{PAGE}{feed.pk}/revoke/"
    assert "Phone" not in text(foreign_browser.get(PAGE))
    assert [foreign_browser.get(address).status_code, foreign_browser.post(address).status_code] == [404, 404]
    assert foreign_browser.get(f"/feeds/{token}.ics").status_code == 200


def test_the_page_costs_the_same_however_many(user: User, browser: Client, count_queries: CountQueries) -> None:
    make_feed(user=user, name="one", now=NOON)
    browser.get(PAGE)
    one = count_queries(lambda: browser.get(PAGE))
    for number in range(5):
        make_feed(user=user, name=str(number), now=NOON)
    assert count_queries(lambda: browser.get(PAGE)) == one
