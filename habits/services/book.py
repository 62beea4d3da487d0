"""One habit opened for writing: its locked state, the entries a write can touch, and the fold that follows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
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
from habits.selectors.states import Folds, kept_folds
from habits.selectors.views import WEEK, HabitView, tagged, tags_of
from habits.services.states import (
    ANCHOR_REACH,
    STATE_FIELDS,
    folds_from,
    lock_one,
    lock_states,
    moved_on,
    store,
)
from smarthabit.accounts.user import User
from smarthabit.kernel.statements import KeptQuery, Statement, insertion, run, update


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
    tags: list[str] | None = None
    """Where they were read along with the rest."""

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
            deletions = _deletions(self.habit.pk, min(self.days), max(self.days))
            self.graves = {revision.day: revision for revision in deletions}
        return self.graves

    def store_entries(self) -> list[Statement[None]]:
        """Write the changed entries, remove the deleted ones, and keep what they replace.

        What concerns a single row is given back, to be run with the rest of the check-in.
        """
        later: list[Statement[None]] = []
        if stored := [entry.pk for entry in self.gone.values() if entry.pk]:
            Entry.objects.filter(pk__in=stored).delete()
        fresh = [entry for entry in self.dirty.values() if entry.pk is None]
        if len(self.dirty) == 1 and not fresh:
            later.append(update(next(iter(self.dirty.values())), _COLUMNS))
        elif len(self.dirty) > len(fresh):
            Entry.objects.bulk_update([entry for entry in self.dirty.values() if entry.pk], _COLUMNS, batch_size=200)
        if len(fresh) == 1:
            later.append(insertion(fresh[0]))
        elif fresh:
            Entry.objects.bulk_create(fresh, batch_size=500)
        if restamped := [entry for day, entry in self.restamped.items() if day not in self.dirty and entry.pk]:
            Entry.objects.bulk_update(restamped, ["stamps"], batch_size=200)
        if len(self.revisions) == 1:
            later.append(insertion(self.revisions[0]))
        elif self.revisions:
            EntryRevision.objects.bulk_create(self.revisions, batch_size=500)
        return later

    def settle(self) -> tuple[Settled, list[Statement[None]]]:
        """Bring the state up to date with the entries as they now are, and read the habit as of today.

        Gives back what there is to be stored, too.
        """
        today = self.today.toordinal()
        rows = self._rows_now()
        if self.folds is not None and self._appends():
            folds = moved_on(self.rules, self.folds, rows, today)
        else:
            folds = folds_from(self.rules, self.base, rows, today, self._evidence())
        later = []
        unchanged = folds is self.folds and self.state.rules_key
        if not unchanged and store(self.state, folds, self.rules):
            later.append(update(self.state, STATE_FIELDS))
            keep_rules(self.user, self.habit, self.rules)
        return Settled(self, read(self.rules, folds.fold, rows, today), rows), later

    def _appends(self) -> bool:
        """Whether the stored fold still stands: nothing written belongs to a day it, or its evidence, has closed."""
        if self.folds is None or self.folds.fold.through is None or self.folds.seen >= self.today.toordinal():
            return False
        return all(day.toordinal() > self.folds.seen for day in (*self.dirty, *self.gone))

    def _evidence(self) -> bytes:
        """That of ``base``."""
        return self.folds.anchor_evidence if self.folds is not None and self.base is self.folds.anchor else b""

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
        """The days first..last: written ones, or also those of the week before, where the books were opened so."""
        book = self.book
        span = first.toordinal(), last.toordinal()
        return history(book.rules, self.rows, *span, book.today.toordinal(), base=book.base).days

    def states(self) -> dict[date, DayState]:
        """What the written days have become."""
        days = self.book.days
        if days == {self.book.today}:
            return {self.book.today: self.snapshot.today.state}
        return {cell.day: cell.state for cell in self.cells(min(days), max(days)) if cell.day in days}

    def view(self, day: date, version: int, *, week: bool = True) -> HabitView:
        """The habit as screens show it, on the written ``day``."""
        book = self.book
        tags = tags_of([book.habit])[book.habit.pk] if book.tags is None else book.tags
        return HabitView(
            habit=book.habit,
            tags=tags,
            rules=book.rules,
            plan=plan_on(book.rules, day),
            snapshot=self.snapshot,
            day=day,
            entry=book.entries.get(day),
            week=self.cells(day - timedelta(days=WEEK - 1), day) if week else [],
            version=version,
        )


def open_books(
    user: User, days: dict[int, Collection[date]], today: date, *, week: bool = True
) -> dict[int, HabitBook]:
    """Lock the habits of ``days`` that exist and are the user's, ready for writes on these days.

    With ``week`` the days of the week before each can be told afterwards, too.
    """
    opening = _Opening(user, today, WEEK if week else 0)
    if len(days) == 1:
        ((habit_id, its_days),) = days.items()
        if len({*its_days, today}) <= _TWO_DAYS:
            return opening.one(habit_id, its_days)
    return opening.several(days)


@dataclass(frozen=True, slots=True)
class _Opening:
    """What all the books of one opening share. ``lead`` days before those to be written can be told afterwards."""

    user: User
    today: date
    lead: int

    def one(self, habit_id: int, days: Collection[date]) -> dict[int, HabitBook]:
        """The ordinary check-in: one habit, one day."""
        first, last = min(*days, self.today), max(*days, self.today)
        states, entries, tags = run(
            lock_one.asked(self.user.pk, habit_id), _on_two_days.asked(habit_id, first, last), tagged([habit_id])
        )
        if not states:
            return {}
        rules = rules_of(self.user, [states[0].habit])
        book = self._book(states[0], rules[habit_id], entries, days)
        book.tags = [name for _, name in tags]
        return {habit_id: book}

    def several(self, days: dict[int, Collection[date]]) -> dict[int, HabitBook]:
        """Any number of habits and days."""
        states = lock_states(self.user, days)
        rules = rules_of(self.user, [state.habit for state in states])
        books = {}
        for state in states:
            pk, its_days = state.habit_id, days[state.habit_id]
            entries = list(Entry.objects.filter(habit_id=pk, day__in={*its_days, self.today}))
            books[pk] = self._book(state, rules[pk], entries, its_days)
        return books

    def _book(self, state: HabitState, rules: Rules, entries: Sequence[Entry], days: Collection[date]) -> HabitBook:
        folds = kept_folds(state, rules)
        first = min(*days, self.today).toordinal()
        base = _base(folds, rules, first - self.lead, self.today.toordinal())
        return HabitBook(
            user=self.user,
            habit=state.habit,
            state=state,
            rules=rules,
            today=self.today,
            folds=folds,
            base=base,
            rows=_rows(state.habit_id, base, entries, first, self.today.toordinal()),
            entries={entry.day: entry for entry in entries},
            days=set(days),
        )


def _rows(habit_id: int, base: Fold, entries: Sequence[Entry], first: int, today: int) -> list[EntryRow]:
    """The entries since the base; those of the days to be written and of today are at hand already.

    They are all there are where no day lies between the first to be written and today.
    """
    if base.through == first - 1 and first >= today - 1:
        return sorted(row_of(entry) for entry in entries)
    return entry_rows(habit_id, needs_from(base))


def _base(folds: Folds | None, rules: Rules, first: int, today: int) -> Fold:
    """The latest fold before the ordinal ``first`` that will be left standing, or the very beginning."""
    if folds is None:
        return start(rules)
    closed, anchored = folds.fold.through, folds.anchor.through
    if closed is not None and folds.seen < first and today - 1 - (anchored or 0) <= ANCHOR_REACH:
        return folds.fold
    return folds.anchor if anchored is not None and anchored < first else start(rules)


_TWO_DAYS = 2
_on_two_days = KeptQuery(
    lambda habit, one, other: Entry.objects.filter(habit_id=habit, day__in=[one, other]), 1, date.min, date.max
)
_deletions = KeptQuery(
    lambda habit, first, last: EntryRevision.objects.filter(
        habit_id=habit, outcome=EntryRevision.Outcome.DELETED, day__range=(first, last)
    ).order_by("id"),
    1,
    date.min,
    date.max,
)
