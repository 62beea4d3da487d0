"""Goals leave with the export and come back."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from goals.models import Goal
from goals.selectors import goal_views
from goals.services import add_progress, set_abandoned
from goals.tests.conftest import NOON, TODAY, MakeGoal, MakeHabit
from goals.transfer import export, restore
from smarthabit.accounts.models import User
from smarthabit.kernel.errors import RuleError


def _exported(user: User, make_habit: MakeHabit, make_goal: MakeGoal) -> tuple[list[dict[str, Any]], int]:
    read = make_habit()
    make_goal(measure="total", habits=((read.pk, 1500),), unit="min", milestones=(2500, 5000))
    book = make_goal(title="Book", deadline=None)
    add_progress(user=user, goal_id=book.pk, day=TODAY, amount_milli=1500, note="one", now=NOON)
    set_abandoned(user=user, goal_id=book.pk, abandoned=True, now=NOON)
    return list(export(user, {read.pk: "r"})), read.pk


def test_what_was_exported_comes_back_whole_and_once(
    user: User, stranger: User, make_habit: MakeHabit, make_goal: MakeGoal
) -> None:
    told, _read = _exported(user, make_habit, make_goal)
    theirs = make_habit(owner=stranger)
    for _ in range(2):
        restore(stranger, told, {"r": theirs.pk}, NOON)
    assert list(export(stranger, {theirs.pk: "r"})) == told
    assert [view.status for view in goal_views(stranger, NOON)] == ["abandoned", "at_risk"]


def test_an_account_that_has_its_goals_gets_them_no_second_time(
    user: User, make_habit: MakeHabit, make_goal: MakeGoal
) -> None:
    told, read = _exported(user, make_habit, make_goal)
    restore(user, told, {"r": read}, NOON)
    assert Goal.objects.count() == 2


def test_a_goal_whose_habits_did_not_come_along_is_left_out(
    user: User, stranger: User, make_habit: MakeHabit, make_goal: MakeGoal
) -> None:
    told, _read = _exported(user, make_habit, make_goal)
    restore(stranger, told, {}, NOON)
    assert [goal.title for goal in Goal.objects.owned_by(stranger)] == ["Book"]


@pytest.mark.parametrize(
    "change",
    [
        {"key": 5},
        {"title": None},
        {"target": "x"},
        {"deadline": 7},
        {"deadline": "2020-01-01"},
        {"habits": "r"},
        {"progress": [5]},
        {"progress": [{"day": None, "amount": "1", "note": ""}]},
        {"milestones": ["x"]},
    ],
)
def test_what_no_goal_can_be_is_refused(
    user: User, stranger: User, make_habit: MakeHabit, make_goal: MakeGoal, change: dict[str, Any]
) -> None:
    told, _read = _exported(user, make_habit, make_goal)
    with pytest.raises((ValueError, RuleError)):
        restore(stranger, [{**told[1], **change}], {}, NOON)


def test_entries_without_their_moment_take_this_one(stranger: User) -> None:
    told = {
        "key": "k",
        "title": "Book",
        "measure": "manual",
        "target": "5",
        "unit": "",
        "starts_on": "2026-03-01",
        "progress": [{"day": "2026-03-02", "amount": "2", "note": ""}],
    }
    restore(stranger, [told], {}, NOON)
    assert goal_views(stranger, NOON)[0].progress.amount == 2000
    assert Goal.objects.get().entries.get().created_at == NOON
    assert Goal.objects.get().starts_on == dt.date(2026, 3, 1)
