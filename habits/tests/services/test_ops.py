"""Operations of devices that were offline: done once, and all devices end with one state."""

from __future__ import annotations

import datetime as dt
from itertools import permutations
from typing import Any

from habits.models import Entry, EntryRevision
from habits.services import EntryChange, EntryWrite, Op, apply_ops, record_entry
from habits.tests.conftest import NOON, MakeHabit
from smarthabit.accounts.user import User

TODAY = NOON.date()


def at(minute: int) -> dt.datetime:
    return NOON - dt.timedelta(hours=2) + dt.timedelta(minutes=minute)


def op(op_id: str, habit_id: int, **said: Any) -> Op:
    extra = {name: said.pop(name) for name in ("delete", "base_version", "client_ts", "device") if name in said}
    return Op(op_id, EntryWrite(habit_id, TODAY, EntryChange(**said), op_id=op_id, **extra))


def send(user: User, *ops: Op) -> list[dict[str, Any]]:
    return apply_ops(user=user, ops=list(ops), now=NOON, describe=lambda entry, _: {"value": entry.value_milli})


def test_the_same_op_is_done_once_and_answered_the_same(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit()
    first = send(user, op("a", habit.pk, value_milli=1000))
    record_entry(user=user, habit_id=habit.pk, day=TODAY, change=EntryChange(value_milli=0), now=NOON)
    assert send(user, op("a", habit.pk, value_milli=1000)) == first
    assert Entry.objects.get().value_milli == 0


def test_an_op_sent_twice_in_one_request_is_one(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit()
    results = send(user, op("a", habit.pk, value_milli=1000), op("a", habit.pk, value_milli=0))
    assert results[0] == results[1]
    assert Entry.objects.get().value_milli == 1000


def test_op_ids_belong_to_their_user(user: User, stranger: User, make_habit: MakeHabit) -> None:
    mine, theirs = make_habit(), make_habit(owner=stranger)
    send(user, op("a", mine.pk, value_milli=1000))
    (result,) = send(stranger, op("a", theirs.pk, value_milli=1000))
    assert result["status"] == "applied"
    assert Entry.objects.count() == 2


def test_a_stranger_s_habit_and_a_broken_rule_are_rejected_and_the_rest_goes_in(
    user: User, stranger: User, make_habit: MakeHabit
) -> None:
    mine, theirs = make_habit(), make_habit(owner=stranger)
    results = send(
        user,
        op("a", theirs.pk, value_milli=1000),
        op("b", mine.pk, value_milli=-1),
        op("c", mine.pk, value_milli=1000),
    )
    assert [one["status"] for one in results] == ["rejected", "rejected", "applied"]
    assert [one["error"]["code"] for one in results[:2]] == ["not_found", "value_negative"]
    assert Entry.objects.get().habit == mine


def test_the_current_base_version_applies_however_old_the_clock(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit()
    record_entry(user=user, habit_id=habit.pk, day=TODAY, change=EntryChange(value_milli=1000), now=NOON)
    old = NOON - dt.timedelta(days=300)
    (result,) = send(user, op("a", habit.pk, value_milli=0, base_version=1, client_ts=old))
    assert result == {"op_id": "a", "status": "applied", "entry": {"value": 0}}


def test_an_older_statement_loses_is_kept_and_gets_the_current_state(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit()
    record_entry(user=user, habit_id=habit.pk, day=TODAY, change=EntryChange(value_milli=1000), now=NOON)
    (result,) = send(user, op("a", habit.pk, value_milli=0, note="no", client_ts=at(0), base_version=7))
    assert result["status"] == "kept_newer"
    assert Entry.objects.get().value_milli == 1000
    lost = EntryRevision.objects.get(outcome=EntryRevision.Outcome.LOST)
    assert (lost.value_milli, lost.note) == (0, "no")


def test_a_version_that_is_no_longer_current_without_a_time_loses(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit()
    record_entry(user=user, habit_id=habit.pk, day=TODAY, change=EntryChange(value_milli=1000), now=NOON)
    (result,) = send(user, op("a", habit.pk, value_milli=0, base_version=9))
    assert result["status"] == "kept_newer"
    assert Entry.objects.get().value_milli == 1000


def test_a_clock_that_runs_ahead_is_held_back(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit()
    send(user, op("a", habit.pk, value_milli=1000, client_ts=NOON + dt.timedelta(days=900)))
    later = NOON + dt.timedelta(minutes=3)
    write = op("b", habit.pk, value_milli=0, client_ts=later)
    (result,) = apply_ops(user=user, ops=[write], now=later, describe=lambda *_: None)
    assert result["status"] == "applied"
    assert Entry.objects.get().value_milli == 0


def test_all_orders_of_offline_ops_end_in_one_row(user: User, make_habit: MakeHabit) -> None:
    told: list[dict[str, Any]] = [
        {"value_milli": 1000, "client_ts": at(10), "device": "phone"},
        {"value_milli": 0, "client_ts": at(10), "device": "tablet"},
        {"delete": True, "client_ts": at(9)},
        {"note": "rain", "client_ts": at(8)},
    ]
    ends = set()
    for number, order in enumerate(permutations(range(4))):
        habit = make_habit(f"Habit {number}")
        for index in order:
            send(user, op(f"{number}-{index}", habit.pk, **told[index]))
        entry = Entry.objects.filter(habit=habit).first()
        ends.add((entry.value_milli, entry.skipped, entry.note) if entry else None)
    assert ends == {(0, False, "")}
