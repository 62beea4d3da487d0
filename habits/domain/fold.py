"""The fold of a habit's closed units, moved forward a day at a time, and today laid over it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from habits.domain import day_units, periods, rolling
from habits.domain.entry import EntryRow
from habits.domain.ledger import settle
from habits.domain.plan import Rules, Span, spans_of
from habits.domain.schedule import Monthly, Rolling, Weekly
from habits.domain.streak import Tally
from habits.domain.strength import initial
from habits.domain.walk import Carry, Recent, Trace, Walk, reach

VERSION = 1


@dataclass(frozen=True, slots=True)
class Fold:
    """All closed units of a habit, up to and including the day `through` (ordinal; None: no day yet).

    A period that is still open keeps `through` at the end of the one before. `recent_done` and `recent_amounts` are the
    latest on-days, as far back as the plans' windows look. A fold belongs to the rules it was made under: any change of
    plans, or of off days up to `through`, asks for a fresh one.
    """

    through: int | None
    current: int
    longest: int
    since: int | None
    freezes: int
    run: int
    strength: float
    span_days: int
    recent_done: tuple[int, ...]
    recent_amounts: tuple[int, ...]

    def to_json(self) -> dict[str, object]:
        """A compact form for storage; `from_json` gives back an equal fold."""
        stored: dict[str, object] = {
            "v": VERSION,
            "through": self.through,
            "streak": [self.current, self.longest, self.since, self.freezes, self.run],
            "strength": self.strength,
        }
        if self.span_days:
            stored["span"] = self.span_days
        if self.recent_done:
            stored["done"] = "".join(map(str, self.recent_done))
        if self.recent_amounts:
            stored["amounts"] = list(self.recent_amounts)
        return stored

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self | None:
        """The fold that was stored, or None for one of another version, which has to be made afresh."""
        if stored.get("v") != VERSION:
            return None
        return cls(
            stored["through"],
            *stored["streak"],
            strength=stored["strength"],
            span_days=stored.get("span", 0),
            recent_done=tuple(map(int, stored.get("done", ""))),
            recent_amounts=tuple(stored.get("amounts", ())),
        )


def start(rules: Rules) -> Fold:
    """The fold before any day is closed."""
    return Fold(None, 0, 0, None, 0, 0, initial(rules.kind), 0, (), ())


def needs_from(fold: Fold, today: int | None = None) -> int:
    """The first day (ordinal) whose entries have to be loaded to move `fold` on, or to read it on `today`.

    A user's day can go back, when they change their time zone: a fold that has already closed it is made afresh.
    """
    if fold.through is None or (today is not None and fold.through >= today):
        return 1
    return fold.through + 1


def advance(rules: Rules, fold: Fold, entries: Sequence[EntryRow], upto: int) -> Fold:
    """Close every unit that ends on or before `upto` (ordinal; yesterday).

    `entries` ascend by day and hold at least those from `needs_from(fold)` to `upto`; others do no harm.
    """
    if fold.through is not None and fold.through >= upto:
        return fold
    carry = carry_of(rules, fold)
    move_on(rules, carry, entries, upto, None)
    return _folded(carry)


def carry_of(rules: Rules, fold: Fold) -> Carry:
    """What a walk takes over from `fold`."""
    tally = Tally(fold.current, fold.longest, fold.since, fold.freezes, fold.run)
    recent = Recent(list(fold.recent_done), list(fold.recent_amounts), *reach(rules))
    before = rules.started_on.toordinal() - 1
    through = before if fold.through is None else fold.through
    return Carry(through, tally, fold.strength, fold.span_days, recent)


def move_on(rules: Rules, carry: Carry, entries: Sequence[EntryRow], upto: int, trace: Trace | None) -> None:
    """Walk `carry` over the days up to `upto`, as far as their units are over."""
    spans = spans_of(rules)
    first = max(carry.through + 1, spans[0].first)
    walk = Walk(rules, settle(rules, spans, entries, first, upto), carry, trace)
    for span in spans:
        low, high = max(span.first, carry.through + 1), min(span.last, upto)
        if low > high:
            continue
        closed = _close(walk, span, low, high)
        carry.recent.extend(walk.ledger, low, closed)
        carry.through = closed
        if closed < high:
            return
    carry.through = max(carry.through, upto)


def _close(walk: Walk, span: Span, first: int, last: int) -> int:
    """Close the units of first..last; the day through which they are closed."""
    match span.schedule:
        case Weekly() | Monthly():
            return periods.close(walk, span, span.schedule, first, last)
        case Rolling():
            rolling.close(walk, span, span.schedule, first, last)
        case _:
            day_units.close(walk, span, span.schedule, first, last)
    return last


def _folded(carry: Carry) -> Fold:
    tally, recent = carry.tally, carry.recent
    return Fold(
        carry.through,
        tally.current,
        tally.longest,
        tally.since,
        tally.freezes,
        tally.run,
        carry.strength,
        carry.span_days,
        tuple(recent.done),
        tuple(recent.amounts),
    )
