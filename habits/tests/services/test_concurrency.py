"""Many writers at once, on real locks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from habits.models import Entry, Habit
from habits.selectors import habit_views
from habits.services import EntryChange, EntryWrite, HabitDraft, Op, apply_ops, create_habit, record_entry
from habits.services.rebuild import rebuild
from habits.tests.conftest import DAILY, NOON
from smarthabit.accounts.selectors import seq_of
from smarthabit.accounts.user import User

TODAY = NOON.date()
WRITERS = 8
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def owner() -> User:
    """Somebody, committed."""
    return User.objects.create_user("ada@example.org", "a long enough secret")


@pytest.fixture
def habit(owner: User) -> Habit:
    """A daily check of theirs since a year ago, committed."""
    draft = HabitDraft("Read", DAILY, 1000, started_on=TODAY - dt.timedelta(days=365), freezes=False)
    return create_habit(user=owner, draft=draft, now=NOON)


def at_once(work: Callable[[int], Any], times: int) -> list[Any]:
    def run(number: int) -> Any:
        try:
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(WRITERS) as pool:
        return list(pool.map(run, range(times)))


def test_200_check_ins_on_different_days_store_200(owner: User, habit: Habit) -> None:
    def check_in(number: int) -> Any:
        day = TODAY - dt.timedelta(days=number)
        return record_entry(user=owner, habit_id=habit.pk, day=day, change=EntryChange(1000), now=NOON)

    at_once(check_in, 200)
    assert Entry.objects.count() == 200
    assert habit_views(owner, NOON)[0].snapshot.streak.current == 200
    assert [differs for _, _, differs in rebuild(now=NOON, write=False)] == [False]
    assert seq_of(owner) == 201


def test_50_on_one_day_leave_one_row(owner: User, habit: Habit) -> None:
    def check_in(number: int) -> Any:
        change = EntryChange(1000 if number % 2 else 0, note=str(number))
        return record_entry(user=owner, habit_id=habit.pk, day=TODAY, change=change, now=NOON)

    outcomes = at_once(check_in, 50)
    assert all(outcome.changed for outcome in outcomes)
    assert sum(outcome.created for outcome in outcomes) == 1
    assert Entry.objects.get().version == 50


def test_one_operation_sent_many_times_at_once_is_done_once(owner: User, habit: Habit) -> None:
    write = EntryWrite(habit.pk, TODAY, EntryChange(1000), op_id="a", client_ts=NOON)

    def send(_: int) -> Any:
        return apply_ops(user=owner, ops=[Op("a", write)], now=NOON, describe=lambda entry, _: entry.version)

    answers = at_once(send, 20)
    assert all(answer == answers[0] for answer in answers)
    assert Entry.objects.get().version == 1
