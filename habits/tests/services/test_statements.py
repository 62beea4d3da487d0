"""The statements written out once say the same as the ORM."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, models, transaction
from django.forms.models import model_to_dict

from habits.models import Entry, EntryRevision, Habit, HabitState
from habits.services import EntryChange, record_entry
from habits.services.states import lock_states
from habits.tests.conftest import NOON, MakeHabit
from smarthabit.accounts.models import TokenFamily
from smarthabit.accounts.user import User
from smarthabit.kernel.statements import KeptQuery, insertion, run, update

TODAY = NOON.date()
WHOLE = {
    "value_milli": 1500,
    "skipped": True,
    "note": "äöü %s \"'",
    "performed_at": NOON - dt.timedelta(minutes=3),
    "minute": 717,
    "source": "offline",
    "version": 7,
    "written_at": NOON,
    "stamps": {"value": ["2026-03-18T12:00:00.000000+00:00", "device", "op"]},
}


def columns(row: models.Model) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_a_locked_state_and_its_habit_are_as_the_orm_reads_them(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit(unit="km", tags=("sport",), why="because")
    make_habit("Another")
    record_entry(user=user, habit_id=habit.pk, day=TODAY, change=EntryChange(value_milli=1000), now=NOON)
    with transaction.atomic():
        (locked,) = lock_states(user, [habit.pk])
    stored = HabitState.objects.select_related("habit").get(habit=habit)
    assert columns(locked) == columns(stored)
    assert columns(locked.habit) == columns(stored.habit)
    assert locked.habit.state is locked
    assert not locked._state.adding


def test_the_same_rows_make_models_of_their_own_each_time_and_changed_ones_are_read_anew(
    user: User, make_habit: MakeHabit
) -> None:
    habit = make_habit()

    def locked() -> HabitState:
        with transaction.atomic():
            return lock_states(user, [habit.pk])[0]

    first = locked()
    first.fold, first.habit.name = {"spoilt": True}, "Spoilt"
    again = locked()
    assert again is not first
    assert again.habit.state is again
    assert again.habit.name == "Read"
    assert columns(again) == columns(HabitState.objects.get(habit=habit))
    Habit.objects.filter(pk=habit.pk).update(name="Run")
    HabitState.objects.filter(pk=habit.pk).update(through=TODAY)
    changed = locked()
    assert (changed.habit.name, changed.through) == ("Run", TODAY)


def test_nothing_is_locked_for_a_stranger(stranger: User, make_habit: MakeHabit) -> None:
    habit = make_habit()
    with transaction.atomic():
        assert lock_states(stranger, [habit.pk]) == []


@pytest.mark.parametrize("fields", [{}, WHOLE])
def test_a_row_that_was_inserted_is_as_the_orm_reads_it(
    fields: dict[str, Any], user: User, make_habit: MakeHabit
) -> None:
    row = Entry(user=user, habit=make_habit(), day=TODAY, **{"written_at": NOON, **fields})
    run(insertion(row))
    assert columns(Entry.objects.get(pk=row.pk)) == columns(row)
    assert not row._state.adding


def test_a_row_that_was_updated_is_as_the_orm_reads_it(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit()
    row = Entry.objects.create(user=user, habit=habit, day=TODAY, written_at=NOON)
    other = Entry.objects.create(user=user, habit=habit, day=TODAY - dt.timedelta(days=1), written_at=NOON)
    for name, value in WHOLE.items():
        setattr(row, name, value)
    row.day = TODAY + dt.timedelta(days=1)
    run(update(row, [*WHOLE]))
    stored = Entry.objects.get(pk=row.pk)
    assert stored.day == TODAY
    assert model_to_dict(stored, [*WHOLE]) == model_to_dict(row, [*WHOLE])
    assert columns(Entry.objects.get(pk=other.pk)) == columns(other)


def test_updating_a_row_that_is_gone_is_told(user: User, make_habit: MakeHabit) -> None:
    row = Entry.objects.create(user=user, habit=make_habit(), day=TODAY, written_at=NOON)
    Entry.objects.all().delete()
    row.pk = 1
    with pytest.raises(DatabaseError, match=r"no habits\.Entry 1"):
        run(update(row, ["note"]))


def test_a_revision_that_was_inserted_is_as_the_orm_reads_it(user: User, make_habit: MakeHabit) -> None:
    kept = {name: value for name, value in WHOLE.items() if name != "minute"}
    row = EntryRevision(user=user, habit=make_habit(), day=TODAY, outcome="replaced", recorded_at=NOON, **kept)
    run(insertion(row))
    assert columns(EntryRevision.objects.get(pk=row.pk)) == columns(row)


def test_values_of_every_kind_fit_into_a_kept_query(user: User, make_habit: MakeHabit) -> None:
    family = TokenFamily.objects.create(user=user, created_at=NOON, last_used_at=NOON)
    kept: KeptQuery[TokenFamily] = KeptQuery(
        lambda key, at: TokenFamily.objects.filter(pk=key, created_at__lte=at),
        uuid.UUID(int=1),
        dt.datetime(2000, 1, 1, tzinfo=dt.UTC),
    )
    assert kept(family.pk, NOON) == [family]
    assert kept(family.pk, NOON - dt.timedelta(seconds=1)) == []
    assert kept(uuid.uuid4(), NOON) == []


def test_a_hole_that_the_statement_lacks_is_refused_when_it_is_first_run(db: None) -> None:
    kept: KeptQuery[Entry] = KeptQuery(lambda habit, _day: Entry.objects.filter(habit_id=habit), 1, TODAY)
    with pytest.raises(ValueError, match="not among the parameters"):
        kept(1, TODAY)


def test_statements_that_travel_together_are_answered_each(user: User, make_habit: MakeHabit) -> None:
    habit = make_habit()
    day_before = TODAY - dt.timedelta(days=1)
    kept: KeptQuery[Entry] = KeptQuery(lambda habit, day: Entry.objects.filter(habit_id=habit, day=day), 1, dt.date.min)
    old = Entry.objects.create(user=user, habit=habit, day=day_before, written_at=NOON)
    old.note = "later; -- %s"
    new = Entry(user=user, habit=habit, day=TODAY, written_at=NOON)
    answers = run(
        kept.asked(habit.pk, TODAY),
        update(old, ["note"]),
        insertion(new),
        kept.asked(habit.pk, TODAY),
        kept.asked(habit.pk, day_before),
    )
    assert answers == [[], None, None, [new], [old]]
    assert Entry.objects.get(pk=old.pk).note == "later; -- %s"


def test_none_of_them_is_done_when_one_fails(user: User, make_habit: MakeHabit) -> None:
    entry = {"user": user, "habit": make_habit(), "day": TODAY, "written_at": NOON}
    with pytest.raises(IntegrityError), transaction.atomic():
        run(insertion(Entry(**entry)), insertion(Entry(**entry)))
    assert not Entry.objects.exists()
