"""One habit opened for writing: its locked state, the entries a write can touch, and the fold that follows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, timedelta

from habits.domain.entry import EntryRow
from habits.domain.fold import Fold, needs_from, read, start
from habits.domain.history import history
from habits.domain.plan import Rules, plan_on
from habits.domain.states import DayState
from habits.domain.views import DayView, Snapshot
from habits.models import Entry, EntryRevision, Habit, HabitState
from habits.selectors.entries import entry_rows, row_of
from habits.selectors.rules import keep_rules, rules_of
from habits.selectors.states import Folds, stored_folds
from habits.selectors.views import WEEK, HabitView, tags_of
from habits.services.states import STATE_FIELDS, folds_from, lock_states, moved_on, store
from smarthabit.accounts.user import User


@dataclass(slots=True)
class HabitBook:
    """A habit under lock.

    ``rows`` are its entries since ``base``, a fold from well before the days to be written; ``entries`` are those of
    these days and of today.
    """

    user: User
    habit: Habit
    state: HabitState
    rules: Rules
    today: date
    folds: Folds | None
    base: Fold
    rows: list[EntryRow]
    entries: dict[date, Entry]
    days: Collection[date]
    dirty: dict[date, Entry] = field(default_factory=dict)
    gone: dict[date, Entry] = field(default_factory=dict)
    restamped: dict[date, Entry] = field(default_factory=dict)
    revisions: list[EntryRevision] = field(default_factory=list)
    graves: dict[date, EntryRevision] | None = None

    @property
    def touched(self) -> bool:
        """Whether anything is to be stored."""
        return bool(self.dirty or self.gone)

    def tombstone(self, day: date) -> EntryRevision | None:
        """The record of the last deletion on ``day``, if there was one."""
        return self._graves().get(day)

    def bury(self, revision: EntryRevision) -> None:
        """Remember a deletion made in this book."""
        self._graves()[revision.day] = revision

    def _graves(self) -> dict[date, EntryRevision]:
        if self.graves is None:
            deletions = EntryRevision.objects.filter(habit=self.habit, outcome=EntryRevision.Outcome.DELETED)
            deletions = deletions.filter(day__range=(min(self.days), max(self.days))).order_by("id")
            self.graves = {revision.day: revision for revision in deletions}
        return self.graves

    def store_entries(self) -> None:
        """Write the changed entries, remove the deleted ones, and keep what they replace."""
        if stored := [entry.pk for entry in self.gone.values() if entry.pk]:
            Entry.objects.filter(pk__in=stored).delete()
        fresh = [entry for entry in self.dirty.values() if entry.pk is None]
        if len(self.dirty) == 1 and not fresh:
            next(iter(self.dirty.values())).save(update_fields=_COLUMNS)
        elif len(self.dirty) > len(fresh):
            Entry.objects.bulk_update([entry for entry in self.dirty.values() if entry.pk], _COLUMNS, batch_size=200)
        if fresh:
            Entry.objects.bulk_create(fresh, batch_size=500)
        if restamped := [entry for day, entry in self.restamped.items() if day not in self.dirty and entry.pk]:
            Entry.objects.bulk_update(restamped, ["stamps"], batch_size=200)
        if self.revisions:
            EntryRevision.objects.bulk_create(self.revisions, batch_size=500)

    def settle(self) -> Settled:
        """Bring the state up to date with the entries as they now are, and read the habit as of today."""
        today = self.today.toordinal()
        rows = self._rows_now()
        if self.folds is not None and self._appends():
            folds = moved_on(self.rules, self.folds, rows, today)
        else:
            folds = folds_from(self.rules, self.base, rows, today)
        if store(self.state, folds, self.rules):
            self.state.save(update_fields=STATE_FIELDS)
            keep_rules(self.user, self.habit, self.rules)
        return Settled(self, read(self.rules, folds.fold, rows, today), rows)

    def _appends(self) -> bool:
        """Whether the stored fold still stands: nothing written belongs to a day it has closed."""
        through = self.folds.fold.through if self.folds else None
        if through is None or through >= self.today.toordinal():
            return False
        return all(day.toordinal() > through for day in (*self.dirty, *self.gone))

    def _rows_now(self) -> list[EntryRow]:
        """The rows since the base with what was written laid over them."""
        if not self.touched:
            return self.rows
        rows = {row.day: row for row in self.rows}
        rows.update({day.toordinal(): row_of(entry) for day, entry in self.dirty.items()})
        for day in self.gone.keys() - self.dirty.keys():
            rows.pop(day.toordinal(), None)
        return [rows[day] for day in sorted(rows)]


_COLUMNS = ["value_milli", "skipped", "note", "performed_at", "minute", "source", "version", "written_at", "stamps"]


@dataclass(frozen=True, slots=True)
class Settled:
    """A habit after its writes."""

    book: HabitBook
    snapshot: Snapshot
    rows: list[EntryRow]

    def cells(self, first: date, last: date) -> list[DayView]:
        """The days first..last, from a week before the earliest day that was written on."""
        book = self.book
        span = first.toordinal(), last.toordinal()
        return history(book.rules, self.rows, *span, book.today.toordinal(), base=book.base).days

    def states(self) -> dict[date, DayState]:
        """What the written days have become."""
        days = self.book.days
        return {cell.day: cell.state for cell in self.cells(min(days), max(days)) if cell.day in days}

    def view(self, day: date, version: int) -> HabitView:
        """The habit as screens show it, on the written ``day``."""
        book = self.book
        return HabitView(
            habit=book.habit,
            tags=tags_of([book.habit])[book.habit.pk],
            rules=book.rules,
            plan=plan_on(book.rules, day),
            snapshot=self.snapshot,
            day=day,
            entry=book.entries.get(day),
            week=self.cells(day - timedelta(days=WEEK - 1), day),
            version=version,
        )


def open_books(user: User, days: dict[int, Collection[date]], today: date) -> dict[int, HabitBook]:
    """Lock the habits of ``days`` that exist and are the user's, ready for writes on these days."""
    states = lock_states(user, days)
    rules = rules_of(user, [state.habit for state in states])
    return {state.habit_id: _open(user, state, rules[state.habit_id], days[state.habit_id], today) for state in states}


def _open(user: User, state: HabitState, rules: Rules, days: Collection[date], today: date) -> HabitBook:
    folds = stored_folds(state, rules)
    base = _base(folds, rules, min(*days, today).toordinal() - WEEK)
    return HabitBook(
        user=user,
        habit=state.habit,
        state=state,
        rules=rules,
        today=today,
        folds=folds,
        base=base,
        rows=entry_rows(state.habit_id, needs_from(base)),
        entries={entry.day: entry for entry in Entry.objects.filter(habit_id=state.habit_id, day__in={*days, today})},
        days=set(days),
    )


def _base(folds: Folds | None, rules: Rules, first: int) -> Fold:
    """The fold that a change on the ordinal ``first`` leaves standing: the anchor, or the very beginning."""
    if folds is not None and folds.anchor.through is not None and folds.anchor.through < first:
        return folds.anchor
    return start(rules)
