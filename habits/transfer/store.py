"""Writing imported rows: habits a chunk at a time, entries thousands in a statement, on SQLite and PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import Max

from habits.domain.schedule import schedule_to_json
from habits.models import Habit, HabitState, Pause, Plan, Tag
from habits.services.habits import MOST_HABITS
from habits.services.states import lock_states
from habits.transfer import statements
from habits.transfer.matching import Destination, match
from habits.transfer.neutral import FileRefusedError, ImportedEntry, ImportedHabit
from smarthabit.accounts.services import bump_seq
from smarthabit.accounts.user import User

BATCH = 2_000
_HABITS_AT_ONCE = 500

Change = tuple[statements.Current, "Row"]


class Moment(NamedTuple):
    """This instant, and the user's day that it falls into."""

    now: datetime
    today: date


class _Place(NamedTuple):
    moment: Moment
    as_it_was: bool


class Row(NamedTuple):
    """An entry on its way into the table, in the order of `statements.COLUMNS`."""

    user_id: int
    habit_id: int
    day: date
    value_milli: int | None
    skipped: bool
    note: str
    performed_at: datetime | None
    minute: int | None
    source: str
    version: int
    written_at: datetime
    stamps: str | None


@dataclass(slots=True)
class Stored:
    """What became of some entries."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    kept: int = 0
    touched: dict[int, date] = field(default_factory=dict)
    """The habits that changed, with the first day on which something more than a note was written."""

    def add(self, other: Stored) -> None:
        """Count another batch in."""
        self.created += other.created
        self.updated += other.updated
        self.unchanged += other.unchanged
        self.kept += other.kept
        for habit_id, day in other.touched.items():
            self.touched[habit_id] = min(day, self.touched.get(habit_id, day))


def row_of(user: User, habit_id: int, entry: ImportedEntry, value: int | None, now: datetime) -> Row:
    """An imported entry as a row. One of our own export keeps its history, any other is written now by the import."""
    origin = entry.origin
    if origin is None:
        return Row(user.pk, habit_id, entry.day, value, entry.skipped, entry.note, None, None, "import", 1, now, None)
    return Row(
        user.pk,
        habit_id,
        entry.day,
        value,
        entry.skipped,
        entry.note,
        origin.performed_at,
        origin.minute,
        origin.source,
        origin.version,
        origin.written_at,
        None if origin.stamps is None else json.dumps(origin.stamps),
    )


def create_habits(
    user: User, habits: Sequence[ImportedHabit], found: dict[int, Destination], moment: Moment
) -> list[int]:
    """Make the habits of a file that the user lacks, and note their ids in `found`. Returns the new ids.

    Each chunk of habits comes with plans, pauses and tags or not at all. In an empty account they keep their positions,
    in another they come after what is there.
    """
    missing = [index for index, destination in found.items() if destination.is_new]
    missing.sort(key=lambda index: (habits[index].position, index))
    as_they_were = not Habit.objects.owned_by(user).exists()
    made: list[int] = []
    for at in range(0, len(missing), _HABITS_AT_ONCE):
        chunk = missing[at : at + _HABITS_AT_ONCE]
        made += _create_chunk(user, habits, found, chunk, _Place(moment, as_they_were))
    return made


@transaction.atomic
def _create_chunk(
    user: User, habits: Sequence[ImportedHabit], found: dict[int, Destination], chunk: Sequence[int], place: _Place
) -> list[int]:
    bump_seq(user.pk)  # one import at a time makes habits of this user: another may just have made the same ones
    current = match(user, habits, place.moment.today)
    for index in chunk:
        found[index] = current[index]
    wanted = [index for index in chunk if found[index].is_new]
    owned = Habit.objects.owned_by(user)
    last = owned.aggregate(last=Max("position"))["last"] or 0
    if owned.count() + len(wanted) > MOST_HABITS:
        raise FileRefusedError("account_full", MOST_HABITS)
    rows = [_habit_row(user, habits[index], found[index], place.moment) for index in wanted]
    for row, position in zip(rows, range(last + 1, last + 1 + len(rows)), strict=True):
        row.position = row.position if place.as_it_was else position
    Habit.objects.bulk_create(rows)
    for index, row in zip(wanted, rows, strict=True):
        found[index].habit_id = row.pk
    _create_parts(user, [(habits[index], row) for index, row in zip(wanted, rows, strict=True)], place.moment.now)
    return [row.pk for row in rows]


def _habit_row(user: User, habit: ImportedHabit, destination: Destination, moment: Moment) -> Habit:
    return Habit(
        user=user,
        name=habit.name,
        why=habit.why,
        cue=habit.cue,
        kind=habit.kind,
        unit=habit.unit,
        colour=habit.colour,
        icon=habit.icon,
        position=habit.position,
        started_on=destination.started_on,
        archived_on=habit.archived_on or (moment.today if habit.archived else None),
        import_key=habit.key,
        created_at=habit.created_at or moment.now,
    )


def _create_parts(user: User, made: Sequence[tuple[ImportedHabit, Habit]], now: datetime) -> None:
    HabitState.objects.bulk_create([HabitState(habit=row, user=user) for _, row in made])
    Plan.objects.bulk_create(
        [
            Plan(
                user=user,
                habit=row,
                effective_from=plan.effective_from or row.started_on,
                schedule=schedule_to_json(plan.schedule),
                target_milli=plan.target,
                freezes=plan.freezes,
                preferred_time=plan.preferred_time,
            )
            for habit, row in made
            for plan in habit.plans
        ],
        batch_size=1_000,
    )
    Pause.objects.bulk_create(
        [
            Pause(
                user=user,
                habit=row,
                starts_on=pause.starts_on,
                ends_on=pause.ends_on,
                reason=pause.reason,
                created_at=pause.created_at or now,
            )
            for habit, row in made
            for pause in habit.pauses
        ],
        batch_size=1_000,
    )
    _tag(user, made)


def _tag(user: User, made: Sequence[tuple[ImportedHabit, Habit]]) -> None:
    names = {tag for habit, _ in made for tag in habit.tags}
    if not names:
        return
    Tag.objects.bulk_create([Tag(user=user, name=name) for name in sorted(names)], ignore_conflicts=True)
    ids = dict(Tag.objects.owned_by(user).filter(name__in=names).values_list("name", "pk"))
    through = Habit.tags.through
    through.objects.bulk_create(
        [through(habit_id=row.pk, tag_id=ids[tag]) for habit, row in made for tag in habit.tags], batch_size=1_000
    )


def sort_rows(rows: Sequence[Row], fresh: AbstractSet[int]) -> tuple[Stored, list[Row], list[Change]]:
    """What becomes of a batch of rows, no two of one day: what to add, and what to overwrite with what.

    A day without an entry, or with one that an import wrote, takes the row; an entry that somebody made by hand stays.
    Habits in `fresh` were made by this run and hold none of these days.
    """
    current = statements.current([row for row in rows if row.habit_id not in fresh])
    stored, inserts, updates = Stored(), list[Row](), list[Change]()
    for row in rows:
        entry = current.get((row.habit_id, row.day))
        if entry is None:
            inserts.append(row)
        elif entry.says(row):
            stored.unchanged += 1
            continue
        elif entry.source != "import":
            stored.kept += 1
            continue
        else:
            updates.append((entry, row))
        says_more = row.value_milli is not None or row.skipped
        first = row.day if says_more else date.max
        stored.touched[row.habit_id] = min(first, stored.touched.get(row.habit_id, date.max))
    stored.created, stored.updated = len(inserts), len(updates)
    return stored, inserts, updates


@transaction.atomic
def store_rows(user: User, rows: Sequence[Row], fresh: AbstractSet[int], now: datetime, *, ages: bool) -> Stored:
    """Store a batch of rows. The states of their habits lose what they know of the days gone by.

    With `ages` a habit becomes as old as its first entry.
    """
    held = {row.habit_id for row in rows} - fresh
    states = {state.habit_id: state.habit for state in lock_states(user, sorted(held))}
    stored, inserts, updates = sort_rows(rows, fresh)
    statements.insert(inserts)
    statements.replace(updates, now)
    stale = [habit_id for habit_id in stored.touched if habit_id in states]
    HabitState.objects.filter(habit_id__in=stale).update(fold={}, anchor={}, through=None, rules_key=0)
    for habit_id in stale if ages else ():
        if stored.touched[habit_id] < states[habit_id].started_on:
            Habit.objects.filter(pk=habit_id).update(started_on=stored.touched[habit_id])
    return stored
