"""The pages of insights."""

from __future__ import annotations

import datetime as dt
import gzip
import re

import pytest
from django.core.cache import cache
from django.test import Client

from analytics.selectors import figures
from analytics.tests.conftest import DAILY, NOON, Log, MakeHabit
from habits.services import EntryChange, EntryWrite, set_archived, write_entries
from habits.tests.views.conftest import CountQueries, at_noon, browser, count_queries, foreign_browser
from smarthabit.accounts.user import User

pytestmark = pytest.mark.once

__all__ = ["at_noon", "browser", "count_queries", "foreign_browser"]

DAYS_AGO = NOON.date() - dt.timedelta(days=10)
CHART = re.compile(r"<svg class=\"(?:trend|heat)\".*?</svg>", re.DOTALL)


def _page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def _texts(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_an_empty_account_is_offered_a_first_habit(browser: Client) -> None:
    page = _page(browser, "/insights/")
    assert "Nothing to look at yet" in page
    assert 'href="/habits/new/"' in page


def test_a_habit_of_today_draws_nothing_yet(browser: Client, make_habit: MakeHabit) -> None:
    make_habit(started_on=NOON.date())
    assert "there is nothing to draw" in _page(browser, "/insights/")


def test_the_page_shows_how_much_was_done(browser: Client, make_habit: MakeHabit, log: Log) -> None:
    log(make_habit("Walk", unit="km", target_milli=2000), 15, 16, 17, value=2)
    page = _texts(_page(browser, "/insights/?window=7"))
    assert "7 days 50% Nothing to compare it with yet" not in page
    assert "3 of 17" in _texts(_page(browser, "/insights/?window=30"))
    assert "6 km" in page


def test_the_delta_is_told_in_words_beside_its_arrow(browser: Client, make_habit: MakeHabit, log: Log) -> None:
    log(make_habit(), 5, *range(12, 18))
    page = _texts(_page(browser, "/insights/?window=7"))
    assert "86 points more than in the 7 days before" in page


def test_a_chart_has_a_sentence_a_table_and_few_bytes(browser: Client, make_habit: MakeHabit, log: Log) -> None:
    log(make_habit(started_on=dt.date(2016, 1, 1)), 3, 4, 5)
    page = _page(browser, "/insights/?from=2016-01-01&to=2026-03-18")
    charts = CHART.findall(page)
    assert charts
    assert all('role="img" aria-label="' in chart and len(chart) <= 3 * 1024 for chart in charts)
    assert page.count("View as table") == len(charts)
    assert "style=" not in page


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("from=yesterday", "could not be read"),
        ("from=2026-02-30&to=2026-03-01", "could not be read"),
        ("from=2026-03-10&to=2026-03-01", "other way round"),
        ("from=2027-01-01", "still to come"),
        ("from=0001-01-01&to=9999-12-31", "latest 12 years"),
    ],
)
def test_odd_ranges_are_answered_kindly(browser: Client, make_habit: MakeHabit, query: str, said: str) -> None:
    make_habit()
    assert said in _page(browser, f"/insights/?{query}")


@pytest.mark.parametrize("query", ["window=12", "window=x", "from=&to=", "to=2026-03-17", "to=0001-01-05"])
def test_what_can_be_understood_needs_no_words(browser: Client, make_habit: MakeHabit, query: str) -> None:
    make_habit()
    assert 'class="message"' not in _page(browser, f"/insights/?{query}")


def test_the_cost_does_not_grow_with_the_habits(
    browser: Client, make_habit: MakeHabit, log: Log, count_queries: CountQueries
) -> None:
    habit = make_habit()
    _page(browser, "/insights/")
    log(habit, 15)
    few = count_queries(lambda: browser.get("/insights/"))
    for number in range(5):
        log(make_habit(str(number)), 16)
    _page(browser, "/insights/?window=7")
    assert count_queries(lambda: browser.get("/insights/")) <= few


def test_nothing_stale_is_shown(browser: Client, make_habit: MakeHabit, log: Log) -> None:
    habit = make_habit()
    assert "0 of 17" in _texts(_page(browser, "/insights/"))
    log(habit, 17)
    assert "1 of 17" in _texts(_page(browser, "/insights/"))


def test_a_second_look_reads_no_entries(browser: Client, make_habit: MakeHabit, count_queries: CountQueries) -> None:
    make_habit()
    first = count_queries(lambda: browser.get("/insights/"))
    assert count_queries(lambda: browser.get("/insights/")) < first


def test_the_slot_is_refreshed_with_what_the_page_shows(browser: Client, make_habit: MakeHabit, log: Log) -> None:
    log(make_habit(), 16)
    page = _page(browser, "/insights/?window=7")
    [address] = re.findall(r'data-live="charts" data-live-url="([^"]+)"', page)
    assert _page(browser, address).strip() in page


