"""Evidence in the states: moved with the writes, checked with them, and read right without any job."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from habits.domain.asked import see
from habits.domain.evidence import SIZE, Evidence
from habits.domain.fold import start
from habits.models import Habit, HabitState
from habits.selectors import evidence
from habits.selectors.entries import entry_rows
from habits.selectors.evidence import BLANK, evidence_in_use, evidence_of
from habits.selectors.pasts import every_habit
from habits.selectors.rules import rules_of
from habits.services import EntryChange, add_pause, delete_entry, record_entry, roll_over, set_archived, update_habit
from habits.services.changes import HabitChange
from habits.services.rebuild import rebuild
from habits.tests.conftest import DAILY, NOON, MakeHabit
from smarthabit.accounts.user import User

TODAY = NOON.date()
SCHEDULES = [DAILY, {"type": "weekly", "times": 3}, {"type": "rolling", "days": 7, "times": 3}]


def differing() -> int:
    return sum(differs for _, _, differs in rebuild(now=NOON, write=False))


def stored(habit: Habit) -> Evidence:
    return Evidence.from_bytes(bytes(HabitState.objects.get(habit=habit).evidence))


def in_use(user: User, now: dt.datetime) -> tuple[list[int], bytes, bool]:
    found = evidence_in_use(user, now)
    return found.ids.tolist(), found.evidence, found.whole


def from_log(user: User, habit: Habit, upto: dt.date) -> bytes:
    rules = rules_of(user, [Habit.objects.select_related("state").get(pk=habit.pk)])[habit.pk]
    return see(rules, start(rules), b"", entry_rows(habit.pk), after=0, upto=upto.toordinal())


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_evidence_follows_every_kind_of_write(user: User, make_habit: MakeHabit, schedule: Any) -> None:
    habit = make_habit(schedule=schedule, started_on=TODAY - dt.timedelta(days=90))
    for back in [0, 1, *range(7, 90, 4), 3, 50]:
        day = TODAY - dt.timedelta(days=back)
        record_entry(user=user, habit_id=habit.pk, day=day, change=EntryChange(1000), now=NOON)
    delete_entry(user=user, habit_id=habit.pk, day=TODAY - dt.timedelta(days=1), now=NOON)
    add_pause(user=user, now=NOON, starts_on=TODAY - dt.timedelta(days=20), ends_on=TODAY + dt.timedelta(days=2))
    update_habit(user=user, habit_id=habit.pk, change=HabitChange(target_milli=500), now=NOON)
    state = HabitState.objects.get(habit=habit)
    assert state.evidence_through == TODAY - dt.timedelta(days=1)
    assert len(bytes(state.evidence)) == SIZE <= 200
    assert bytes(state.evidence) == from_log(user, habit, TODAY - dt.timedelta(days=1))
    assert differing() == 0


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_evidence_is_read_right_whatever_jobs_have_run(user: User, make_habit: MakeHabit, schedule: Any) -> None:
    habit = make_habit(schedule=schedule)
    for back in range(0, 17, 2):
        day = TODAY - dt.timedelta(days=back)
        record_entry(user=user, habit_id=habit.pk, day=day, change=EntryChange(1000), now=NOON)
    for later in (0, 1, 3, 40, 100):
        now = NOON + dt.timedelta(days=later)
        expected = from_log(user, habit, now.date() - dt.timedelta(days=1))
        assert evidence_of(user, every_habit(user), now) == {habit.pk: expected}
        assert in_use(user, now) == ([habit.pk], expected, True)
    for later in (1, 3, 40, 100):
        now = NOON + dt.timedelta(days=later)
        roll_over(now)
        expected = from_log(user, habit, now.date() - dt.timedelta(days=1))
        assert stored(habit).to_bytes() == expected
        assert evidence_of(user, every_habit(user), now) == {habit.pk: expected}
        assert in_use(user, now) == ([habit.pk], expected, True)
        assert differing() == 0
    back_west = NOON + dt.timedelta(days=99)
    assert evidence_of(user, every_habit(user), back_west) == {habit.pk: from_log(user, habit, dt.date(2026, 6, 24))}


def test_a_check_in_of_today_writes_no_state(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit()
    roll_over(NOON)
    before = HabitState.objects.values().get(habit=habit)
    record_entry(user=user, habit_id=habit.pk, day=TODAY, change=EntryChange(1000), now=NOON)
    assert HabitState.objects.values().get(habit=habit) == before


@pytest.mark.parametrize("column", ["evidence", "anchor_evidence"])
def test_evidence_that_is_not_what_the_entries_say_is_told_and_mended(
    user: User, make_habit: MakeHabit, column: str
) -> None:
    habit = make_habit(started_on=TODAY - dt.timedelta(days=60))
    roll_over(NOON)
    wrong = Evidence.from_bytes(bytes(HabitState.objects.values_list(column, flat=True).get(habit=habit)))
    wrong.misses -= 1
    HabitState.objects.update(**{column: wrong.to_bytes()})
    assert differing() == 1
    list(rebuild(now=NOON, write=True))
    assert differing() == 0


def test_evidence_of_another_version_is_made_again(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit()
    HabitState.objects.update(evidence=b"\x00" * SIZE)
    expected = from_log(user, habit, TODAY - dt.timedelta(days=1))
    assert evidence_of(user, every_habit(user), NOON)[habit.pk] == expected
    assert evidence_in_use(user, NOON).evidence == expected
    roll_over(NOON + dt.timedelta(days=1))
    assert stored(habit).to_bytes() == from_log(user, habit, TODAY)


def test_a_habit_that_was_never_asked_for_has_no_evidence(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit(started_on=TODAY)
    assert evidence_of(user, every_habit(user), NOON) == {habit.pk: b""}
    assert in_use(user, NOON) == ([habit.pk], BLANK, True)


def test_the_evidence_of_all_in_use_is_read_in_the_order_of_ids(user: User, make_habit: MakeHabit) -> None:
    first, second, away = (make_habit(name, started_on=TODAY - dt.timedelta(days=9)) for name in "abc")
    change = EntryChange(1000)
    record_entry(user=user, habit_id=second.pk, day=TODAY - dt.timedelta(days=2), change=change, now=NOON)
    set_archived(user=user, habit_id=away.pk, archived=True, now=NOON)
    Habit.objects.filter(pk=first.pk).update(position=9)
    roll_over(NOON)
    expected = evidence_of(user, every_habit(user), NOON)
    assert in_use(user, NOON) == ([first.pk, second.pk], expected[first.pk] + expected[second.pk], True)


def test_of_very_many_that_lag_behind_the_first_are_moved_on(
    user: User, make_habit: MakeHabit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence, "MOST_BEHIND", 1)
    habits = [make_habit(name, started_on=TODAY - dt.timedelta(days=9)) for name in "ab"]
    roll_over(NOON)
    tomorrow = NOON + dt.timedelta(days=1)
    found = evidence_in_use(user, tomorrow)
    assert not found.whole
    assert found.evidence == from_log(user, habits[0], TODAY) + stored(habits[1]).to_bytes()
    roll_over(tomorrow)
    assert evidence_in_use(user, tomorrow).whole
