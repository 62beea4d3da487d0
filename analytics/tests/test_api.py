"""Figures through the API."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from analytics.tests.conftest import Log, MakeHabit
from habits.tests.api.conftest import Script, noon, script, strange_script

pytestmark = pytest.mark.once

__all__ = ["noon", "script", "strange_script"]


def _get(script: Script, path: str, status: int = 200) -> Any:
    answer = script("GET", path)
    assert answer.status_code == status
    return answer.json()


def test_an_empty_account_has_figures_too(script: Script, user: Any) -> None:
    found = _get(script, "analytics/overview/")
    assert found["completion"] == {
        "days": 90,
        "done": 0,
        "asked": 0,
        "rate": None,
        "before": {"done": 0, "asked": 0, "rate": None},
        "delta": None,
    }
    assert (found["trend"], found["correlations"], found["best"]) == ([], [], {"stretch": None, "habits": []})


def test_the_overview_tells_everything_about_the_range(script: Script, make_habit: MakeHabit, log: Log) -> None:
    habit = make_habit("Walk", unit="km", target_milli=2000)
    log(habit, 10, 11, value=2)
    log(habit, 12, value=0.5)
    found = _get(script, "analytics/overview/?from=2026-03-09&to=2026-03-15")
    assert (found["from"], found["to"], found["step"]) == ("2026-03-09", "2026-03-15", "day")
    assert found["partial"] is False
    assert found["totals"] == {"habits": 1, "done": 2, "asked": 7, "rate": "0.285714", "days_with_amount": 3}
    assert found["completion"]["before"] == {"done": 0, "asked": 7, "rate": "0.000000"}
    assert found["completion"]["delta"] == "0.285714"
    assert [one["days"] for one in found["windows"]] == [7, 30, 90, 365]
    assert found["trend"][1] == {
        "from": "2026-03-10",
        "to": "2026-03-10",
        "done": 1,
        "asked": 1,
        "rate": "1.000000",
        "open": False,
    }
    assert found["by_weekday"][1] == {"weekday": 2, "done": 1, "asked": 1, "rate": "1.000000"}
    assert len(found["by_hour"]) == 24
    share = {"done": 2, "asked": 7, "rate": "0.285714"}
    streak = {"current": 0, "longest": 2, "unit": "day"}
    assert found["habits"] == [{"habit": str(habit.pk), **share, "days": 3, "amount": "4.5", "streak": streak}]
    assert (found["against"]["from"], found["against"]["to"]) == ("2026-03-02", "2026-03-08")
    assert (found["against"]["done"], found["against"]["asked"], found["against"]["trend"]) == (0, 7, [])
    assert {"day": "2026-03-10", "done": 1, "asked": 1} in found["year"]
    assert found["strength"][-1]["day"] == "2026-03-15"
    assert found["best"]["habits"] == found["worst"]["habits"] == [{"habit": str(habit.pk), **share}]


def test_one_habit_has_the_same(script: Script, make_habit: MakeHabit, log: Log) -> None:
    habit, other = make_habit("Read"), make_habit("Run")
    log(habit, 16)
    log(other, 15, 16, 17)
    found = _get(script, f"habits/{habit.pk}/analytics/?from=2026-03-16&to=2026-03-17")
    assert found["habit"] == str(habit.pk)
    assert found["totals"] == {"habits": 1, "done": 1, "asked": 2, "rate": "0.500000", "days_with_amount": 1}
    assert found["correlations"] == []


def test_any_range_is_compared_with_any_other(script: Script, make_habit: MakeHabit, log: Log) -> None:
    log(make_habit("Read"), 2, 3, 16)
    query = "from=2026-03-10&to=2026-03-17&against_from=2026-03-01&against_to=2026-03-04"
    found = _get(script, f"analytics/overview/?{query}")
    assert found["completion"]["before"] == {"done": 2, "asked": 4, "rate": "0.500000"}
    assert found["completion"]["delta"] == "-0.375000"
    assert [point["done"] for point in found["against"]["trend"]] == [0, 1, 1, 0]
    assert found["against"]["habits"][0]["done"] == 2
    shorter = _get(script, "analytics/overview/?from=2026-03-10&to=2026-03-17&against_from=2026-03-01")
    assert shorter["against"]["to"] == "2026-03-08"


def test_a_habit_has_milestones_and_how_full_its_days_were(script: Script, make_habit: MakeHabit, log: Log) -> None:
    habit = make_habit("Walk", unit="km", target_milli=2000)
    log(habit, *range(9, 17), value=2)
    log(habit, 17, value=1)
    found = _get(script, f"habits/{habit.pk}/analytics/")
    assert {"kind": "kept", "amount": "7", "day": "2026-03-15"} in found["milestones"]
    assert {"kind": "total", "amount": "10", "day": "2026-03-13"} in found["milestones"]
    assert found["milestones"][0] == {"kind": "longest", "amount": "8", "day": "2026-03-16"}
    levels = {one["day"]: one["level"] for one in found["year"]}
    assert (levels["2026-03-16"], levels["2026-03-17"], levels["2026-02-01"]) == (4, 2, None)


def test_a_long_range_has_its_best_and_its_worst_stretch(script: Script, make_habit: MakeHabit, log: Log) -> None:
    log(make_habit(started_on=dt.date(2026, 2, 1)), *range(1, 8))
    found = _get(script, "analytics/overview/?from=2026-02-01&to=2026-03-14")
    assert found["best"]["stretch"]["rate"] > found["worst"]["stretch"]["rate"]
    assert (found["best"]["stretch"]["to"], found["step"]) == ("2026-03-10", "week")


def test_what_is_put_away_still_counts(script: Script, user: Any, make_habit: MakeHabit, log: Log) -> None:
    from habits.services import set_archived
    from habits.tests.conftest import NOON

    habit = make_habit()
    log(habit, 16)
    set_archived(user=user, habit_id=habit.pk, archived=True, now=NOON)
    assert _get(script, "analytics/overview/")["totals"]["done"] == 1


def test_a_foreign_habit_is_not_found(strange_script: Script, make_habit: MakeHabit) -> None:
    assert _get(strange_script, f"habits/{make_habit().pk}/analytics/", 404)["status"] == 404


def test_nothing_of_others_is_counted(strange_script: Script, make_habit: MakeHabit, log: Log) -> None:
    log(make_habit(), 16)
    assert _get(strange_script, "analytics/overview/")["totals"]["habits"] == 0


@pytest.mark.parametrize(
    "query",
    [
        "from=2026-03-10&to=2026-03-01",
        "from=today",
        "to=2026-02-30",
        "from=1900-01-01&to=2026-01-01",
        "from=2030-01-01",
        "against_from=2026-02-30",
        "against_from=2026-03-05&against_to=2026-03-01",
        "against_to=2026-03-01",
        "against_from=1900-01-01&against_to=2026-01-01",
    ],
)
def test_bad_ranges_are_problems(script: Script, user: Any, query: str) -> None:
    problem = _get(script, f"analytics/overview/?{query}", 400)
    assert problem["errors"]


@pytest.mark.parametrize(
    "query",
    ["to=0001-01-02", "to=0001-01-02&against_from=9999-12-30", "from=9999-12-01&to=9999-12-31", "to=2026-01-01"],
)
def test_ranges_at_the_ends_of_time_are_empty(script: Script, make_habit: MakeHabit, query: str) -> None:
    make_habit()
    found = _get(script, f"analytics/overview/?{query}")
    assert found["totals"]["asked"] == 0


def test_nobody_is_told_anything(client: Any, db: None) -> None:
    assert client.get("/api/v1/analytics/overview/").status_code == 401
