"""Making and changing habits on the pages."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from habits.models import Habit, Plan
from habits.presets import PRESETS
from habits.tests.conftest import DAILY, MakeHabit

pytestmark = pytest.mark.once

FORM = {"name": "Run", "kind": "build", "measure": "check", "rhythm": "daily", "colour": "teal", "freezes": "on"}
AMOUNT = {**FORM, "measure": "amount", "target": "7.5", "unit": "km"}


def test_a_preset_is_made_with_one_press(browser: Client) -> None:
    answer = browser.post("/habits/new/", {"preset": "water"})
    assert answer.headers["Location"] == "/"
    habit = Habit.objects.get()
    assert (habit.name, habit.unit, habit.icon) == ("Drink water", "glasses", "droplet")
    assert Plan.objects.get().target_milli == 8000


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.key)
def test_every_preset_can_be_made(browser: Client, preset: Any) -> None:
    browser.post("/habits/new/", {"preset": preset.key})
    assert Habit.objects.get().name == str(preset.name)


def test_a_preset_can_be_adjusted_first(browser: Client) -> None:
    page = browser.get("/habits/new/?preset=walk").content.decode()
    assert 'value="Walk"' in page
    assert 'name="target" value="30"' in page


@pytest.mark.parametrize(
    ("fields", "schedule"),
    [
        ({"rhythm": "daily"}, DAILY),
        ({"rhythm": "weekdays", "weekdays": ["1", "5"]}, {"type": "weekdays", "days": [1, 5]}),
        ({"rhythm": "weekly", "week_times": "3"}, {"type": "weekly", "times": 3}),
        ({"rhythm": "weekly", "total": "on"}, {"type": "weekly", "total": True}),
        (
            {"rhythm": "interval", "every": "3", "anchor": "2026-03-01"},
            {"type": "interval", "every": 3, "anchor": "2026-03-01"},
        ),
        ({"rhythm": "monthdays", "monthdays": ["15", "-1"]}, {"type": "monthdays", "days": [15, -1]}),
        ({"rhythm": "monthly", "month_times": "10"}, {"type": "monthly", "times": 10}),
        ({"rhythm": "monthly", "total": "on", "month_times": "10"}, {"type": "monthly", "total": True}),
        (
            {"rhythm": "rolling", "window_times": "3", "window_days": "7"},
            {"type": "rolling", "times": 3, "days": 7},
        ),
        ({"rhythm": "rolling", "window_days": "7", "total": "on"}, {"type": "rolling", "days": 7, "total": True}),
    ],
)
def test_each_rhythm_of_the_form_makes_its_schedule(
    browser: Client, fields: dict[str, Any], schedule: dict[str, Any]
) -> None:
    browser.post("/habits/new/", {**AMOUNT, **fields})
    plan = Plan.objects.get()
    assert plan.schedule == schedule
    assert plan.target_milli == 7500


def test_a_total_needs_an_amount_to_add_up(browser: Client) -> None:
    browser.post("/habits/new/", {**FORM, "rhythm": "weekly", "week_times": "2", "total": "on"})
    assert Plan.objects.get().schedule == {"type": "weekly", "times": 2}


def test_a_limit_without_an_amount_is_a_limit_of_nothing(browser: Client) -> None:
    browser.post("/habits/new/", {**FORM, "kind": "limit"})
    assert Plan.objects.get().target_milli == 0


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": " "}, "This field is required."),
        ({"rhythm": "weekdays"}, "Choose at least one day."),
        ({"rhythm": "weekly", "week_times": ""}, "Please fill this in."),
        ({"rhythm": "weekly", "week_times": "8"}, "less than or equal to 7"),
        ({"rhythm": "rolling", "window_times": "9", "window_days": "7"}, "That is more days than there are."),
        ({"rhythm": "interval", "every": "2", "anchor": "yesterday"}, "Enter a valid date."),
        ({"measure": "amount", "target": ""}, "Please say how much."),
        ({"measure": "amount", "target": "0"}, "must be above 0"),
        ({"measure": "amount", "target": "1.2345"}, "no more than 3 decimal places"),
        ({"started_on": "2031-01-01"}, "up to a year ahead"),
        ({"tags": ",".join("abcdefghijklmnop")}, "Up to 12 tags"),
    ],
)
def test_what_does_not_fit_is_said_and_what_was_typed_is_kept(
    browser: Client, fields: dict[str, Any], said: str
) -> None:
    answer = browser.post("/habits/new/", {**FORM, "why": "to feel well", **fields})
    assert answer.status_code == 422
    content = answer.content.decode()
    assert said in content
    assert "to feel well" in content
    assert not Habit.objects.exists()


def test_an_edit_holds_from_its_day_and_leaves_the_days_before(browser: Client, make_habit: MakeHabit) -> None:
    habit = make_habit()
    fields = {**FORM, "name": "Read more", "rhythm": "weekly", "week_times": "4", "effective_from": "2026-03-10"}
    answer = browser.post(f"/habits/{habit.pk}/edit/", fields)
    assert answer.headers["Location"] == f"/habits/{habit.pk}/"
    plans = list(Plan.objects.values_list("effective_from", "schedule"))
    assert plans == [(dt.date(2026, 3, 1), DAILY), (dt.date(2026, 3, 10), {"type": "weekly", "times": 4})]
    habit.refresh_from_db()
    assert habit.name == "Read more"


def test_an_edit_before_the_first_day_is_refused_at_its_field(browser: Client, make_habit: MakeHabit) -> None:
    habit = make_habit()
    fields = {**FORM, "rhythm": "weekly", "week_times": "4", "effective_from": "2026-02-01"}
    answer = browser.post(f"/habits/{habit.pk}/edit/", fields)
    assert answer.status_code == 422
    assert 'id="id_effective_from_error"' in answer.content.decode()
    assert Plan.objects.count() == 1


def test_the_edit_form_shows_the_habit_as_it_is(browser: Client, make_habit: MakeHabit) -> None:
    schedule = {"type": "monthdays", "days": [1, -1]}
    habit = make_habit("Bills", schedule=schedule, target_milli=2500, unit="h", tags=("home", "money"))
    page = browser.get(f"/habits/{habit.pk}/edit/").content.decode()
    for shown in ('value="Bills"', 'value="2.5"', 'value="h"', 'value="home, money"'):
        assert shown in page
    assert browser.post(f"/habits/{habit.pk}/edit/", {**AMOUNT, "rhythm": "monthdays", "monthdays": ["1", "-1"]})
    assert Plan.objects.get(effective_from="2026-03-18").schedule == schedule


def test_saving_the_form_unchanged_makes_no_plan(browser: Client, make_habit: MakeHabit) -> None:
    habit = make_habit()
    browser.post(f"/habits/{habit.pk}/edit/", {**FORM, "name": "Read"})
    assert Plan.objects.count() == 1


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/habits/new/", "Every day"),
        ("/habits/new/?preset=run", "20 km a week"),
        ("/habits/new/?preset=smoking", "Not at all"),
    ],
)
def test_the_form_opens_with_its_sentence(browser: Client, address: str, said: str) -> None:
    assert f"<strong>{said}" in browser.get(address).content.decode()


def test_the_edit_form_opens_with_the_sentence_of_the_plan(browser: Client, make_habit: MakeHabit) -> None:
    habit = make_habit(kind="limit", target_milli=2000, unit="cups", schedule={"type": "monthdays", "days": [3, -1]})
    page = browser.get(f"/habits/{habit.pk}/edit/").content.decode()
    assert "<strong>At most 2 cups · on day 3 and on the last day of the month" in page


def test_the_half_filled_form_is_told_in_words(browser: Client) -> None:
    fields = {**AMOUNT, "name": "", "rhythm": "weekly", "total": "on"}
    assert "7.5 km a week" in browser.post("/habits/in-words/", fields).content.decode()
    assert "Fill in the rhythm" in browser.post("/habits/in-words/", {"rhythm": "weekdays"}).content.decode()


def test_the_words_of_a_limit_keep_to_its_kind(browser: Client) -> None:
    fields = {name: value for name, value in AMOUNT.items() if name != "kind"}
    assert "At most 7.5 km" in browser.post("/habits/in-words/?kind=limit", fields).content.decode()


def test_archiving_keeps_the_habit_and_can_be_undone(browser: Client, make_habit: MakeHabit) -> None:
    habit = make_habit()
    browser.post(f"/habits/{habit.pk}/archive/", {"archived": "1"})
    habit.refresh_from_db()
    assert habit.archived_on == dt.date(2026, 3, 18)
    browser.post(f"/habits/{habit.pk}/archive/", {"archived": "0"})
    habit.refresh_from_db()
    assert habit.archived_on is None


def test_deleting_asks_first(browser: Client, make_habit: MakeHabit) -> None:
    habit = make_habit()
    assert "cannot be brought back" in browser.get(f"/habits/{habit.pk}/delete/").content.decode()
    assert Habit.objects.exists()
    browser.post(f"/habits/{habit.pk}/delete/")
    assert not Habit.objects.exists()


def test_icons_are_called_by_words(browser: Client) -> None:
    page = browser.get("/habits/new/").content.decode()
    assert '<span class="visually-hidden">Helping hand</span>' in page
    assert ">hand-heart<" not in page
