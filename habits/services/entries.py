"""Checking in: every write of an entry goes through here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from habits.domain.states import DayState
from habits.domain.views import Snapshot
from habits.events import EntriesChanged, Standing
from habits.selectors.views import HabitView
from habits.services.book import HabitBook, Settled, open_books
from habits.services.changes import EntryChange, EntryWrite, Source
from habits.services.entry_rules import check_write
from habits.services.writing import EntryOutcome, Pen, apply_write
from smarthabit.accounts.selectors import seq_of, today_of
from smarthabit.accounts.services import next_seq
from smarthabit.accounts.user import User
from smarthabit.kernel.errors import NotFound, RuleError
from smarthabit.kernel.events import publish
from smarthabit.kernel.statements import Statement, run


@dataclass(frozen=True)
class Written:
    """The outcomes of some writes, in their order, and every habit they touched as it now stands."""

    outcomes: list[EntryOutcome]
    settled: Mapping[int, Settled]
    seq: int
    """The user's sequence number; a new one if anything changed."""
    changed: bool

    @cached_property
    def states(self) -> Mapping[tuple[int, date], DayState]:
        """What the written days have become, by habit and day."""
        return {(pk, day): state for pk, one in self.settled.items() for day, state in one.states().items()}

    def view(self, habit_id: int, day: date, *, week: bool = True) -> HabitView:
        """A habit as screens show it, on a day that was written; with the week up to it if the write asked for it."""
        return self.settled[habit_id].view(day, self.seq, week=week)


@transaction.atomic
def write_entries(
    *,
    user: User,
    writes: Sequence[EntryWrite],
    now: datetime,
    source: Source = "web",
    tab: str = "",
    refuse: bool = True,
    week: bool = True,
) -> Written:
    """Apply the writes in order, in one transaction, and move the states of their habits forward.

    Raises NotFound, RuleError or VersionConflict for the first write that cannot be; with ``refuse=False`` such a write
    is answered with its error and the others go in. ``week=False`` saves reading what only screens show.
    """
    today = today_of(user, now)
    days: defaultdict[int, set[date]] = defaultdict(set)
    for write in writes:
        days[write.habit_id].add(write.day)
    books = open_books(user, dict(days), today, week=week)
    pen = Pen(user, now, source)
    outcomes = [_outcome(books, write, pen, refuse=refuse) for write in writes]
    touched = [book for book in books.values() if book.touched or book.restamped or book.revisions]
    later: list[Statement[Any]] = [statement for book in touched for statement in book.store_entries()]
    settled = {}
    for habit_id, book in books.items():
        settled[habit_id], moved = book.settle()
        later += moved
    changed = {book.habit.pk: (*sorted({*book.dirty, *book.gone}),) for book in touched if book.touched}
    if changed:
        later.append(next_seq(user.pk))
    answers = run(*later) if later else []
    seq = answers[-1] if changed else seq_of(user)
    if changed:
        standings = tuple(standing(habit_id, settled[habit_id].snapshot) for habit_id in changed)
        publish(EntriesChanged(user.pk, seq, tab, changed, standings))
    return Written(outcomes, settled, seq, bool(changed))


def record_entry(
    *,
    user: User,
    habit_id: int,
    day: date,
    change: EntryChange,
    now: datetime,
    source: Source = "web",
    if_version: int | str | None = None,
    tab: str = "",
) -> EntryOutcome:
    """State something about one day of one habit. Repeating it changes nothing."""
    write = EntryWrite(habit_id, day, change, if_version=if_version)
    return write_entries(user=user, writes=[write], now=now, source=source, tab=tab).outcomes[0]


def delete_entry(
    *, user: User, habit_id: int, day: date, now: datetime, if_version: int | str | None = None, tab: str = ""
) -> EntryOutcome:
    """Take back what was stated about a day. Repeating it changes nothing."""
    write = EntryWrite(habit_id, day, delete=True, if_version=if_version)
    return write_entries(user=user, writes=[write], now=now, tab=tab).outcomes[0]


def standing(habit_id: int, snapshot: Snapshot) -> Standing:
    """A habit's numbers for those who listen."""
    streak = snapshot.streak
    return Standing(habit_id, streak.current, streak.longest, round(snapshot.strength, 6), snapshot.today.state.value)


def _outcome(books: Mapping[int, HabitBook], write: EntryWrite, pen: Pen, *, refuse: bool) -> EntryOutcome:
    book = books.get(write.habit_id)
    if book is None and refuse:
        raise NotFound
    if book is None:
        return _refused(RuleError("not_found", _("There is no such habit."), "habit"))
    try:
        check_write(book.habit, book.rules, write, pen.now)
    except RuleError as error:
        if refuse:
            raise
        return _refused(error)
    return apply_write(book, write, pen)


def _refused(error: RuleError) -> EntryOutcome:
    return EntryOutcome(None, created=False, changed=False, stands=False, before=EntryChange(), error=error)
