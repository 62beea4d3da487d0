"""A habit's entries as columns: the same as rows, for those who reckon with years of days at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from habits.domain.entry import EntryRow

Ints = NDArray[np.int64]

NOTHING = -1
"""Stands for a value that was not stated, and for a minute that is not known."""
MINUTES_AND_NONE = 1441
"""The minutes of a day, and the unknown one: what an entry's `when` holds for a day that was skipped or was not."""


class Columns(NamedTuple):
    """Entries of one habit, ascending by day, in one place of each array; see `EntryRow`.

    `when` holds day, skipped and minute in one number: (2 * day + skipped) * MINUTES_AND_NONE + minute + 1. `values`
    are in thousandths, NOTHING where none was stated.
    """

    when: Ints
    values: Ints

    @property
    def days(self) -> Ints:
        """The ordinals."""
        return self.when // (2 * MINUTES_AND_NONE)

    @property
    def skipped(self) -> NDArray[np.bool_]:
        """Whether the day was marked as skipped."""
        skipped: NDArray[np.bool_] = self.when // MINUTES_AND_NONE % 2 == 1
        return skipped

    @property
    def minutes(self) -> Ints:
        """The local minutes, 0-1439, or NOTHING."""
        return self.when % MINUTES_AND_NONE - 1

    def upto(self, day: int) -> Columns:
        """Those of days up to and including the ordinal ``day``."""
        size = int(np.searchsorted(self.when, (day + 1) * 2 * MINUTES_AND_NONE))
        return Columns(self.when[:size], self.values[:size])

    def rows(self, since: int = 1) -> list[EntryRow]:
        """Those of the ordinal ``since`` and after, as rows."""
        begin = int(np.searchsorted(self.when, since * 2 * MINUTES_AND_NONE))
        part = Columns(self.when[begin:], self.values[begin:])
        columns = (part.days.tolist(), part.values.tolist(), part.skipped.tolist(), part.minutes.tolist())
        return [
            EntryRow(day, None if value == NOTHING else value, skipped, None if minute == NOTHING else minute)
            for day, value, skipped, minute in zip(*columns, strict=True)
        ]


def columns_of(rows: Sequence[EntryRow]) -> Columns:
    """Rows, ascending by day, as columns."""
    when = [
        (2 * day + skipped) * MINUTES_AND_NONE + (0 if minute is None else minute + 1)
        for day, _, skipped, minute in rows
    ]
    values = [NOTHING if row.value is None else row.value for row in rows]
    return Columns(np.array(when, dtype=np.int64), np.array(values, dtype=np.int64))


EMPTY = columns_of(())