def test_a_habit_has_a_page_of_its_own(browser: Client, make_habit: MakeHabit, log: Log) -> None:
    habit, other = make_habit("Read"), make_habit("Run")
    log(habit, 15, 16)
    log(other, 15)
    page = _texts(_page(browser, f"/insights/habits/{habit.pk}/"))
    assert "2 of 17" in page
    assert "Habit by habit" not in page
    assert f"/insights/habits/{habit.pk}/" in _page(browser, f"/habits/{habit.pk}/")


def test_a_habit_of_an_amount_tells_its_sum(browser: Client, make_habit: MakeHabit, log: Log) -> None:
    habit = make_habit("Walk", unit="km")
    log(habit, 15, 16, value=2.5)
    assert "5 km" in _texts(_page(browser, f"/insights/habits/{habit.pk}/"))


@pytest.mark.parametrize("address", ["", "figures/", "insights.csv"])
def test_a_foreign_habit_is_not_found(foreign_browser: Client, make_habit: MakeHabit, address: str) -> None:
    assert foreign_browser.get(f"/insights/habits/{make_habit().pk}/{address}").status_code == 404


@pytest.mark.parametrize("address", ["", "figures/", "insights.csv"])
def test_nothing_is_shown_to_nobody(client: Client, db: None, address: str) -> None:
    assert client.get(f"/insights/{address}").status_code == 302


def test_nothing_of_others_is_counted(foreign_browser: Client, make_habit: MakeHabit, log: Log) -> None:
    log(make_habit("Secret"), 16)
    assert "Secret" not in _page(foreign_browser, "/insights/")


def test_habits_that_go_together_are_told(user: User, browser: Client, make_habit: MakeHabit) -> None:
    start = NOON.date() - dt.timedelta(days=80)
    habits = [make_habit(name, started_on=start) for name in ("Read", "Run")]
    days = [start + dt.timedelta(days=number) for number in range(80) if number * number % 7 in {1, 2}]
    writes = [EntryWrite(habit.pk, day, EntryChange(value_milli=1000)) for habit in habits for day in days]
    write_entries(user=user, now=NOON, writes=writes)
    assert "tend to happen on the same days" in _page(browser, "/insights/")
    assert "tend to happen on the same days" in _page(browser, f"/insights/habits/{habits[0].pk}/")
    assert "correlation,Read / Run" in _page(browser, "/insights/insights.csv")


def test_the_table_holds_what_the_page_shows(browser: Client, make_habit: MakeHabit, log: Log) -> None:
    log(make_habit("=1+1", unit="km"), 16)
    lines = _page(browser, "/insights/insights.csv?from=2026-03-10&to=2026-03-17").splitlines()
    assert lines[0] == "figure,name,from,to,done,asked,rate,amount,unit"
    assert "range,,2026-03-10,2026-03-17,1,8,0.125000,," in lines
    assert "habit,'=1+1,2026-03-10,2026-03-17,1,8,0.125000,1,km" in lines
    assert sum(line.startswith("day,") for line in lines) == 8
    assert "against range,,2026-03-02,2026-03-09,0,8,0.000000,," in lines
    assert "streak,'=1+1,,,,,,0,days" in lines
    assert "longest streak,'=1+1,,,,,,1,days" in lines
    assert sum(line.startswith("year,") for line in lines) == 52 * 7 + 2


def test_the_table_holds_what_it_is_compared_with(browser: Client, make_habit: MakeHabit, log: Log) -> None:
    log(make_habit("Read"), 2, 3, 16)
    query = "from=2026-03-10&to=2026-03-17&against_from=2026-03-01&against_to=2026-03-04"
    lines = _page(browser, f"/insights/insights.csv?{query}").splitlines()
    assert "against range,,2026-03-01,2026-03-04,2,4,0.500000,," in lines
    assert "against habit,Read,2026-03-01,2026-03-04,2,4,0.500000,0,".replace(",0,", ",2,") in lines
    assert "against day,,2026-03-02,2026-03-02,1,1,1.000000,," in lines


def test_any_range_is_compared_with_any_other(browser: Client, make_habit: MakeHabit, log: Log) -> None:
    log(make_habit("Read"), 2, 3, 16)
    query = "from=2026-03-10&to=2026-03-17&against_from=2026-03-01&against_to=2026-03-04"
    page = _page(browser, f"/insights/?{query}")
    assert "12%, and 50% (2 of 4) in March 1, 2026 to March 4, 2026. 38 points less than in those days." in page
    assert "trend__line--other" in page
    assert 'name="against_from" value="2026-03-01"' in page
    assert "against_from=2026-03-01&amp;against_to=2026-03-04" in page


def test_a_comparison_with_one_end_is_as_long_as_the_range(browser: Client, make_habit: MakeHabit) -> None:
    make_habit()
    both = "from=2026-03-11&to=2026-03-17"
    assert 'against_to" value="2026-03-07"' in _page(browser, f"/insights/?{both}&against_from=2026-03-01").replace(
        'name="', ""
    )
    assert 'against_from" value="2026-03-01"' in _page(browser, f"/insights/?{both}&against_to=2026-03-07").replace(
        'name="', ""
    )


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("against_from=yesterday", "other dates could not be read"),
        ("against_from=2030-01-01", "other days are still to come"),
        ("against_from=2026-03-05&against_to=2026-03-01", "other way round"),
        ("against_from=0001-01-01&against_to=9999-12-31", "latest 12 years"),
        ("against_to=0001-01-01", ""),
        ("from=0001-01-01&to=0001-01-02&against_from=0001-01-01", ""),
    ],
)
def test_odd_comparisons_are_answered_kindly(browser: Client, make_habit: MakeHabit, query: str, said: str) -> None:
    make_habit()
    assert said in _page(browser, f"/insights/?{query}")


