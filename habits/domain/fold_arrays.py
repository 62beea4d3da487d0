"""`fold` for many habits at once: one closed day of schedules made of days, with the same figures as one by one.

Amounts and targets are far below 2^53, so that arrays divide them as exactly as Python does.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from habits.domain.ledger import DONE, SKIPPED, UNDONE
from habits.domain.streak import MOST_FREEZES, RUN_TO_EARN

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """What the plan in force asks of each habit on the day. `held` and `gained` are those of its pace."""

    limit: Flags
    due: Flags
    target: Ints
    freezes: Flags
    held: Floats
    gained: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Stated:
    """What was stated of each habit on the day. `valued` says that `value` was."""

    valued: Flags
    value: Ints
    skipped: Flags


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """The figures of folds, as columns. `since` is 0 where there is no streak."""

    current: Ints
    longest: Ints
    since: Ints
    freezes: Ints
    run: Ints
    strength: Floats

    def of(self, rows: Ints) -> "Counts":
        """Those of some of the habits."""
        return Counts(
            self.current[rows],
            self.longest[rows],
            self.since[rows],
            self.freezes[rows],
            self.run[rows],
            self.strength[rows],
        )


def marks_of(asked: Asked, stated: Stated) -> tuple[Ints, Ints]:
    """Each habit's mark and amount of the day; see `ledger`."""
    within = np.where(asked.limit, stated.value <= asked.target, stated.value >= asked.target)
    silence = np.where(asked.limit & ~stated.valued, DONE, UNDONE)
    marks = np.where(stated.valued & within, DONE, np.where(stated.skipped, SKIPPED, silence))
    return marks, np.where(stated.valued & (marks != SKIPPED), stated.value, 0)


def ends_streaks(asked: Asked, marks: Ints, counts: Counts) -> Flags:
    """Whose streak the day ends or takes a freeze from."""
    missed: Flags = asked.due & (marks == UNDONE) & (counts.current > 0)
    return missed


def close_day(asked: Asked, marks: Ints, amounts: Ints, counts: Counts, day: int) -> Counts:
    """The counts after the day (ordinal); nobody's streak may end on it."""
    kept = asked.due & (marks == DONE)
    missed = asked.due & (marks == UNDONE)
    current = counts.current + kept
    run = np.where(missed, 0, counts.run + (kept & asked.freezes))
    earned = kept & asked.freezes & (run >= RUN_TO_EARN)
    more = np.minimum(MOST_FREEZES, counts.freezes + 1)
    share = np.where(kept, 1.0, _shares(asked, amounts))
    moved = counts.strength * asked.held + share * asked.gained
    return Counts(
        current,
        np.maximum(counts.longest, current),
        np.where(kept & (current == 1), day, np.where(missed, 0, counts.since)),
        np.where(missed, 0, np.where(earned, more, counts.freezes)),
        np.where(earned, 0, run),
        np.where(kept | missed, moved, counts.strength),
    )


def _shares(asked: Asked, amounts: Ints) -> Floats:
    """How much of what was asked the amounts are; see `strength.share`."""
    target = np.maximum(asked.target, 1)
    built = np.minimum(1.0, amounts / target)
    kept_under = np.clip(1 - (amounts - asked.target) / target, 0.0, 1.0)
    found: Floats = np.where(asked.target == 0, (amounts == 0) * 1.0, np.where(asked.limit, kept_under, built))
    return found
