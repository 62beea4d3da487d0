"""The page of a day."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client

from habits.selectors import LISTED, tally
from habits.services import EntryChange, add_pause, record_entry
from habits.tests.conftest import NOON, MakeHabit
from habits.tests.views.conftest import CountQueries
from smarthabit.accounts.services import finish_onboarding
from smarthabit.accounts.user import User
from smarthabit.kernel import clock

pytestmark = pytest.mark.once


def _rows(page: str) -> list[str]:
    return re.findall(r'class="row__name"[^>]*>([^<]+)', page)


def _page(browser: Client, address: str = "/") -> str:
    return browser.get(address).content.decode()


@pytest.mark.django_db
def test_whoever_is_not_signed_in_learns_what_this_is_and_how_to_begin() -> None:
    page = _page(Client())
    assert 'href="/accounts/signup/"' in page
    assert 'href="/accounts/login/"' in page


@pytest.mark.django_db
def test_a_closed_door_offers_no_sign_up(settings: pytest.FixtureRequest) -> None:
    settings.REGISTRATION_OPEN = False  # type: ignore[attr-defined]  # pytest-django's settings take any name
    assert 'href="/accounts/signup/"' not in _page(Client())


def test_today_is_the_users_own(browser: Client, user: User, make_habit: MakeHabit) -> None:
    make_habit()
    user.timezone = "Pacific/Auckland"
    user.save()
    assert "Thursday, March 19" in _page(browser)


def test_today_knows_when_it_ends_and_a_day_before_does_not_care(
    browser: Client, user: User, make_habit: MakeHabit
) -> None:
    make_habit()
    user.timezone, user.day_starts_at = "America/New_York", dt.time(3)
    user.save()
    end = dt.datetime(2026, 3, 19, 7, tzinfo=dt.UTC)  # 03:00 there
    assert f'data-ends="{int(end.timestamp())}"' in _page(browser)
    assert "data-ends" not in _page(browser, "/day/2026-03-17/")


def test_every_habit_that_is_asked_for_has_its_row(browser: Client, make_habit: MakeHabit) -> None:
    make_habit("Read")
    make_habit("Bills", schedule={"type": "monthdays", "days": [1]})
    page = _page(browser)
    asked, unasked = page.split('<details class="unasked"')
    assert _rows(asked) == ["Read"]
    assert _rows(unasked) == ["Bills"]


def test_a_day_on_which_all_is_paused_says_so_and_leads_to_the_pause(
    browser: Client, user: User, make_habit: MakeHabit
) -> None:
    make_habit()
    add_pause(user=user, habit_id=None, starts_on=NOON.date(), ends_on=None, reason="Seaside", now=NOON)
    today, before = _page(browser), _page(browser, "/day/2026-03-17/")
    assert "Everything is paused: from March 18, 2026 on." in today
    assert "Seaside" in today
    assert 'href="/habits/pauses/"' in today
    assert "Everything is paused" not in before


def test_progress_counts_what_is_asked_and_leaves_out_skips_and_limits_that_hold(
    browser: Client, user: User, make_habit: MakeHabit
) -> None:
    done, skipped = make_habit("A"), make_habit("B")
    make_habit("C")
    make_habit("No smoking", kind="limit", target_milli=0)
    today = dt.date(2026, 3, 18)
    record_entry(user=user, habit_id=done.pk, day=today, change=EntryChange(value_milli=1000), now=NOON)
    record_entry(user=user, habit_id=skipped.pk, day=today, change=EntryChange(skipped=True), now=NOON)
    assert "1 of 2 done" in _page(browser)


def test_a_past_day_shows_what_was_stated_then(browser: Client, user: User, make_habit: MakeHabit) -> None:
    habit = make_habit("Read")
    change = EntryChange(value_milli=1000)
    record_entry(user=user, habit_id=habit.pk, day=dt.date(2026, 3, 16), change=change, now=NOON)
    assert 'aria-label="Read, done"' in _page(browser, "/day/2026-03-16/")
    assert 'aria-label="Read, missed"' in _page(browser, "/day/2026-03-15/")
    assert 'aria-label="Read, open"' in _page(browser)


def test_only_rows_of_today_are_kept_live(browser: Client, make_habit: MakeHabit) -> None:
    habit = make_habit()
    assert f'data-live="habit:{habit.pk}"' in _page(browser)
    assert f'data-live="habit:{habit.pk}"' not in _page(browser, "/day/2026-03-16/")


def test_the_list_alone_is_the_same_as_on_the_page(browser: Client, make_habit: MakeHabit) -> None:
    make_habit("Read")
    make_habit("Run", target_milli=5000, unit="km")

    def without_tokens(page: str) -> str:
        return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)

    assert without_tokens(_page(browser, "/day/2026-03-18/rows/")) in without_tokens(_page(browser))


def test_days_to_come_are_refused_kindly(browser: Client) -> None:
    answer = browser.get("/day/2026-03-19/")
    assert answer.status_code == 404
    assert "has not come yet" in answer.content.decode()
    assert browser.get("/day/1812-01-01/").status_code == 404
    assert browser.get("/day/2026-02-30/").status_code == 404


def test_the_date_field_leads_to_its_day(browser: Client) -> None:
    assert browser.get("/day/?day=2026-03-01").headers["Location"] == "/day/2026-03-01/"
    assert browser.get("/day/?day=soon").headers["Location"] == "/"


def test_an_empty_list_offers_a_way_on(browser: Client, user: User) -> None:
    finish_onboarding(user=user, now=clock.now())
    page = _page(browser)
    assert "Nothing on your list yet" in page
    assert 'href="/habits/new/"' in page


def test_a_long_list_has_pages(browser: Client, make_habit: MakeHabit) -> None:
    for number in range(LISTED + 1):
        make_habit(f"Habit {number}")
    assert len(_rows(_page(browser))) == LISTED
    assert _rows(_page(browser, "/day/2026-03-18/?page=2")) == [f"Habit {LISTED}"]
    assert browser.get("/?page=9").headers["Location"] == "/"


def test_the_number_of_queries_does_not_grow_with_the_list(
    browser: Client, make_habit: MakeHabit, count_queries: CountQueries
) -> None:
    for number in range(5):
        make_habit(f"Habit {number}", tags=(f"tag {number}",))
    _page(browser)
    few = count_queries(lambda: _page(browser))
    for number in range(5, 30):
        make_habit(f"Habit {number}", tags=(f"tag {number}",))
    _page(browser)
    assert count_queries(lambda: _page(browser)) == few


def test_nobody_sees_the_habits_of_somebody_else(foreign_browser: Client, make_habit: MakeHabit) -> None:
    make_habit("Secret")
    assert "Secret" not in foreign_browser.get("/", follow=True).content.decode()
    assert "Secret" not in _page(foreign_browser, "/day/2026-03-18/rows/")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["/day/2026-03-18/", "/day/2026-03-18/rows/", "/welcome/", "/habits/", "/habits/new/"]
)
def test_pages_of_people_ask_to_sign_in(address: str) -> None:
    assert Client().get(address).headers["Location"] == f"/accounts/login/?next={address}"


def test_progress_counts_the_whole_day_though_the_page_ends(
    browser: Client, user: User, make_habit: MakeHabit, count_queries: CountQueries
) -> None:
    habits = [make_habit(f"Habit {number:02}") for number in range(LISTED + 3)]
    make_habit("No smoking", kind="limit", target_milli=0)
    skipped, first, last = habits[-1], habits[0], habits[-2]
    for habit, change in (
        (first, EntryChange(value_milli=1000)),
        (last, EntryChange(value_milli=1000)),
        (skipped, EntryChange(skipped=True)),
    ):
        for back in (0, 1):
            day = NOON.date() - dt.timedelta(days=back)
            record_entry(user=user, habit_id=habit.pk, day=day, change=change, now=NOON)
    asked = LISTED + 2
    for address in ("/", "/day/2026-03-18/?page=2"):
        assert f"2 of {asked} done" in _page(browser, address)
    assert f"3 of {asked + 1} done" in _page(browser, "/day/2026-03-17/")  # the limit held
    assert f'data-done="1" data-asked="{asked - LISTED}"' in _page(browser)
    warm = count_queries(lambda: _page(browser))
    tally.forget()
    cold = count_queries(lambda: _page(browser))
    for number in range(5):
        make_habit(f"More {number}")
    _page(browser)
    tally.forget()
    assert warm < count_queries(lambda: _page(browser)) == cold


def test_with_more_habits_than_are_counted_the_page_speaks_for_itself(
    browser: Client, make_habit: MakeHabit, monkeypatch: pytest.MonkeyPatch, count_queries: CountQueries
) -> None:
    monkeypatch.setattr(tally, "MOST_COUNTED", 1)
    tally.forget()
    for number in range(LISTED + 2):
        make_habit(f"Habit {number}")
    page = _page(browser)
    assert f"0 of {LISTED} done" in page
    assert "on this page" in page
    warm = count_queries(lambda: _page(browser))
    tally.forget()
    assert count_queries(lambda: _page(browser)) == warm + 1
