"""Habits as screens and the API show them: the row, its plan, and the fold read as of today."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from habits.domain.entry import EntryRow
from habits.domain.fold import Fold, needs_from, read, start
from habits.domain.history import history
from habits.domain.plan import Plan, Rules, plan_on
from habits.domain.views import DayView, Snapshot
from habits.models import Entry, Habit, HabitState
from habits.selectors.entries import rows_since
from habits.selectors.rules import rules_of
from habits.selectors.states import Folds, stored_folds
from smarthabit.accounts.selectors import seq_of, today_of
from smarthabit.accounts.user import User
from smarthabit.kernel.statements import Statement, run

WEEK = 7
_TAGS_OF = """
SELECT tagged.habit_id, tag.name FROM habits_habit_tags tagged JOIN habits_tag tag ON tag.id = tagged.tag_id
WHERE tagged.habit_id IN ({}) ORDER BY tag.name
"""
LISTED = 50
"""Habits on one page of a list."""


@dataclass(frozen=True, slots=True)
class HabitView:
    """A habit as of the user's today. ``entry`` and the last cell of ``week`` belong to ``day``.

    A view for those who do not draw the week comes without it.
    """

    habit: Habit
    tags: list[str]
    rules: Rules
    plan: Plan
    snapshot: Snapshot
    day: date
    entry: Entry | None
    week: list[DayView]
    version: int

    @property
    def cell(self) -> DayView:
        """The day that is shown."""
        return self.week[-1]


def has_habits(user: User) -> bool:
    """Whether the user has a habit that is not archived."""
    return Habit.objects.owned_by(user).active().exists()


def habit_views(
    user: User,
    now: datetime,
    *,
    day: date | None = None,
    archived: bool = False,
    ids: Sequence[int] | None = None,
    tag: str | None = None,
    offset: int = 0,
    limit: int = LISTED,
) -> list[HabitView]:
    """A page of the user's habits in their order, or just the named ones, archived or not."""
    habits = Habit.objects.owned_by(user).select_related("state")
    if ids is not None:
        return views_of(user, list(habits.filter(pk__in=ids)), now, day=day)
    habits = habits.archived() if archived else habits.active()
    if tag:
        habits = habits.tagged(tag)
    return views_of(user, list(habits[offset : offset + limit]), now, day=day)


def views_of(user: User, habits: Sequence[Habit], now: datetime, *, day: date | None = None) -> list[HabitView]:
    """These habits (with their states selected) as of now; a constant number of queries."""
    version = seq_of(user)
    today = today_of(user, now)
    shown = day or today
    rules = rules_of(user, habits)
    folds = {habit.pk: usable_folds(habit.state, rules[habit.pk]) for habit in habits}
    bases = {pk: _week_base(rules[pk], both, shown, today) for pk, both in folds.items()}
    rows = rows_since([(pk, needs_from(base)) for pk, base in bases.items()])
    entries = entries_on(habits, shown)
    tags = tags_of(habits)
    ordinal = today.toordinal()
    return [
        HabitView(
            habit=habit,
            tags=tags[habit.pk],
            rules=rules[habit.pk],
            plan=plan_on(rules[habit.pk], shown),
            snapshot=read(rules[habit.pk], folds[habit.pk].fold, rows[habit.pk], ordinal),
            day=shown,
            entry=entries.get(habit.pk),
            week=week_of_cells(rules[habit.pk], bases[habit.pk], rows[habit.pk], shown, today),
            version=version,
        )
        for habit in habits
    ]


def usable_folds(state: HabitState, rules: Rules) -> Folds:
    """The stored folds where they stand, else empty ones."""
    return stored_folds(state, rules) or Folds(start(rules), start(rules))


def week_of_cells(rules: Rules, base: Fold, rows: Sequence[EntryRow], shown: date, today: date) -> list[DayView]:
    """The seven days that end on ``shown``."""
    last = shown.toordinal()
    return history(rules, rows, last - WEEK + 1, last, today.toordinal(), base=base).days


def entries_on(habits: Sequence[Habit], day: date) -> dict[int, Entry]:
    """The entries of one day, by habit."""
    found = Entry.objects.filter(habit_id__in=[habit.pk for habit in habits], day=day)
    return {entry.habit_id: entry for entry in found}


def tags_of(habits: Sequence[Habit]) -> defaultdict[int, list[str]]:
    """The names of each habit's tags, in alphabetical order."""
    tags: defaultdict[int, list[str]] = defaultdict(list)
    if habits:
        for habit_id, name in run(tagged([habit.pk for habit in habits]))[0]:
            tags[habit_id].append(name)
    return tags


def tagged(habit_ids: Sequence[int]) -> Statement[list[tuple[int, str]]]:
    """(habit id, name) of every tag of these habits, in alphabetical order; a tenth of the ORM's time."""
    marks = ", ".join(["%s"] * len(habit_ids))
    return Statement(_TAGS_OF.format(marks), habit_ids, lambda cursor: list(cursor.fetchall()))


def _week_base(rules: Rules, folds: Folds, shown: date, today: date) -> Fold:
    """The fold from which both today and the week that ends on ``shown`` can be told."""
    first = min(shown, today) - timedelta(days=WEEK - 1)
    if folds.anchor.through is not None and folds.anchor.through < first.toordinal():
        return folds.anchor
    return start(rules)
