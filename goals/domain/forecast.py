"""When a goal will be reached, how likely by its deadline, and what there will be by then."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from goals.domain.evidence import Evidence
from goals.domain.goal import MILLI
from goals.domain.pace import evenly
from goals.domain.paths import Floats, always, amounts_of, draws_of, outlook_of, walk
from goals.domain.population import PEOPLE, Population

PATHS = 800
FURTHEST = 1826
"""Days that are simulated at most: five years. What lies beyond goes on at the pace of the last of them."""
LEAST_ROOM = 60
"""Days that are simulated beyond a deadline at least, to tell by how much it may be missed."""
FAN_POINTS = 40
_YEAR = 365
_QUANTILES = (0.1, 0.5, 0.9)
_ROUNDING = 1e-3

Days = NDArray[np.int64]


class Amounts(NamedTuple):
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
    amounts: Amounts


@dataclass(frozen=True, slots=True)
class Strand:
    """One habit's part in a goal.

    `days` are the ordinals, ascending, of its chances to come; those before today and those after the horizon are
    passed over. A hit brings `each` thousandths, or (None) an amount as the evidence has them, or `usual` before the
    first. `weight` is in thousandths.
    """

    evidence: Evidence
    weight: int
    days: Sequence[int]
    each: int | None = None
    usual: int = MILLI


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is to be expected.

    `probability` is that of reaching the target by the deadline, `amount` what there will be then; both are None
    without a deadline. `fan` runs from today to the deadline, or without one to the late end of the finish.
    `rests_on` is the number of past units behind it, of the habit that has the fewest.
    """

    probability: float | None
    finish: Finish
    amount: Amounts | None
    fan: tuple[FanPoint, ...]
    rests_on: int


def horizon(today: date, deadline: date | None) -> int:
    """The last day (ordinal) for which chances are worth giving: as far again as the deadline, five years at most."""
    first = today.toordinal()
    furthest = min(first + FURTHEST, date.max.toordinal())
    if deadline is None:
        return furthest
    ahead = max(0, deadline.toordinal() - first)
    return min(furthest, first + ahead + max(LEAST_ROOM, ahead))


def forecast(
    today: date,
    deadline: date | None,
    target: int,
    amount: int,
    strands: Sequence[Strand],
    *,
    seed: int,
    people: Population = PEOPLE,
) -> Forecast:
    """Simulate a goal that sums up what its habits bring.

    `target` and the present `amount` are in thousandths. `today` is the first day that is simulated. The same seed
    and input give the same answer, and with the same seed a later deadline or a lower target never lowers the
    probability.
    """
    days = _grid(today, deadline)
    gathered = np.full((len(days), PATHS), float(amount))
    most = float(amount)
    for index, strand in enumerate(strands):
        if strand.weight:
            ahead = _within(strand.days, days)
            gathered += strand.weight / MILLI * _strand_paths(strand, ahead, days, (seed, index), people)
            most += strand.weight / MILLI * _most(strand, ahead, deadline, int(days[-1]))
    rests_on = min((strand.evidence.units for strand in strands if strand.weight), default=0)
    return summary(deadline, target, days, gathered, most=most, rests_on=rests_on)


def summary(
    deadline: date | None, target: int, days: Days, gathered: Floats, *, most: float, rests_on: int
) -> Forecast:
    """What paths that only rise come to; they have a row for each of `days`, of which the last is the horizon.

    The first row is the close of the day before today. `most` is what there can be by the deadline at best.
    """
    finish = _finish(days, gathered, target)
    if deadline is None:
        end = days[-1] if finish.p90 is None else finish.p90.toordinal()
        return Forecast(None, finish, None, _fan(days, gathered, int(end)), rests_on)
    at_deadline = _at(days, gathered, deadline.toordinal())
    probability = 0.0 if most < target else _probability(gathered[0], at_deadline, target)
    return Forecast(probability, finish, _amounts(at_deadline), _fan(days, gathered, deadline.toordinal()), rests_on)


