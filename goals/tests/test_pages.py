"""The pages of goals."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client

from goals import presets
from goals.models import Goal, ManualProgress
from goals.tests.conftest import NOON, Log, MakeGoal, MakeHabit
from habits.services import delete_habit
from habits.tests.views.conftest import CountQueries, at_noon, browser, count_queries, foreign_browser
from smarthabit.accounts.user import User

pytestmark = pytest.mark.once

__all__ = ["at_noon", "browser", "count_queries", "foreign_browser"]


def _page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_an_empty_list_offers_a_way_on(browser: Client) -> None:
    page = _page(browser, "/goals/")
    assert "No goals yet" in page
    assert 'href="/goals/new/"' in page


def test_the_list_shows_what_goes_on_before_what_is_over(
    browser: Client, make_habit: MakeHabit, make_goal: MakeGoal
) -> None:
    make_goal(make_habit(), title="Going")
    make_goal(title="Gone", deadline=dt.date(2026, 3, 2))
    page = _page(browser, "/goals/")
    assert page.index("Going") < page.index("Behind you") < page.index("Gone")


def test_the_lists_cost_does_not_grow_with_the_goals(
    browser: Client, make_habit: MakeHabit, make_goal: MakeGoal, count_queries: CountQueries
) -> None:
    make_goal(make_habit())
    few = count_queries(lambda: browser.get("/goals/"))
    for number in range(4):
        make_goal(make_habit(str(number)))
    assert count_queries(lambda: browser.get("/goals/")) == few


def test_a_goals_page_draws_the_way_and_says_it_in_a_sentence(
    browser: Client, make_habit: MakeHabit, make_goal: MakeGoal, log: Log
) -> None:
    read = make_habit("Read")
    goal = make_goal(read, milestones=(5000,))
    log(read, *range(2, 12))
    page = _page(browser, f"/goals/{goal.pk}/")
    assert 'role="img" aria-label="Since March 1, 2026: 10 of 10.' in page
    assert "View as table" in page
    assert "style=" not in page
    assert re.search(r'class="burnup__target" d="M0 \d+h600"', page)


def test_where_it_is_too_early_for_a_forecast_none_is_drawn(
    browser: Client, make_habit: MakeHabit, make_goal: MakeGoal
) -> None:
    for first, early in ((dt.date(2026, 3, 16), True), (dt.date(2026, 1, 1), False)):
        page = _page(browser, f"/goals/{make_goal(make_habit(started_on=first)).pk}/")
        assert ("Too early for a forecast" in page) is early
        assert ("futures" in page) is not early


@pytest.mark.parametrize("measure", ["total", "count", "streak", "manual"])
def test_every_kind_of_goal_has_its_page_and_its_picture(
    browser: Client, make_habit: MakeHabit, make_goal: MakeGoal, measure: str
) -> None:
    habits = () if measure == "manual" else (make_habit(),)
    for deadline in (None, dt.date(2026, 3, 31)):
        goal = make_goal(*habits, measure=measure, deadline=deadline)
        assert "burnup" in _page(browser, f"/goals/{goal.pk}/")
        assert "<html" not in _page(browser, f"/goals/{goal.pk}/picture/")


def test_a_goal_whose_habits_are_gone_says_so_kindly(
    browser: Client, user: User, make_habit: MakeHabit, make_goal: MakeGoal
) -> None:
    read = make_habit()
    goal = make_goal(read)
    delete_habit(user=user, habit_id=read.pk)
    assert "The habits that fed this goal are gone" in _page(browser, f"/goals/{goal.pk}/")


def test_a_page_costs_the_same_for_few_and_many_habits(
    browser: Client, make_habit: MakeHabit, make_goal: MakeGoal, log: Log, count_queries: CountQueries
) -> None:
    one = make_goal(make_habit())
    many = make_goal(*[make_habit(str(number)) for number in range(6)], milestones=(1000, 2000))
    few = count_queries(lambda: browser.get(f"/goals/{one.pk}/"))
    assert count_queries(lambda: browser.get(f"/goals/{many.pk}/")) == few


def test_a_goal_is_set_from_a_habit_in_three_presses(browser: Client, make_habit: MakeHabit) -> None:
    read = make_habit("Read")
    assert f'href="/goals/new/?habit={read.pk}"' in _page(browser, f"/habits/{read.pk}/")
    assert 'name="preset" value="streak"' in _page(browser, f"/goals/new/?habit={read.pk}")
    response = browser.post(f"/goals/new/?habit={read.pk}", {"preset": "streak"})
    goal = Goal.objects.get()
    assert response["Location"] == f"/goals/{goal.pk}/"
    assert (goal.measure, goal.target_milli) == ("streak", 7000)


@pytest.mark.parametrize("preset", ["count", "streak", "total"])
def test_each_ready_goal_can_be_made(browser: Client, make_habit: MakeHabit, preset: str) -> None:
    run = make_habit("R" * 120, unit="km", target_milli=5500)
    assert browser.post(f"/goals/new/?habit={run.pk}", {"preset": preset}).status_code == 302
    assert Goal.objects.get().measure == preset


def test_ready_goals_suit_the_habit(browser: Client, make_habit: MakeHabit) -> None:
    ended = make_habit("Check", schedule={"type": "interval", "every": 365, "anchor": "2026-03-01"})
    page = _page(browser, f"/goals/new/?habit={ended.pk}")
    assert 'name="preset" value="streak"' in page
    assert 'name="preset" value="total"' not in page
    assert 'name="preset" value="count"' not in page


def test_there_is_no_ready_goal_for_what_leads_nowhere(
    browser: Client, make_habit: MakeHabit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(presets.STREAKS, "day", ())
    tiny = make_habit(unit="km", target_milli=1, schedule={"type": "interval", "every": 365, "anchor": "2026-03-19"})
    page = _page(browser, f"/goals/new/?habit={tiny.pk}")
    assert 'name="preset" value="count"' in page
    assert 'name="preset" value="streak"' not in page
    assert 'name="preset" value="total"' not in page


def test_the_list_alone_is_fetched_by_pages_that_are_out_of_date(browser: Client, make_goal: MakeGoal) -> None:
    make_goal(title="Going")
    page = _page(browser, "/goals/rows/")
    assert "Going" in page
    assert "<html" not in page


def test_a_goal_can_be_made_by_the_form(browser: Client, make_habit: MakeHabit) -> None:
    run, walk = make_habit("Run", unit="km"), make_habit("Walk", unit="km")
    sent = {
        "title": "  Far   away ",
        "measure": "total",
        "target": "300.5",
        "unit": "km",
        "habits": [run.pk, walk.pk],
        f"weight_{run.pk}": "",
        f"weight_{walk.pk}": "0.5",
        "milestones": "100 200,5",
        "deadline": "2026-06-30",
    }
    browser.post("/goals/new/", sent)
    goal = Goal.objects.get()
    assert (goal.title, goal.target_milli, goal.starts_on) == ("Far away", 300_500, NOON.date())
    assert dict(goal.links.values_list("habit_id", "weight_milli")) == {run.pk: 1000, walk.pk: 500}
    assert [one.amount_milli for one in goal.milestones.all()] == [100_000, 200_500]


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"title": ""}, "This field is required"),
        ({"target": "0"}, "The target must be above 0."),
        ({"target": "x"}, "Enter a number."),
        ({"milestones": "ten"}, "Numbers with spaces between them"),
        ({"milestones": "99"}, "A milestone lies on the way"),
        ({"deadline": "2026-03-01", "starts_on": "2026-03-02"}, "The deadline comes before the start."),
        ({"habits": []}, "Choose at least one habit"),
        ({"habits": ["999"]}, "Select a valid choice"),
        ({"measure": "luck"}, "Select a valid choice"),
    ],
)
def test_what_does_not_fit_is_shown_where_it_was_typed(
    browser: Client, make_habit: MakeHabit, sent: dict[str, object], said: str
) -> None:
    read = make_habit()
    fine = {"title": "Read", "measure": "total", "target": "10", "habits": [read.pk], f"weight_{read.pk}": "1"}
    response = browser.post("/goals/new/", {**fine, **sent})
    assert response.status_code == 422
    assert said in response.content.decode()
    assert not Goal.objects.exists()


def test_a_bad_weight_is_shown_at_the_habits(browser: Client, make_habit: MakeHabit) -> None:
    read = make_habit()
    fine = {"title": "Read", "measure": "total", "target": "10", "habits": [read.pk]}
    for weight in ("-1", "1001", "0"):
        response = browser.post("/goals/new/", {**fine, f"weight_{read.pk}": weight})
        assert response.status_code == 422
        assert "eight" in response.content.decode()


def test_a_goal_can_be_edited(browser: Client, make_habit: MakeHabit, make_goal: MakeGoal) -> None:
    goal = make_goal(make_habit("Read"), milestones=(2500,))
    page = _page(browser, f"/goals/{goal.pk}/edit/")
    assert 'value="2.5"' in page
    browser.post(f"/goals/{goal.pk}/edit/", {"title": "By hand", "measure": "manual", "target": "5"})
    goal.refresh_from_db()
    assert (goal.title, goal.measure, goal.starts_on) == ("By hand", "manual", dt.date(2026, 3, 1))
    assert not goal.links.exists()
    refused = browser.post(f"/goals/{goal.pk}/edit/", {"title": "By hand", "measure": "streak", "target": "5"})
    assert refused.status_code == 422


def test_a_goal_can_be_let_go_of_taken_up_again_and_deleted(browser: Client, make_goal: MakeGoal) -> None:
    goal = make_goal()
    browser.post(f"/goals/{goal.pk}/abandon/", {"abandoned": "1"})
    assert "Take it up again" in _page(browser, f"/goals/{goal.pk}/")
    browser.post(f"/goals/{goal.pk}/abandon/", {"abandoned": "0"})
    assert "Let go of this goal" in _page(browser, f"/goals/{goal.pk}/")
    assert "Delete for good" in _page(browser, f"/goals/{goal.pk}/delete/")
    browser.post(f"/goals/{goal.pk}/delete/")
    assert not Goal.objects.exists()


def test_progress_is_entered_and_taken_back_by_hand(browser: Client, make_goal: MakeGoal) -> None:
    goal = make_goal()
    browser.post(f"/goals/{goal.pk}/progress/", {"amount": "2.5", "day": "2026-03-17", "note": "a good day"})
    page = _page(browser, f"/goals/{goal.pk}/")
    assert "a good day" in page
    assert 'goal__amount">2.5<' in page
    entry = ManualProgress.objects.get()
    browser.post(f"/goals/{goal.pk}/progress/{entry.pk}/remove/")
    assert not ManualProgress.objects.exists()


@pytest.mark.parametrize(
    "sent", [{"amount": "", "day": "2026-03-17"}, {"amount": "1", "day": "x"}, {"amount": "0", "day": "2026-03-17"}]
)
def test_progress_that_cannot_be_is_refused_on_the_page(
    browser: Client, make_goal: MakeGoal, sent: dict[str, str]
) -> None:
    goal = make_goal()
    response = browser.post(f"/goals/{goal.pk}/progress/", sent)
    assert response.status_code == 422
    assert "errorlist" in response.content.decode()


def test_other_peoples_goals_are_not_there(foreign_browser: Client, make_habit: MakeHabit, make_goal: MakeGoal) -> None:
    goal, read = make_goal(), make_habit()
    for path in ("", "picture/", "edit/", "delete/"):
        assert foreign_browser.get(f"/goals/{goal.pk}/{path}").status_code == 404
    for path in ("edit/", "delete/", "abandon/", "progress/", "progress/1/remove/"):
        sent = {"amount": "1", "day": "2026-03-17"}
        assert foreign_browser.post(f"/goals/{goal.pk}/{path}", sent).status_code == 404
    assert foreign_browser.get(f"/goals/new/?habit={read.pk}").status_code == 404
    assert foreign_browser.get("/goals/new/?habit=x").status_code == 404
    assert goal.title not in _page(foreign_browser, "/goals/")


def test_pages_are_for_people_who_are_signed_in(make_goal: MakeGoal) -> None:
    assert Client().get(f"/goals/{make_goal().pk}/").status_code == 302
