"""What is forgotten, and what is not."""

from __future__ import annotations

import datetime as dt

from habits.models import EntryRevision, ImportJob, OpResult
from habits.services import EntryChange, delete_entry, purge, record_entry
from habits.tests.conftest import NOON, MakeHabit
from smarthabit.accounts.user import User

YEARS = NOON + dt.timedelta(days=800)


def test_old_rows_go_and_records_of_deletions_stay(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit()
    for value in (0, 1000):
        record_entry(user=user, habit_id=habit.pk, day=NOON.date(), change=EntryChange(value), now=NOON)
    delete_entry(user=user, habit_id=habit.pk, day=NOON.date(), now=NOON)
    OpResult.objects.create(user=user, op_id="a", result={}, created_at=NOON)
    ImportJob.objects.create(user=user, created_at=NOON, finished_at=NOON)
    ImportJob.objects.create(user=user, created_at=NOON)
    assert purge(NOON + dt.timedelta(days=1)) == 0
    assert purge(YEARS) == 3
    assert [revision.outcome for revision in EntryRevision.objects.all()] == ["deleted"]
    assert ImportJob.objects.count() == 1
