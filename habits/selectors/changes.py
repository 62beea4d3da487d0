"""What was changed about a user's entries, told from the rows that are kept: each entry as it is, and what it was."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum

from django.db.models import Max, Q

from habits.domain.entry import is_check
from habits.domain.plan import plan_on
from habits.models import Entry, EntryRevision, Habit
from habits.selectors.rules import rules_of
from smarthabit.accounts.user import User
from smarthabit.kernel.timeline import Cut, Place

NOW, ONCE, AGAINST = 0, 1, 2
"""The lists that entry changes come from, in the order of lines of one instant: entries as they are, what they were
before, and what was taken back or did not stand."""

Key = tuple[int, date]
_SAID = Q(value_milli__isnull=False) | Q(skipped=True) | ~Q(note="")
_BURIED = Q(outcome=EntryRevision.Outcome.DELETED)


class Became(Enum):
    """What a change did."""

    STATED = "stated"
    TAKEN_BACK = "taken_back"
    LOST = "lost"
    """A device said so, and something newer was kept."""


@dataclass(frozen=True, slots=True)
class Stated:
    """What a day said at one time."""

    value_milli: int | None
    skipped: bool
    note: str


@dataclass(frozen=True, slots=True)
class EntryStep:
    """One change of one day of one habit."""

    place: Place
    habit: Habit
    day: date
    became: Became
    before: Stated | None
    """None where nothing was stated, or where it is not known any more."""
    after: Stated | None
    source: str
    """The way in, empty where it was not kept."""
    version: int
    """Which version of the day the change made."""
    undoable: bool
    """Whether it is the last about its day, and what was there before is known."""
    check: bool
    """Whether a day of the habit is simply done or not, as the plan of the day asks."""


def entry_steps(user: User, cut: Cut) -> list[EntryStep]:
    """The changes below the cut, up to its number from each of the three lists; a constant number of queries.

    What an import wrote is left out: the import itself is the change.
    """
    manual = ~Q(source=Entry.Source.IMPORT)
    revisions = EntryRevision.objects.filter(user_id=user.pk)
    once = revisions.filter(manual, Q(outcome=EntryRevision.Outcome.REPLACED) | _BURIED & _SAID)
    against = revisions.filter(Q(outcome=EntryRevision.Outcome.LOST) | _BURIED & _SAID)
    found: list[tuple[int, Entry | EntryRevision]] = [
        *((NOW, row) for row in cut.of(Entry.objects.owned_by(user).filter(manual), "written_at", NOW)),
        *((ONCE, row) for row in cut.of(once, "written_at", ONCE)),
        *((AGAINST, row) for row in cut.of(against, "recorded_at", AGAINST)),
    ]
    found.sort(key=lambda one: _place(*one).order, reverse=True)
    return _told(user, found[: cut.most])


def _place(table: int, row: Entry | EntryRevision) -> Place:
    at = row.recorded_at if table == AGAINST and isinstance(row, EntryRevision) else row.written_at
    return Place(at, table, row.pk)


def _told(user: User, found: Sequence[tuple[int, Entry | EntryRevision]]) -> list[EntryStep]:
    keys = {(row.habit_id, row.day) for _, row in found}
    habits = {
        habit.pk: habit
        for habit in Habit.objects.owned_by(user).select_related("state").filter(pk__in={pk for pk, _ in keys})
    }
    rules = rules_of(user, habits.values())
    past = _Past.of(found, keys)
    steps = []
    for table, row in found:
        habit = habits.get(row.habit_id)
        if habit is not None:
            rule = rules[habit.pk]
            check = is_check(rule.kind, habit.unit, plan_on(rule, row.day).target)
            steps.append(_step(table, row, habit, past, check=check))
    return steps


@dataclass(frozen=True, slots=True)
class _Past:
    """What was there before the changes of a page."""

    versions: Mapping[tuple[int, date, int], Stated | None]
    """By habit, day and version what was stated; None for a deletion."""
    present: frozenset[Key]
    """The days that have an entry."""
    graves: Mapping[Key, int]
    """The version of the last deletion of a day."""

    @classmethod
    def of(cls, found: Sequence[tuple[int, Entry | EntryRevision]], keys: Iterable[Key]) -> _Past:
        """Look it up: three queries. They name the habits alone, lest a database reads all that is the user's."""
        wanted = {(row.habit_id, row.day, _made(table, row) - 1) for table, row in found}
        before = EntryRevision.objects.filter(_any(("habit_id", "day", "version"), wanted), version__gt=0)
        days = _any(("habit_id", "day"), keys)
        graves = EntryRevision.objects.filter(_BURIED, days).order_by().values_list("habit_id", "day")
        present = Entry.objects.filter(days).values_list("habit_id", "day")
        return cls(
            {(row.habit_id, row.day, row.version): None if _is_grave(row) else stated_by(row) for row in before},
            frozenset(present),
            {(habit_id, day): version for habit_id, day, version in graves.annotate(Max("version"))},
        )

    def known(self, row: Entry | EntryRevision, version: int) -> bool:
        """Whether we know what a version of the row's day followed."""
        return version == 1 or (row.habit_id, row.day, version - 1) in self.versions


def _any(names: Sequence[str], wanted: Iterable[tuple[object, ...]]) -> Q:
    either = Q(pk__in=[])
    for values in sorted(wanted, key=str):
        either |= Q(**dict(zip(names, values, strict=True)))
    return either


def _made(table: int, row: Entry | EntryRevision) -> int:
    """The version that a change made. What was deleted was one before the deletion's own."""
    return row.version - 1 if table == ONCE and _is_grave(row) else row.version


def _is_grave(row: Entry | EntryRevision) -> bool:
    return isinstance(row, EntryRevision) and row.outcome == EntryRevision.Outcome.DELETED


def stated_by(row: Entry | EntryRevision) -> Stated:
    """What a row says."""
    return Stated(row.value_milli, row.skipped, row.note)


def _step(table: int, row: Entry | EntryRevision, habit: Habit, past: _Past, *, check: bool) -> EntryStep:
    key, version, place = (row.habit_id, row.day), _made(table, row), _place(table, row)
    before = past.versions.get((*key, version - 1))
    became, after, source, undoable = Became.STATED, stated_by(row), row.source, False
    if table == NOW:
        undoable = past.known(row, version)
    elif table == ONCE and _is_grave(row):
        source = ""  # the row keeps by which way it was taken back
    elif table == AGAINST and _is_grave(row):
        became, before = Became.TAKEN_BACK, after
        undoable = key not in past.present and past.graves.get(key) == version
        return EntryStep(place, habit, row.day, became, before, None, source, version, undoable, check)
    elif table == AGAINST:
        became, before = Became.LOST, None
    return EntryStep(place, habit, row.day, became, before, after, source, version, undoable, check)