def test_a_habits_streaks_and_milestones_are_told(browser: Client, make_habit: MakeHabit, log: Log) -> None:
    habit = make_habit("Walk", unit="km", target_milli=1000)
    log(habit, *range(4, 18), value=2)
    for address in (f"/insights/habits/{habit.pk}/", f"/habits/{habit.pk}/"):
        page = _texts(_page(browser, address))
        assert re.search("A streak of 7 days *March 10, 2026", page)
        assert re.search("7 days kept *March 10, 2026", page)
        assert re.search("10 km in all *March 8, 2026", page)
        assert re.search("The longest streak: 14 days *March 17, 2026", page)
        assert re.search("Streak *14 days", page)
    assert "milestone,streak,2026-03-10,2026-03-10,,,,7," in _page(browser, f"/insights/habits/{habit.pk}/insights.csv")


def test_the_strength_is_drawn_over_time(browser: Client, make_habit: MakeHabit, log: Log) -> None:
    habit = make_habit()
    log(habit, *range(1, 18))
    for address in ("/insights/", f"/insights/habits/{habit.pk}/"):
        assert "Strength over 18 days: from 5 to 60 per cent" in _page(browser, address)


def test_a_page_of_fifty_habits_and_five_years_is_light(browser: Client, make_habit: MakeHabit) -> None:
    for number in range(50):
        make_habit(f"Habit {number}", started_on=dt.date(2021, 3, 18))
    page = browser.get("/insights/?from=2021-03-18&to=2026-03-18&against_from=2020-01-01").content
    assert len(gzip.compress(page)) <= 15 * 1024


def test_the_table_of_a_habit_is_its_own(browser: Client, make_habit: MakeHabit, log: Log) -> None:
    habit, other = make_habit("Read"), make_habit("Run")
    log(other, 16)
    table = _page(browser, f"/insights/habits/{habit.pk}/insights.csv")
    assert "habit,Read," in table
    assert "Run" not in table


def test_weekly_habits_are_counted_in_weeks(browser: Client, make_habit: MakeHabit, log: Log) -> None:
    log(make_habit(schedule={"type": "weekly", "times": 2}, started_on=dt.date(2026, 3, 2)), 3, 5, 9)
    assert "1 of 2" in _texts(_page(browser, "/insights/?window=30"))


def test_the_hours_are_drawn_where_they_are_known(user: User, browser: Client, make_habit: MakeHabit) -> None:
    habit = make_habit()
    change = EntryChange(value_milli=1000, performed_at=dt.datetime(2026, 3, 17, 7, 30, tzinfo=dt.UTC))
    write_entries(user=user, now=NOON, writes=[EntryWrite(habit.pk, dt.date(2026, 3, 17), change)])
    assert "Mostly around 7 a.m.; the time is known of 1 entry" in _page(browser, "/insights/")


def test_the_users_first_weekday_comes_first(user: User, browser: Client, make_habit: MakeHabit, log: Log) -> None:
    User.objects.filter(pk=user.pk).update(week_starts_on=7)
    log(make_habit(schedule=DAILY), 16)
    page = _page(browser, "/insights/")
    bars = next(chart for chart in CHART.findall(page) if "trend__bars" in chart)
    assert re.findall(r">(\w{3})</text>", bars) == ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]


def test_an_answer_whose_place_another_took_is_made_again(
    browser: Client, make_habit: MakeHabit, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figures, "ANSWERS_KEPT", 1)
    log(make_habit(started_on=DAYS_AGO), 9, 16, 17)
    for _ in range(2):
        assert "2 of 6" in _texts(_page(browser, "/insights/?window=7"))
        assert "3 of 10" in _texts(_page(browser, "/insights/?window=30"))


def test_of_very_many_habits_the_first_are_counted_and_the_page_says_so(
    browser: Client, make_habit: MakeHabit, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    away, first, beyond = (make_habit(name, started_on=DAYS_AGO) for name in ("Away", "First", "Beyond"))
    set_archived(user=away.user, habit_id=away.pk, archived=True, now=NOON)
    for habit in (away, first, beyond):
        log(habit, 16, 17)
    said = "the figures on this page are those of the first"
    whole = _texts(_page(browser, "/insights/"))
    assert said not in whole
    assert all(name in whole for name in ("Away", "First", "Beyond"))
    monkeypatch.setattr(figures, "MOST_COUNTED", 1)
    cache.clear()
    page = _texts(_page(browser, "/insights/"))
    assert f"{said} 1 in your order" in page
    assert "First" in page
    assert "Away" not in page
    assert "Beyond" not in page
