"""One habit opened for writing: its locked state, the entries a write can touch, and the fold that follows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date

from habits.domain.entry import EntryRow
from habits.domain.fold import Fold, needs_from, read
from habits.domain.history import history
from habits.domain.plan import Rules
from habits.domain.states import DayState
from habits.domain.views import Snapshot
from habits.models import Entry, EntryRevision, Habit, HabitState
from habits.selectors.entries import entry_rows, row_of
from habits.selectors.rules import rules_of
from habits.selectors.states import Folds, stored_folds
from habits.services.states import STATE_FIELDS, base_for, folds_from, lock_states, moved_on, store
from smarthabit.accounts.models import User


@dataclass(frozen=True, slots=True)
class Settled:
    """A habit after its writes, and what became of the days written."""

    snapshot: Snapshot
    states: dict[date, DayState]


@dataclass(slots=True)
class HabitBook:
    """A habit under lock. ``entries`` holds those of the days to be written, and all since the fold when it appends."""

    habit: Habit
    state: HabitState
    rules: Rules
    today: date
    folds: Folds | None
    entries: dict[date, Entry]
    days: Collection[date]
    appends: bool
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
        ordinal = self.today.toordinal()
        if self.appends and self.folds is not None:
            rows = [row_of(self.entries[day]) for day in sorted(self.entries)]
            base = self.folds.fold
            folds = moved_on(self.habit.pk, self.rules, self.folds, rows, ordinal)
        else:
            changed = min(self.days).toordinal()
            base = base_for(self.folds, self.rules, changed, ordinal)
            rows = entry_rows(self.habit.pk, needs_from(base))
            folds = folds_from(self.rules, base, rows, ordinal)
        if store(self.state, folds, self.rules):
            self.state.save(update_fields=STATE_FIELDS)
        return Settled(read(self.rules, folds.fold, rows, ordinal), self._states(base, rows))

    def _states(self, base: Fold, rows: Sequence[EntryRow]) -> dict[date, DayState]:
        """What the days to be written have become; ``base`` is a fold before the first of them."""
        first, last = min(self.days).toordinal(), max(self.days).toordinal()
        past = history(self.rules, rows, first, last, self.today.toordinal(), base=base)
        return {view.day: view.state for view in past.days if view.day in self.days}


_COLUMNS = ["value_milli", "skipped", "note", "performed_at", "minute", "source", "version", "written_at", "stamps"]


def open_books(user: User, days: dict[int, Collection[date]], today: date) -> dict[int, HabitBook]:
    """Lock the habits of ``days`` that exist and are the user's, ready for writes on these days."""
    states = lock_states(user, days)
    rules = rules_of(user, [state.habit for state in states])
    return {state.habit_id: _open(state, rules[state.habit_id], days[state.habit_id], today) for state in states}


def _open(state: HabitState, rules: Rules, days: Collection[date], today: date) -> HabitBook:
    folds = stored_folds(state, rules)
    since = needs_from(folds.fold, today.toordinal()) if folds else 1
    first = min(days)
    appends = folds is not None and since > 1 and first.toordinal() >= since
    entries = Entry.objects.filter(habit_id=state.habit_id)
    entries = entries.filter(day__gte=date.fromordinal(since)) if appends else entries.filter(day__in=list(days))
    return HabitBook(
        habit=state.habit,
        state=state,
        rules=rules,
        today=today,
        folds=folds,
        entries={entry.day: entry for entry in entries},
        days=set(days),
        appends=appends,
    )
