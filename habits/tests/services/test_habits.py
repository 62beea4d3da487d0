"""Making, changing, ordering, archiving and deleting habits."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from habits.models import Entry, Habit, HabitState, Pause, Plan, Tag
from habits.selectors import habit_views, history_of, plans_of
from habits.services import (
    EntryChange,
    HabitChange,
    create_habit,
    delete_habit,
    record_entry,
    reorder_habits,
    set_archived,
    update_habit,
)
from habits.services.changes import HabitDraft
from habits.tests.conftest import DAILY, NOON, MakeHabit
from smarthabit.accounts.selectors import seq_of
from smarthabit.accounts.user import User
from smarthabit.kernel.errors import NotFound, RuleError

TODAY = NOON.date()
WEEKLY = {"type": "weekly", "times": 3}


def test_a_habit_begins_with_a_plan_and_a_state(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit(name="  Read   a page ", tags=("mind", " mind ", "evening"))
    assert habit.name == "Read a page"
    assert [plan.effective_from for plan in plans_of(user, habit.pk)] == [dt.date(2026, 3, 1)]
    assert HabitState.objects.get(pk=habit.pk).through == TODAY - dt.timedelta(days=1)
    (view,) = habit_views(user, NOON)
    assert view.tags == ["evening", "mind"]


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"name": "   "}, "bad_name", "name"),
        ({"name": "x" * 121}, "bad_name", "name"),
        ({"target_milli": 0}, "target_zero", "target"),
        ({"target_milli": -1}, "target_out_of_range", "target"),
        ({"target_milli": 10**15}, "target_out_of_range", "target"),
        ({"started_on": dt.date(1800, 1, 1)}, "start_out_of_range", "started_on"),
        ({"started_on": dt.date(2099, 1, 1)}, "start_out_of_range", "started_on"),
        ({"tags": tuple(f"t{n}" for n in range(13))}, "bad_tags", "tags"),
        ({"tags": ("x" * 41,)}, "bad_tags", "tags"),
    ],
)
def test_what_no_habit_can_be_is_refused(make_habit: MakeHabit, fields: dict[str, Any], code: str, field: str) -> None:
    with pytest.raises(RuleError) as refusal:
        make_habit(**fields)
    assert (refusal.value.code, refusal.value.field) == (code, field)
    assert not Habit.objects.exists()


def test_a_schedule_that_makes_no_sense_is_refused_by_field(make_habit: MakeHabit) -> None:
    with pytest.raises(RuleError) as refusal:
        make_habit(schedule={"type": "weekly", "times": 9})
    assert refusal.value.field is not None
    assert refusal.value.field.startswith("schedule")


def test_an_account_holds_only_so_many(user: User, make_habit: MakeHabit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("habits.services.habits.MOST_HABITS", 1)
    make_habit()
    with pytest.raises(RuleError, match="up to 1"):
        make_habit()


def test_an_edit_of_the_schedule_leaves_the_past_as_it_was(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit(freezes=False)
    for back in range(1, 15):
        record_entry(user=user, habit_id=habit.pk, day=TODAY - dt.timedelta(back), change=EntryChange(1000), now=NOON)
    before = history_of(user, habit.pk, NOON, dt.date(2026, 3, 1), TODAY - dt.timedelta(days=1)).days
    update_habit(user=user, habit_id=habit.pk, change=HabitChange(schedule=WEEKLY, target_milli=1000), now=NOON)
    after = history_of(user, habit.pk, NOON, dt.date(2026, 3, 1), TODAY - dt.timedelta(days=1)).days
    assert [day.state for day in after] == [day.state for day in before]
    assert [plan.effective_from for plan in plans_of(user, habit.pk)] == [dt.date(2026, 3, 1), TODAY]


def test_an_edit_that_asks_the_same_adds_no_plan(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit()
    seq = seq_of(user)
    update_habit(user=user, habit_id=habit.pk, change=HabitChange(name="Read", schedule=DAILY), now=NOON)
    assert Plan.objects.count() == 1
    assert seq_of(user) == seq


def test_two_edits_on_one_day_are_one_plan(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit()
    update_habit(user=user, habit_id=habit.pk, change=HabitChange(schedule=WEEKLY), now=NOON)
    update_habit(user=user, habit_id=habit.pk, change=HabitChange(freezes=False), now=NOON)
    plan = plans_of(user, habit.pk)[-1]
    assert (plan.schedule, plan.freezes, Plan.objects.count()) == (WEEKLY, False, 2)


@pytest.mark.parametrize(
    ("effective_from", "code"), [(dt.date(2026, 2, 28), "before_start"), (dt.date(2028, 1, 1), "too_far_ahead")]
)
def test_a_change_takes_effect_within_reach(
    user: User, make_habit: MakeHabit, effective_from: dt.date, code: str
) -> None:
    habit = make_habit()
    change = HabitChange(schedule=WEEKLY)
    with pytest.raises(RuleError) as refusal:
        update_habit(user=user, habit_id=habit.pk, change=change, now=NOON, effective_from=effective_from)
    assert refusal.value.code == code


def test_a_change_backdated_judges_the_days_since_anew(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit(unit="km", target_milli=5000, freezes=False)
    for back in range(1, 4):
        record_entry(user=user, habit_id=habit.pk, day=TODAY - dt.timedelta(back), change=EntryChange(2000), now=NOON)
    since = TODAY - dt.timedelta(days=3)
    change = HabitChange(target_milli=2000)
    update_habit(user=user, habit_id=habit.pk, change=change, now=NOON, effective_from=since)
    (view,) = habit_views(user, NOON)
    assert view.snapshot.streak.current == 3


def test_an_earlier_start_is_judged_from_there(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit(freezes=False, started_on=TODAY)
    record_entry(user=user, habit_id=habit.pk, day=TODAY - dt.timedelta(days=1), change=EntryChange(1000), now=NOON)
    change = HabitChange(started_on=TODAY - dt.timedelta(days=1), name="Read on")
    update_habit(user=user, habit_id=habit.pk, change=change, now=NOON)
    (view,) = habit_views(user, NOON)
    assert view.snapshot.streak.current == 1
    assert view.habit.name == "Read on"


def test_days_before_the_start_was_moved_keep_their_plan_when_a_later_one_is_edited_in(
    user: User, make_habit: MakeHabit
) -> None:
    habit = make_habit(unit="km", started_on=dt.date(2026, 3, 9))
    update_habit(user=user, habit_id=habit.pk, change=HabitChange(started_on=dt.date(2026, 3, 1)), now=NOON)
    change = HabitChange(target_milli=5000)
    update_habit(user=user, habit_id=habit.pk, change=change, now=NOON, effective_from=dt.date(2026, 3, 5))
    plans = [(plan.effective_from.day, plan.target_milli) for plan in plans_of(user, habit.pk)]
    assert plans == [(1, 1000), (5, 5000)]


def test_tags_are_set_and_the_unused_vanish(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit(tags=("mind", "evening"))
    update_habit(user=user, habit_id=habit.pk, change=HabitChange(tags=("mind",)), now=NOON)
    assert list(Tag.objects.values_list("name", flat=True)) == ["mind"]


def test_archiving_takes_effect_tomorrow_and_undone_today_it_never_was(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit()
    set_archived(user=user, habit_id=habit.pk, archived=True, now=NOON)
    assert habit_views(user, NOON) == []
    (view,) = habit_views(user, NOON, archived=True)
    assert view.snapshot.today.due
    set_archived(user=user, habit_id=habit.pk, archived=False, now=NOON)
    assert not Pause.objects.exists()


def test_archived_days_become_a_pause_when_it_comes_back(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit(freezes=False)
    record_entry(user=user, habit_id=habit.pk, day=TODAY, change=EntryChange(1000), now=NOON)
    set_archived(user=user, habit_id=habit.pk, archived=True, now=NOON)
    later = NOON + dt.timedelta(days=10)
    set_archived(user=user, habit_id=habit.pk, archived=False, now=later)
    pause = Pause.objects.get()
    assert (pause.starts_on, pause.ends_on) == (dt.date(2026, 3, 19), dt.date(2026, 3, 27))
    (view,) = habit_views(user, later)
    assert view.snapshot.streak.current == 1


def test_archiving_twice_is_once(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit()
    set_archived(user=user, habit_id=habit.pk, archived=True, now=NOON)
    seq = seq_of(user)
    set_archived(user=user, habit_id=habit.pk, archived=True, now=NOON)
    assert seq_of(user) == seq


def test_deleting_takes_everything_with_it(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit()
    record_entry(user=user, habit_id=habit.pk, day=TODAY, change=EntryChange(1000), now=NOON)
    delete_habit(user=user, habit_id=habit.pk)
    assert [kind.objects.count() for kind in (Entry, Plan, HabitState)] == [0, 0, 0]
    with pytest.raises(NotFound):
        delete_habit(user=user, habit_id=habit.pk)


def test_reordering_moves_only_what_is_named(user: User, make_habit: MakeHabit) -> None:
    a, b, c, d = (make_habit(name) for name in "abcd")
    reorder_habits(user=user, ids=[c.pk, a.pk])
    assert [view.habit.name for view in habit_views(user, NOON)] == ["c", "b", "a", "d"]
    reorder_habits(user=user, ids=[d.pk, c.pk, b.pk, a.pk])
    assert [view.habit.name for view in habit_views(user, NOON)] == ["d", "c", "b", "a"]


def test_reordering_parts_habits_that_share_a_place(user: User, make_habit: MakeHabit) -> None:
    a, b = (make_habit(name) for name in "ab")
    Habit.objects.update(position=5)
    reorder_habits(user=user, ids=[b.pk, a.pk])
    assert [view.habit.name for view in habit_views(user, NOON)] == ["b", "a"]


def test_reordering_to_the_same_order_changes_nothing(user: User, make_habit: MakeHabit) -> None:
    a, b = (make_habit(name) for name in "ab")
    seq = seq_of(user)
    reorder_habits(user=user, ids=[a.pk, b.pk])
    assert seq_of(user) == seq


def test_reordering_refuses_strangers_and_repeats(user: User, stranger: User, make_habit: MakeHabit) -> None:
    mine, theirs = make_habit(), make_habit(owner=stranger)
    with pytest.raises(NotFound):
        reorder_habits(user=user, ids=[mine.pk, theirs.pk])
    with pytest.raises(RuleError):
        reorder_habits(user=user, ids=[mine.pk, mine.pk])


def test_lists_by_tag_and_by_page(user: User, make_habit: MakeHabit) -> None:
    for number in range(5):
        make_habit(f"h{number}", tags=("odd",) if number % 2 else ())
    assert [view.habit.name for view in habit_views(user, NOON, tag="odd")] == ["h1", "h3"]
    assert [view.habit.name for view in habit_views(user, NOON, offset=3, limit=1)] == ["h3"]


def test_a_limit_habit_begins_full_and_holds(user: User) -> None:
    draft = HabitDraft("No smoking", DAILY, 0, kind="limit", started_on=TODAY - dt.timedelta(days=3))
    create_habit(user=user, draft=draft, now=NOON)
    (view,) = habit_views(user, NOON)
    assert view.snapshot.streak.current == 3
    assert view.snapshot.strength == 1.0
