"""What a walk over the days carries along, and what it may note down on the way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import islice
from typing import NamedTuple

from habits.domain.ledger import Ledger
from habits.domain.plan import Rules
from habits.domain.schedule import Rolling
from habits.domain.states import UnitState
from habits.domain.streak import Tally
from habits.domain.strength import pace_of
from habits.domain.views import UnitView

MILLI = 1000


class UnitMark(NamedTuple):
    """A unit by ordinals; `need` is exact. Both amounts are in thousandths."""

    first: int
    last: int
    state: UnitState
    need: Fraction | int
    done: int

    def view(self) -> UnitView:
        """The same for the outside."""
        first = date.fromordinal(self.first)
        last = first if self.last == self.first else date.fromordinal(self.last)
        return UnitView(first, last, self.state, round(self.need), self.done)


@dataclass(slots=True)
class Trace:
    """Notes of a walk, for a history: (day, streak, strength) of the days that moved something, and the units."""

    days: list[tuple[int, int, float]]
    units: list[UnitMark]


@dataclass(slots=True)
class Recent:
    """The latest on-days before the ones still to come: done or not, and their amounts, as far back as plans look."""

    done: list[int]
    amounts: list[int]
    done_kept: int
    amounts_kept: int

    def extend(self, ledger: Ledger, first: int, last: int) -> None:
        """Take in the on-days of first..last."""
        base, marks, amounts = ledger
        if self.done_kept:
            done = (marks[i] for i in range(last - base, first - base - 1, -1) if marks[i] >= 0)
            self.done = _joined(self.done, list(islice(done, self.done_kept)), self.done_kept)
        if self.amounts_kept:
            stated = (amounts[i] for i in range(last - base, first - base - 1, -1) if marks[i] >= 0)
            self.amounts = _joined(self.amounts, list(islice(stated, self.amounts_kept)), self.amounts_kept)


@dataclass(slots=True)
class Carry:
    """The state of a walk after `through`."""

    through: int
    tally: Tally
    strength: float
    span_days: int
    """On-days of the current span so far; only rolling schedules count them."""
    recent: Recent


@dataclass(slots=True)
class Walk:
    """One pass over the days of `ledger`."""

    rules: Rules
    ledger: Ledger
    carry: Carry
    trace: Trace | None


def reach(rules: Rules) -> tuple[int, int]:
    """How many past on-days the plans look back on: for done days, and for sums."""
    done = amounts = 0
    for plan in rules.plans:
        pace = pace_of(plan.schedule)
        if pace.times is None:
            amounts = max(amounts, pace.days - 1)
        else:
            window = plan.schedule.days if isinstance(plan.schedule, Rolling) else 1
            done = max(done, pace.days - 1, window - 1)
    return done, amounts


def _joined(older: Sequence[int], newest_first: list[int], size: int) -> list[int]:
    newest_first.reverse()
    return [*older, *newest_first][-size:]
