"""What many simulated paths of a goal come to."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from goals.domain.pace import evenly

Days = NDArray[np.int64]
Floats = NDArray[np.float64]

FAN_POINTS = 40
_YEAR = 365
_QUANTILES = (0.1, 0.5, 0.9)
_ROUNDING = 1e-3
"""A thousandth of a thousandth: what sums of weighted amounts may be off by."""


class Spread(NamedTuple):
    """The 10 %, 50 % and 90 % points of an amount, in thousandths, rounded down."""

    p10: int
    p50: int
    p90: int


class Finish(NamedTuple):
    """The days by which 10 %, 50 % and 90 % of the paths arrive; None where that lies beyond the horizon."""

    p10: date | None
    p50: date | None
    p90: date | None


class FanPoint(NamedTuple):
    """What there will be at the close of a day."""

    day: date
    amount: Spread


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is to be expected.

    `probability` is that of reaching the target by the deadline, `amount` what there will be then; both are None
    without a deadline. `fan` runs from the last closed day to the deadline (no further than the horizon), or without
    one to the late end of the finish. `rests_on` is the number of past units behind it, of the habit that has fewest.
    """

    probability: float | None
    finish: Finish
    amount: Spread | None
    fan: tuple[FanPoint, ...]
    rests_on: int


@dataclass(frozen=True, slots=True)
class Paths:
    """Amounts in thousandths, never falling, with a row for the close of each of `days` and a column for each path.

    The first row is the last closed day, the last one the horizon. `most` is what there can be by the deadline at best.
    """

    days: Days
    gathered: Floats
    most: float
    rests_on: int

    def at(self, day: int) -> Floats:
        """The amounts at the close of an ordinal day: the present before the first row, the last year's pace after all.

        Between two rows it is the earlier one's.
        """
        last = int(self.days[-1])
        if day <= last:
            return self._row(day)
        return self._row(last) + (self._row(last) - self._row(last - _YEAR)) * ((day - last) / _YEAR)

    def _row(self, day: int) -> Floats:
        row: Floats = self.gathered[max(0, int(np.searchsorted(self.days, day, side="right")) - 1)]
        return row


def summarise(paths: Paths, deadline: date | None, target: int) -> Forecast:
    """The forecast that the paths make for a target in thousandths."""
    finish = _finish(paths, target)
    if deadline is None:
        end = int(paths.days[-1]) if finish.p90 is None else finish.p90.toordinal()
        return Forecast(None, finish, None, _fan(paths, end), paths.rests_on)
    end = deadline.toordinal()
    return Forecast(_probability(paths, end, target), finish, _spread(paths.at(end)), _fan(paths, end), paths.rests_on)


def _probability(paths: Paths, deadline: int, target: int) -> float:
    """The share of paths that arrive, kept off 0 and 1 by half a path unless it is certain."""
    if paths.gathered[0, 0] >= target:
        return 1.0
    if paths.most < target:
        return 0.0
    arrived = paths.at(deadline) >= target - _ROUNDING
    return (int(arrived.sum()) + 0.5) / (len(arrived) + 1)


def _finish(paths: Paths, target: int) -> Finish:
    arrived = paths.gathered >= target - _ROUNDING
    first = np.sort(np.where(arrived.any(axis=0), arrived.argmax(axis=0), len(paths.days)))
    return Finish(*(_day_at(paths.days, int(first[_rank(share, len(first))])) for share in _QUANTILES))


def _day_at(days: Days, row: int) -> date | None:
    """The day of a row; what is there already is there today, the day after the first row."""
    return None if row >= len(days) else date.fromordinal(int(max(days[row], days[0] + 1)))


def _fan(paths: Paths, last: int) -> tuple[FanPoint, ...]:
    first = int(paths.days[0])
    if last < first:
        return ()
    wanted = evenly(first, min(last, int(paths.days[-1])), FAN_POINTS)
    rows = np.unique(np.searchsorted(paths.days, wanted, side="right") - 1)
    return tuple(FanPoint(date.fromordinal(int(paths.days[row])), _spread(paths.gathered[row])) for row in rows)


def _spread(paths: Floats) -> Spread:
    ordered = np.sort(paths)
    return Spread(*(int(np.floor(ordered[_rank(share, len(ordered))] + _ROUNDING)) for share in _QUANTILES))


def _rank(share: float, count: int) -> int:
    """Where the smallest value stands that has at least `share` of all at or below it."""
    return max(0, -(-round(share * 10) * count // 10) - 1)
