"""The fold of a habit's closed units, moved forward a day at a time, and today laid over it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from habits.domain.closing import move_on
from habits.domain.entry import EntryRow
from habits.domain.opening import lay_today
from habits.domain.plan import Rules, plan_on
from habits.domain.schedule import streak_unit
from habits.domain.streak import Tally
from habits.domain.strength import initial
from habits.domain.views import Snapshot, Streak, TodayView
from habits.domain.walk import Carry, Recent, reach

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
        current, longest, since, freezes, run = stored["streak"]
        return cls(
            stored["through"],
            current,
            longest,
            since,
            freezes,
            run,
            stored["strength"],
            stored.get("span", 0),
            tuple(map(int, stored.get("done", ""))),
            tuple(stored.get("amounts", ())),
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
    carry = carried(rules, fold)
    move_on(rules, carry, entries, upto, None)
    return _folded(carry)


def read(rules: Rules, fold: Fold, entries: Sequence[EntryRow], today: int) -> Snapshot:
    """The habit as it stands on `today` (ordinal), whatever `fold` has closed so far.

    `entries` ascend by day and hold at least those from `needs_from(fold, today)` to `today`; later ones count for
    nothing yet.
    """
    if fold.through is not None and fold.through >= today:
        fold = start(rules)
    carry = carried(rules, fold)
    move_on(rules, carry, entries, today - 1, None)
    laid = lay_today(rules, carry, entries, today, None)
    tally, day = carry.tally, date.fromordinal(today)
    since = None if tally.since is None else date.fromordinal(tally.since)
    unit = streak_unit(plan_on(rules, day).schedule)
    return Snapshot(
        streak=Streak(tally.current, tally.longest, unit, since, tally.freezes),
        strength=carry.strength,
        today=TodayView(day, laid.state, laid.due, laid.value, laid.skipped),
        open_unit=laid.unit.view() if laid.unit else None,
        days_left=laid.days_left,
    )


def carried(rules: Rules, fold: Fold) -> Carry:
    """What a walk takes over from `fold`."""
    tally = Tally(fold.current, fold.longest, fold.since, fold.freezes, fold.run)
    recent = Recent(list(fold.recent_done), list(fold.recent_amounts), *reach(rules))
    return Carry(fold.through or 0, tally, fold.strength, fold.span_days, recent)


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
