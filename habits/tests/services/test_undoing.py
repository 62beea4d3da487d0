"""Taking back the last change of a day, and the changes of entries as they are told."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from habits.changes import change_row
from habits.models import Entry, Habit
from habits.selectors.changes import Became, EntryStep, entry_steps
from habits.services import EntryChange, EntryWrite, delete_entry, record_entry, undo_entry, write_entries
from habits.tests.conftest import NOON, MakeHabit
from smarthabit.accounts.user import User
from smarthabit.kernel.errors import NotFound, VersionConflict
from smarthabit.kernel.timeline import Cut

DAY = NOON.date()
MINUTES: dict[str, Any] = {"target_milli": 30_000, "unit": "min"}


def _at(minutes: int) -> dt.datetime:
    return NOON + dt.timedelta(minutes=minutes)


def _say(user: User, habit: Habit, minutes: int, **said: Any) -> None:
    record_entry(user=user, habit_id=habit.pk, day=DAY, change=EntryChange(**said), now=_at(minutes))


def _steps(user: User, most: int = 50) -> list[EntryStep]:
    return entry_steps(user, Cut(None, most))


def _words(user: User) -> list[tuple[str, str]]:
    rows = [change_row(step, DAY) for step in _steps(user)]
    return [(row.before, row.after) for row in rows]


def test_each_change_is_told_with_what_was_there_before(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit("Walk", **MINUTES)
    _say(user, habit, 1, value_milli=10_000)
    _say(user, habit, 2, value_milli=25_000, note="rain")
    delete_entry(user=user, habit_id=habit.pk, day=DAY, now=_at(3))
    _say(user, habit, 4, skipped=True)
    assert _words(user) == [
        ("nothing", "skipped"),
        ("25 min", "nothing"),
        ("10 min", "25 min"),
        ("nothing", "10 min"),
    ]
    assert [step.undoable for step in _steps(user)] == [True, False, False, False]
    assert [step.place.at for step in _steps(user)] == [_at(4), _at(3), _at(2), _at(1)]
    notes = [change_row(step, DAY).note for step in _steps(user)]
    assert notes == ["", "without its note", "rain", ""]


def test_a_check_is_told_as_done_or_not(user: User, make_habit: MakeHabit) -> None:
    read, smoke = make_habit("Read"), make_habit("No smoking", kind="limit", target_milli=0)
    _say(user, read, 1, value_milli=1000)
    _say(user, read, 2, value_milli=0)
    _say(user, smoke, 3, value_milli=0)
    assert _words(user) == [("nothing", "done"), ("done", "not done"), ("nothing", "done")]


def test_the_way_in_is_told_where_it_was_kept_and_imports_are_left_out(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit()
    change = EntryChange(value_milli=1000)
    record_entry(user=user, habit_id=habit.pk, day=DAY, change=change, now=NOON, source="api")
    days = [DAY - dt.timedelta(days=back) for back in (1, 2)]
    write_entries(user=user, writes=[EntryWrite(habit.pk, day, change) for day in days], now=NOON, source="import")
    delete_entry(user=user, habit_id=habit.pk, day=DAY, now=_at(1))
    assert [change_row(step, DAY).source for step in _steps(user)] == ["Web", ""]
    _say(user, habit, 2, value_milli=1000)
    assert [step.day for step in _steps(user)] == [DAY] * 3


def test_a_device_that_was_late_is_told_of_and_cannot_be_undone(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit("Walk", **MINUTES)
    _say(user, habit, 1, value_milli=10_000)
    late = EntryWrite(
        habit.pk, DAY, EntryChange(value_milli=5_000), client_ts=NOON - dt.timedelta(hours=1), device="x", op_id="1"
    )
    write_entries(user=user, writes=[late], now=_at(2), source="offline")
    lost = _steps(user)[0]
    assert (lost.became, lost.undoable) == (Became.LOST, False)
    row = change_row(lost, DAY)
    assert (row.lost, row.after, row.source) == (True, "5 min", "Offline")


def test_undo_brings_back_what_was_there_and_asked_twice_does_nothing_more(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit("Walk", **MINUTES)
    _say(user, habit, 1, value_milli=10_000, note="first", performed_at=NOON)
    _say(user, habit, 2, value_milli=25_000, note="second")
    undo_entry(user=user, habit_id=habit.pk, day=DAY, version=2, now=_at(3))
    entry = Entry.objects.get()
    assert (entry.value_milli, entry.note, entry.performed_at, entry.version) == (10_000, "first", NOON, 3)
    with pytest.raises(VersionConflict):
        undo_entry(user=user, habit_id=habit.pk, day=DAY, version=2, now=_at(4))
    assert Entry.objects.get().version == 3


def test_undo_of_a_first_statement_leaves_nothing_and_can_itself_be_undone(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit()
    _say(user, habit, 1, value_milli=1000)
    undo_entry(user=user, habit_id=habit.pk, day=DAY, version=1, now=_at(2))
    assert not Entry.objects.exists()
    taken_back = _steps(user)[0]
    assert (taken_back.became, taken_back.undoable) == (Became.TAKEN_BACK, True)
    undo_entry(user=user, habit_id=habit.pk, day=DAY, version=taken_back.version, now=_at(3))
    assert Entry.objects.get().value_milli == 1000
    undo_entry(user=user, habit_id=habit.pk, day=DAY, version=Entry.objects.get().version, now=_at(4))
    assert not Entry.objects.exists()


def test_undo_needs_to_know_what_was_there(user: User, stranger: User, make_habit: MakeHabit) -> None:
    habit = make_habit()
    with pytest.raises(VersionConflict):
        undo_entry(user=user, habit_id=habit.pk, day=DAY, version=1, now=NOON)
    _say(user, habit, 1, value_milli=1000)
    with pytest.raises(NotFound):
        undo_entry(user=stranger, habit_id=habit.pk, day=DAY, version=1, now=NOON)
    Entry.objects.update(version=7)  # as after a year, when replaced versions are forgotten
    assert [step.undoable for step in _steps(user)] == [False]
    with pytest.raises(VersionConflict):
        undo_entry(user=user, habit_id=habit.pk, day=DAY, version=7, now=_at(2))


def test_pages_of_changes_join_without_a_gap(user: User, make_habit: MakeHabit) -> None:
    habits = [make_habit(name) for name in "abc"]
    for habit in habits:
        for minute, value in ((1, 1000), (1, 0), (2, 1000)):
            _say(user, habit, minute, value_milli=value)
        delete_entry(user=user, habit_id=habit.pk, day=DAY, now=_at(2))
    whole = [step.place for step in _steps(user)]
    parts, cut = [], Cut(None, 2)
    while found := entry_steps(user, cut):
        parts += [step.place for step in found]
        cut = Cut(parts[-1], 2)
    assert parts == whole
    assert len(whole) == len(set(whole)) == 12