def _grid(today: date, deadline: date | None) -> Days:
    """The days that are looked at: every one at first, then one a week, then one in four weeks; and the deadline."""
    first, last = today.toordinal() - 1, horizon(today, deadline)
    days = {*range(first, first + 120), *range(first + 120, first + 720, 7), *range(first + 720, last, 28), last}
    if deadline is not None:
        days |= {deadline.toordinal(), deadline.toordinal() - 1}
    return np.array(sorted(day for day in days if first <= day <= last), dtype=np.int64)


def _within(ahead: Sequence[int], days: Days) -> Days:
    """The chances that lie on the grid, after its first day."""
    all_days = np.asarray(ahead, dtype=np.int64)
    within: Days = all_days[(all_days > days[0]) & (all_days <= days[-1])]
    return within


def _strand_paths(strand: Strand, ahead: Days, days: Days, seeds: tuple[int, int], people: Population) -> Floats:
    """What the habit will have brought by the close of each of `days`, on each path, before its weight."""
    if not len(ahead):
        return np.zeros((len(days), PATHS))
    amounts = amounts_of(strand.evidence, strand.usual) if strand.each is None else always(strand.each)
    outlook, draws = outlook_of(strand.evidence, people), draws_of(*seeds, PATHS, people.shared)
    knots, gathered = walk(outlook, amounts, people, len(ahead), draws)
    units = np.searchsorted(ahead, days, side="right")
    before = np.minimum(np.searchsorted(knots, units, side="right") - 1, len(knots) - 2)
    part = ((units - knots[before]) / (knots[before + 1] - knots[before]))[:, None]
    between: Floats = gathered[before] * (1 - part) + gathered[before + 1] * part
    return between


def _most(strand: Strand, ahead: Days, deadline: date | None, last: int) -> float:
    """What the habit can bring by the deadline at best: each chance taken, where a chance has its fixed worth."""
    if strand.each is None or deadline is None or deadline.toordinal() > last:
        return np.inf if len(ahead) else 0.0
    return strand.each * float(np.searchsorted(ahead, deadline.toordinal(), side="right"))


def _at(days: Days, gathered: Floats, day: int) -> Floats:
    """The paths at the close of `day`: the present before the grid, and onwards at the last year's pace after it."""
    if day <= days[-1]:
        return _row(days, gathered, day)
    year_before = _row(days, gathered, int(days[-1]) - _YEAR)
    last = _row(days, gathered, int(days[-1]))
    return last + (last - year_before) * ((day - int(days[-1])) / _YEAR)


def _row(days: Days, gathered: Floats, day: int) -> Floats:
    row: Floats = gathered[max(0, int(np.searchsorted(days, day, side="right")) - 1)]
    return row


def _probability(present: Floats, at_deadline: Floats, target: int) -> float:
    """The share of paths that arrive, kept off 0 and 1 by half a path unless it is certain."""
    if present[0] >= target:
        return 1.0
    arrived = int((at_deadline >= target - _ROUNDING).sum())
    return (arrived + 0.5) / (len(at_deadline) + 1)


def _finish(days: Days, gathered: Floats, target: int) -> Finish:
    arrived = gathered >= target - _ROUNDING
    first = np.sort(np.where(arrived.any(axis=0), arrived.argmax(axis=0), len(days)))
    return Finish(*(_day_at(days, int(first[_rank(share, len(first))])) for share in _QUANTILES))


def _day_at(days: Days, row: int) -> date | None:
    return None if row >= len(days) else date.fromordinal(int(max(days[row], days[0] + 1)))


def _fan(days: Days, gathered: Floats, last: int) -> tuple[FanPoint, ...]:
    first = int(days[0])
    if last < first:
        return ()
    rows = np.unique(np.searchsorted(days, evenly(first, min(last, int(days[-1])), FAN_POINTS), side="right") - 1)
    return tuple(FanPoint(date.fromordinal(int(days[row])), _amounts(gathered[row])) for row in rows)


def _amounts(paths: Floats) -> Amounts:
    ordered = np.sort(paths)
    return Amounts(*(int(np.floor(ordered[_rank(share, len(ordered))] + _ROUNDING)) for share in _QUANTILES))


def _rank(share: float, count: int) -> int:
    """Where the smallest value stands that has at least `share` of all at or below it."""
    return max(0, -(-int(share * 1000) * count // 1000) - 1)
