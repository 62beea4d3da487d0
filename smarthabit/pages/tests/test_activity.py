"""The list of what happened lately."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client

from analytics.models import Suggestion
from analytics.suggestions.plans import told_plan
from goals.models import Goal, GoalEvent
from habits.models import Entry, Habit, ImportJob
from habits.selectors.rules import rules_of
from habits.services import EntryChange, record_entry
from habits.tests.conftest import NOON, MakeHabit
from habits.tests.views.conftest import CountQueries
from nudges.models import Nudge
from smarthabit.accounts.user import User

pytestmark = pytest.mark.once

TODAY = NOON.date()


def _say(user: User, habit: Habit, back: int = 0, value: int = 1000) -> None:
    day, now = TODAY - dt.timedelta(days=back), NOON - dt.timedelta(minutes=back + 1)
    record_entry(user=user, habit_id=habit.pk, day=day, change=EntryChange(value_milli=value), now=now)


def _something_of_everything(user: User, habit: Habit) -> None:
    _say(user, habit)
    Nudge.objects.create(
        user=user,
        habit=habit,
        day=TODAY,
        slot=2,
        channel="inapp",
        style="plan",
        message_key="k",
        state=Nudge.State.SENT,
        why=[{"code": "planned", "at": "12:00"}],
        due_at=NOON,
        expires_at=NOON,
        next_attempt_at=NOON,
        created_at=NOON,
        sent_at=NOON,
    )
    Suggestion.objects.create(
        user=user,
        habit=habit,
        kind=Suggestion.Kind.PAUSE,
        state=Suggestion.State.UNDONE,
        made_on=TODAY,
        made_at=NOON,
        decided_on=TODAY,
        decided_at=NOON - dt.timedelta(days=1),
        evidence={"silent": 14},
        patch={"pause": 14},
        plan=told_plan(habit, rules_of(user, [habit])[habit.pk].plans[-1]),
        expected=[0.1, 0.4, 0.9],
        certainty=0.9,
        before=0.5,
        after=0.6,
        yardstick_milli=1000,
    )
    goal = Goal.objects.create(
        user=user, title="Far", measure="total", target_milli=300_000, unit="km", starts_on=TODAY, created_at=NOON
    )
    for kind, mark in (("reached", 300_000), ("milestone", 100_000), ("missed", TODAY.toordinal())):
        GoalEvent.objects.create(user=user, goal=goal, kind=kind, mark=mark, day=TODAY, recorded_at=NOON)
    ImportJob.objects.create(user=user, filename="loop.zip", status="done", created_at=NOON, finished_at=NOON)


def test_everything_that_happened_is_told_newest_day_first(browser: Client, user: User, make_habit: MakeHabit) -> None:
    _something_of_everything(user, make_habit("Meditate"))
    content = browser.get("/activity/").content.decode()
    for told in ("Meditate", "nothing", "done", "Reached: 300 km", "A milestone: 100 km", "The deadline passed"):
        assert told in content
    assert "loop.zip" in content
    assert "Take a break of two weeks" in content
    assert "Undone" in content
    assert content.index(">Today</h2>") < content.index(">Yesterday</h2>")


def test_one_kind_can_be_chosen_and_a_strange_one_is_all(browser: Client, user: User, make_habit: MakeHabit) -> None:
    _something_of_everything(user, make_habit("Meditate"))
    goals = browser.get("/activity/?kind=goals").content.decode()
    assert "Reached: 300 km" in goals
    assert "loop.zip" not in goals
    assert "loop.zip" in browser.get("/activity/?kind=x&before=y").content.decode()


def test_an_empty_list_says_so(browser: Client) -> None:
    assert "Nothing yet" in browser.get("/activity/").content.decode()
    assert "That was all" in browser.get("/activity/?before=1-0-1").content.decode()


def test_a_long_list_comes_in_pages(browser: Client, user: User, make_habit: MakeHabit) -> None:
    habit = make_habit(started_on=TODAY - dt.timedelta(days=60))
    for back in range(45):
        _say(user, habit, back)
    first = browser.get("/activity/").content.decode()
    older = re.search(r'href="(/activity/\?kind=&amp;before=[0-9-]+)"', first)
    assert older is not None
    second = browser.get(older[1].replace("&amp;", "&")).content.decode()
    assert (first.count('class="act"'), second.count('class="act"')) == (30, 15)
    assert "Older" not in second


def test_undo_takes_back_and_again_leaves_all_as_it_is(browser: Client, user: User, make_habit: MakeHabit) -> None:
    habit = make_habit()
    _say(user, habit)
    url = f"/activity/undo/{habit.pk}/{TODAY}/"
    fields = {"version": "1", "kind": "entries"}
    answer = browser.post(url, fields, headers={"HX-Request": "true"})
    assert "Taken back." in answer.content.decode()
    assert not Entry.objects.exists()
    again: Any = browser.post(url, fields)
    assert again.headers["Location"] == "/activity/?kind=entries"
    assert "changed again since" in browser.get("/activity/").content.decode()


def test_undo_refuses_what_is_no_version_and_what_is_not_ones_own(
    browser: Client, foreign_browser: Client, user: User, make_habit: MakeHabit
) -> None:
    habit = make_habit()
    _say(user, habit)
    url = f"/activity/undo/{habit.pk}/{TODAY}/"
    for version in ("", "x", "9" * 30):
        answer = browser.post(url, {"version": version}, headers={"HX-Request": "true"})
        assert "cannot be taken back" in answer.content.decode()
    assert foreign_browser.post(url, {"version": "1"}).status_code == 404
    assert Entry.objects.count() == 1


def test_the_queries_do_not_grow_with_what_happened(
    browser: Client, user: User, make_habit: MakeHabit, count_queries: CountQueries
) -> None:
    _something_of_everything(user, make_habit("a"))
    one = count_queries(lambda: browser.get("/activity/"))
    for name in "bcd":
        habit = make_habit(name)
        for back in range(5):
            _say(user, habit, back)
            _say(user, habit, back, value=0)
    assert count_queries(lambda: browser.get("/activity/")) == one
