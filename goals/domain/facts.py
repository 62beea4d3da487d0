"""What each day of a habit, or of a manual entry, brings a goal."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from typing import NamedTuple

from goals.domain.ahead import days_ahead
from goals.domain.goal import MILLI, Measure
from habits.domain.plan import Rules, plan_on
from habits.domain.schedule import asks_for_total
from habits.domain.states import DayState, UnitState
from habits.domain.views import DayView, History, UnitView


class DayFact(NamedTuple):
    """One day of one habit.

    `value` is the amount stated, in thousandths. `chance` says whether the day asked for an amount. `kept` and
    `missed` count the units settled on the day, and `streak` is the one at its close.
    """

    day: int
    value: int = 0
    chance: bool = False
    kept: int = 0
    missed: int = 0
    streak: int = 0


@dataclass(frozen=True, slots=True)
class Facts:
    """A habit's facts, ascending by day. `settled` is the last day (ordinal) whose facts no new day can change.

    `open_from` is the first day whose chance is still to come.
    """

    days: tuple[DayFact, ...]
    settled: int
    open_from: int


def facts_of(rules: Rules, history: History, measure: Measure, today: int) -> Facts:
    """What a habit's whole history up to `today` (an ordinal) brings a goal of this measure."""
    kept, missed = _settled_units(rules, history, today)
    first = history.days[0].day.toordinal() if history.days else today
    chances = set(days_ahead(rules, Measure.TOTAL, first, today))
    if not any(view.value for view in history.days if view.day.toordinal() == today):
        # Today can still bring something, so it is no miss yet.
        chances.discard(today)
    days = tuple(_fact(view, chances, kept, missed) for view in history.days if view.day.toordinal() <= today)
    open_units = [unit for unit in history.units if unit.first.toordinal() <= today <= unit.last.toordinal()]
    settled = min((unit.first.toordinal() for unit in open_units), default=today) - 1
    return Facts(days, settled, _open_from(measure, days, open_units, today))


def _fact(view: DayView, chances: set[int], kept: dict[int, int], missed: dict[int, int]) -> DayFact:
    day = view.day.toordinal()
    passed = view.skipped and view.state not in {DayState.KEPT, DayState.EXTRA}
    value = 0 if passed or view.value is None else view.value
    return DayFact(day, value, day in chances and not passed, kept.get(day, 0), missed.get(day, 0), view.streak)


def _open_from(measure: Measure, days: Sequence[DayFact], open_units: Sequence[UnitView], today: int) -> int:
    if measure is Measure.TOTAL:
        return today + bool(days and days[-1].day == today and days[-1].value)
    over = [unit.last.toordinal() for unit in open_units if unit.state is not UnitState.PENDING]
    return max([today, *(last + 1 for last in over)])


def _settled_units(rules: Rules, history: History, today: int) -> tuple[dict[int, int], dict[int, int]]:
    """How many units were kept and missed, by the day on which that was decided."""
    kept: dict[int, int] = {}
    missed: dict[int, int] = {}
    values = {view.day: view for view in history.days}
    for unit in history.units:
        if unit.state is UnitState.KEPT:
            day = min(_kept_on(rules, unit, values), today)
            kept[day] = kept.get(day, 0) + 1
        elif unit.state in {UnitState.MISSED, UnitState.FROZEN}:
            day = min(unit.last.toordinal(), today)
            missed[day] = missed.get(day, 0) + 1
    return kept, missed


def _kept_on(rules: Rules, unit: UnitView, values: dict[date, DayView]) -> int:
    """The day that brought a unit to its need; its last one where keeping means holding out."""
    first, last = unit.first.toordinal(), unit.last.toordinal()
    total = asks_for_total(plan_on(rules, unit.last).schedule)
    if first == last or (total and rules.kind == "limit"):
        return last
    days = range(first, last + 1)
    done = accumulate(_share(values.get(date.fromordinal(day)), total) for day in days)
    return next((day for day, so_far in zip(days, done, strict=True) if so_far >= unit.need), last)


def _share(view: DayView | None, total: bool) -> int:
    if view is None or view.state is not DayState.KEPT:
        return 0
    return (view.value or 0) if total else MILLI


def manual_facts(entries: Iterable[tuple[int, int]], first: int, last: int) -> Iterator[DayFact]:
    """Every day of first..last as a chance, with what the entries (day, amount in thousandths) state for it.

    An amount below zero takes something back.
    """
    amounts: dict[int, int] = {}
    for day, amount in entries:
        amounts[day] = amounts.get(day, 0) + amount
    return (DayFact(day, amounts.get(day, 0), chance=True) for day in range(first, last + 1))
