"""Checking in on the pages."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from habits.models import Entry, Habit
from habits.tests.conftest import MakeHabit

pytestmark = pytest.mark.once

TODAY = "2026-03-18"
MINUTES: dict[str, Any] = {"target_milli": 30_000, "unit": "min"}


def _url(habit: Habit, day: str = TODAY) -> str:
    return f"/habits/{habit.pk}/entries/{day}/"


def _press(browser: Client, habit: Habit, day: str = TODAY, **fields: str) -> Any:
    """A press in the list of a page that runs htmx."""
    return browser.post(_url(habit, day), fields, headers={"HX-Request": "true", "HX-Target": f"habit-{habit.pk}"})


def _undo(answer: Any) -> dict[str, str]:
    """The fields of the undo form in an answer."""
    toast = answer.content.decode().split("data-toast", 1)[1]
    return dict(re.findall(r'type="hidden" name="(?!csrf)(\w+)" value="([^"]*)"', toast))


def test_a_plain_form_records_the_entry_and_leads_back_to_its_day(browser: Client, make_habit: MakeHabit) -> None:
    habit = make_habit()
    answer = browser.post(_url(habit, "2026-03-16"), {"value": "1"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/day/2026-03-16/")
    assert Entry.objects.get().value_milli == 1000


def test_a_form_leads_back_to_the_page_it_names_but_never_to_another_site(
    browser: Client, make_habit: MakeHabit
) -> None:
    habit = make_habit()
    ours = browser.post(_url(habit), {"value": "1", "next": f"/habits/{habit.pk}/?month=2026-02"})
    theirs = browser.post(_url(habit), {"value": "1", "next": "https://example.org/"})
    assert ours.headers["Location"] == f"/habits/{habit.pk}/?month=2026-02"
    assert theirs.headers["Location"] == f"/day/{TODAY}/"


def test_a_press_gets_the_row_and_an_undo_and_nothing_else(browser: Client, make_habit: MakeHabit) -> None:
    habit = make_habit("Meditate")
    content = _press(browser, habit, value="1").content.decode()
    assert content.startswith(f'<li id="habit-{habit.pk}"')
    assert 'aria-pressed="true" aria-label="Meditate, done"' in content
    assert 'hx-swap-oob="beforeend:#toasts"' in content
    assert "<html" not in content


def test_the_check_of_a_done_habit_takes_it_back(browser: Client, make_habit: MakeHabit) -> None:
    habit = make_habit()
    content = _press(browser, habit, value="1").content.decode()
    assert f'id="do-{habit.pk}" class="check" name="value" value=""' in content
    _press(browser, habit, value="")
    assert Entry.objects.get().value_milli is None


def test_what_is_stated_for_today_was_done_now_and_a_day_before_at_a_time_unknown(
    browser: Client, make_habit: MakeHabit
) -> None:
    habit = make_habit()
    _press(browser, habit, value="1")
    _press(browser, habit, "2026-03-17", value="1")
    assert Entry.objects.get(day=TODAY).minute == 12 * 60
    assert Entry.objects.get(day="2026-03-17").minute is None


def test_undo_removes_a_first_entry(browser: Client, make_habit: MakeHabit) -> None:
    habit = make_habit()
    fields = _undo(_press(browser, habit, value="1"))
    _press(browser, habit, **fields)
    assert not Entry.objects.exists()


def test_undo_brings_back_all_that_was_there(browser: Client, make_habit: MakeHabit) -> None:
    habit = make_habit(**MINUTES)
    _press(browser, habit, value="12.5", note="with <b>Ada</b>")
    before = Entry.objects.get()
    fields = _undo(_press(browser, habit, skipped="1", value="", note="ill"))
    fields["note"] = before.note  # the browser decodes the entities of the form
    _press(browser, habit, **fields)
    after = Entry.objects.get()
    assert (after.value_milli, after.skipped, after.note) == (12_500, False, "with <b>Ada</b>")
    assert after.performed_at == before.performed_at


def test_undo_leaves_alone_what_was_changed_elsewhere_since(browser: Client, make_habit: MakeHabit) -> None:
    habit = make_habit(**MINUTES)
    fields = _undo(_press(browser, habit, value="5"))
    _press(browser, habit, value="20")
    answer = _press(browser, habit, **fields)
    assert "changed elsewhere" in answer.content.decode()
    assert Entry.objects.get().value_milli == 20_000


def test_a_skip_keeps_its_reason_and_an_amount_ends_the_skip(browser: Client, make_habit: MakeHabit) -> None:
    habit = make_habit()
    _press(browser, habit, skipped="1", note="ill")
    entry = Entry.objects.get()
    assert (entry.skipped, entry.note, entry.value_milli) == (True, "ill", None)
    _press(browser, habit, value="1")
    entry.refresh_from_db()
    assert (entry.skipped, entry.note, entry.value_milli) == (False, "ill", 1000)


def test_a_day_that_is_done_can_be_skipped_instead(browser: Client, make_habit: MakeHabit) -> None:
    habit = make_habit()
    _press(browser, habit, value="1")
    sheet = browser.get(f"{_url(habit)}?in=list", headers={"HX-Request": "true"}).content.decode()
    assert 'data-skip name="instead"' in sheet
    answer = _press(browser, habit, instead="1", note="by mistake")
    entry = Entry.objects.get()
    assert (entry.value_milli, entry.skipped, entry.note, entry.minute) == (None, True, "by mistake", None)
    _press(browser, habit, **_undo(answer))
    entry.refresh_from_db()
    assert (entry.value_milli, entry.skipped, entry.note, entry.minute) == (1000, False, "", 12 * 60)


@pytest.mark.parametrize("headers", [{"HX-Request": "true"}, {}])
def test_a_note_survives_that_the_day_was_changed_elsewhere(
    browser: Client, make_habit: MakeHabit, headers: dict[str, str]
) -> None:
    habit = make_habit()
    _press(browser, habit, value="1")
    _press(browser, habit, value="")
    answer = browser.post(f"{_url(habit)}?in=list", {"note": "long thoughts", "version": "1"}, headers=headers)
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "changed elsewhere" in shown
    assert "long thoughts" in shown
    (version,) = re.findall(r'name="version" value="(\d+)"', shown)
    browser.post(f"{_url(habit)}?in=list", {"note": "long thoughts", "version": version}, headers=headers)
    assert Entry.objects.get().note == "long thoughts"


def test_what_a_row_could_not_take_is_put_right_in_a_sheet_over_the_list(
    browser: Client, make_habit: MakeHabit
) -> None:
    answer = _press(browser, make_habit(**MINUTES), value="1.2345")
    assert answer.status_code == 422
    assert "data-closes" in answer.content.decode()


def test_a_note_alone_states_no_amount(browser: Client, make_habit: MakeHabit) -> None:
    habit = make_habit()
    _press(browser, habit, value="1")
    browser.post(_url(habit), {"note": "early", "version": "1"})
    assert (Entry.objects.get().value_milli, Entry.objects.get().note) == (1000, "early")


@pytest.mark.parametrize("typed", ["1.2345", "-1", "many", "1e400", "99999999999"])
def test_an_impossible_amount_is_refused_and_shown_again(browser: Client, make_habit: MakeHabit, typed: str) -> None:
    habit = make_habit(**MINUTES)
    answer = browser.post(_url(habit), {"value": typed, "note": "kept words"})
    assert answer.status_code == 422
    assert f'value="{typed}"' in answer.content.decode()
    assert "kept words" in answer.content.decode()
    assert not Entry.objects.exists()


def test_a_check_takes_no_other_amount_and_says_so(browser: Client, make_habit: MakeHabit) -> None:
    habit = make_habit()
    assert "its value is 0 or 1" in _press(browser, habit, value="3").content.decode()
    assert not Entry.objects.exists()


def test_a_day_that_has_not_begun_is_refused_in_words(browser: Client, make_habit: MakeHabit) -> None:
    habit = make_habit()
    answer = browser.post(_url(habit, "2026-03-25"), {"value": "1"}, follow=True)
    assert "has not begun" in answer.content.decode()
    assert not Entry.objects.exists()


def test_a_habit_of_somebody_else_does_not_exist(foreign_browser: Client, make_habit: MakeHabit) -> None:
    habit = make_habit()
    assert foreign_browser.get(_url(habit)).status_code == 404
    assert foreign_browser.post(_url(habit), {"value": "1"}).status_code == 404
    assert foreign_browser.post(_url(habit), {"value": "no number"}).status_code == 404
    assert not Entry.objects.exists()


def test_a_day_that_no_calendar_has_does_not_exist(browser: Client, make_habit: MakeHabit) -> None:
    assert browser.get(_url(make_habit(), "2026-02-30")).status_code == 404


def test_the_sheet_in_a_list_is_a_fragment_and_a_page_elsewhere(browser: Client, make_habit: MakeHabit) -> None:
    habit = make_habit()
    fragment = browser.get(f"{_url(habit)}?in=list", headers={"HX-Request": "true"}).content.decode()
    page = browser.get(_url(habit)).content.decode()
    assert "<html" not in fragment
    assert "data-closes" in fragment
    assert "<h1" in page
    assert "data-closes" not in page


def test_a_limit_is_held_or_not(browser: Client, make_habit: MakeHabit) -> None:
    habit = make_habit("No smoking", kind="limit", target_milli=0, freezes=False)
    page = browser.get(_url(habit)).content.decode()
    assert 'name="value" value="0"' in page
    assert "It did not hold" in page
    assert 'aria-label="No smoking, not done"' in _press(browser, habit, value="1").content.decode()
    assert 'aria-label="No smoking, done"' in _press(browser, habit, value="0").content.decode()


def test_words_of_the_user_stay_words(browser: Client, make_habit: MakeHabit) -> None:
    habit = make_habit("<script>alert(1)</script>", unit='"><img src=x>', target_milli=2000)
    content = _press(browser, habit, value="1", note="<svg onload=alert(1)>").content.decode()
    assert "<script>alert" not in content
    assert "<img" not in content
    assert "<svg onload" not in content
