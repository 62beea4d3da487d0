"""Which habits of a file the user has already, and what a value means to each."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F

from habits.domain.schedule import asks_for_total
from habits.models import Habit, Plan
from habits.selectors.rules import schedule_of
from habits.transfer.neutral import ONE, ImportedEntry, ImportedHabit
from habits.transfer.readers.cells import BadCellError
from smarthabit.accounts.user import User


@dataclass(slots=True)
class Destination:
    """The habit that takes an imported one's entries; `habit_id` is None until it is made.

    `plans` holds (first day, target in thousandths, whether it is a period's total) in order.
    """

    habit_id: int | None
    name: str
    kind: str
    unit: str
    started_on: date
    plans: Sequence[tuple[date, int, bool]]

    @property
    def is_new(self) -> bool:
        """Whether the user does not have it yet."""
        return self.habit_id is None

    def value_of(self, entry: ImportedEntry, latest: date) -> int | None:
        """The value to store, in thousandths; raises BadCellError where the habit cannot take what is said.

        No day later than `latest` has begun anywhere.
        """
        if entry.day > latest:
            raise BadCellError("day_too_late", entry.day)
        if entry.origin is not None:
            return entry.value
        limit = self.kind == Habit.Kind.LIMIT
        _, target, total = self.plans[max(0, bisect_right(self.plans, entry.day, key=lambda plan: plan[0]) - 1)]
        check = not self.unit and target == (0 if limit else ONE)
        if not entry.claim:
            if check and entry.value not in {None, 0, ONE}:
                raise BadCellError("not_a_check")
            return entry.value
        if entry.claim == "missed":
            if limit and not check:
                raise BadCellError("value_needed")
            return ONE if limit else 0
        if total:
            raise BadCellError("value_needed")
        return 0 if limit else target


def export_key(habit_id: int, created_at: datetime, import_key: str) -> str:
    """What names a habit in exports: where it was imported from, or else when and as what it was made."""
    return import_key or f"smarthabit:{created_at.isoformat()}:{habit_id}"


def match(user: User, habits: Sequence[ImportedHabit], today: date) -> dict[int, Destination]:
    """A destination for every habit of a file that could be read: the user's own where there is one, or a new one."""
    known = _Known(user)
    found = {index: known.find(habit) for index, habit in enumerate(habits) if not habit.broken}
    plans = _plans_of([habit.pk for habit in found.values() if habit])
    return {
        index: _existing(habit, plans[habit.pk]) if habit else _new(habits[index], today)
        for index, habit in found.items()
    }


class _Known:
    """The user's habits, each of which can stand for one imported habit."""

    def __init__(self, user: User) -> None:
        rows = Habit.objects.owned_by(user).order_by(F("archived_on").asc(nulls_first=True), "position", "id")
        self._by_key: dict[str, Habit] = {}
        self._by_name: dict[str, list[Habit]] = defaultdict(list)
        self._taken: set[int] = set()
        for habit in rows.only("name", "kind", "unit", "started_on", "import_key", "created_at", "archived_on"):
            self._by_key[export_key(habit.pk, habit.created_at, habit.import_key)] = habit
            self._by_name[habit.name.casefold()].append(habit)

    def find(self, wanted: ImportedHabit) -> Habit | None:
        """The habit with one of the keys; else one of that name, where the format knows nothing better."""
        for key in (wanted.key, *wanted.aliases):
            if (habit := self._by_key.get(key)) and self._take(habit):
                return habit
        return next((habit for habit in self._by_name[wanted.name.casefold()] if self._fits(wanted, habit)), None)

    def _fits(self, wanted: ImportedHabit, habit: Habit) -> bool:
        family = wanted.key.partition(":")[0]
        sister = family == "loop" and habit.import_key.startswith("loop:") and habit.kind == wanted.kind
        return (wanted.by_name or sister) and self._take(habit)

    def _take(self, habit: Habit) -> bool:
        free = habit.pk not in self._taken
        self._taken.add(habit.pk)
        return free


def _plans_of(ids: Sequence[int]) -> dict[int, list[tuple[date, int, bool]]]:
    plans: defaultdict[int, list[tuple[date, int, bool]]] = defaultdict(list)
    for at in range(0, len(ids), 500):
        rows = Plan.objects.filter(habit_id__in=ids[at : at + 500]).order_by("effective_from")
        for habit_id, first, target, schedule in rows.values_list(
            "habit_id", "effective_from", "target_milli", "schedule"
        ):
            plans[habit_id].append((first, target, asks_for_total(schedule_of(schedule))))
    return plans


def _existing(habit: Habit, plans: Sequence[tuple[date, int, bool]]) -> Destination:
    return Destination(habit.pk, habit.name, habit.kind, habit.unit, habit.started_on, plans)


def _new(habit: ImportedHabit, today: date) -> Destination:
    started_on = habit.started_on or today
    plans = [(plan.effective_from or started_on, plan.target, asks_for_total(plan.schedule)) for plan in habit.plans]
    return Destination(None, habit.name, habit.kind, habit.unit, started_on, plans)
