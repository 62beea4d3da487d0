"""When a goal will be reached, how likely by its deadline, and what there will be by then."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from goals.domain.evidence import Evidence
from goals.domain.goal import MILLI
from goals.domain.paths import always, amounts_of, draws_of, outlook_of, walk
from goals.domain.population import PEOPLE, Population
from goals.domain.summary import Days, Floats, Forecast, Paths, summarise

PATHS = 400
FURTHEST = 1826
"""Days that are simulated at most: five years. What lies beyond goes on at the pace of the last of them."""
LEAST_ROOM = 60
"""Days that are simulated beyond a deadline at least, to tell by how much it may be missed."""


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
    return summarise(simulate(today, deadline, amount, strands, seed=seed, people=people), deadline, target)


def simulate(
    today: date,
    deadline: date | None,
    amount: int,
    strands: Sequence[Strand],
    *,
    seed: int,
    people: Population = PEOPLE,
) -> Paths:
    """The paths behind `forecast`."""
    days = _grid(today, deadline)
    gathered = np.full((len(days), PATHS), float(amount))
    most = float(amount)
    for index, strand in enumerate(strands):
        ahead = _within(strand.days, days)
        if strand.weight and len(ahead):
            gathered += strand.weight / MILLI * _strand_paths(strand, ahead, days, (seed, index), people)
            most += strand.weight / MILLI * _most(strand, ahead, deadline, int(days[-1]))
    rests_on = min((strand.evidence.units for strand in strands if strand.weight), default=0)
    return Paths(days, gathered, most, rests_on)


def _grid(today: date, deadline: date | None) -> Days:
    """The days that are looked at: every one at first, then one a week, then one in four weeks; and the deadline."""
    first, last = today.toordinal() - 1, horizon(today, deadline)
    days = {*range(first, first + 120), *range(first + 120, first + 720, 7), *range(first + 720, last, 28), last}
    if deadline is not None:
        days.add(deadline.toordinal())
    return np.array(sorted(day for day in days if first <= day <= last), dtype=np.int64)


def _within(ahead: Sequence[int], days: Days) -> Days:
    """The chances that lie on the grid, after its first day."""
    chances = np.asarray(ahead, dtype=np.int64)
    within: Days = chances[(chances > days[0]) & (chances <= days[-1])]
    return within


def _strand_paths(strand: Strand, ahead: Days, days: Days, seeds: tuple[int, int], people: Population) -> Floats:
    """What the habit will have brought by the close of each of `days`, on each path, before its weight."""
    amounts = amounts_of(strand.evidence, strand.usual) if strand.each is None else always(strand.each)
    outlook, draws = outlook_of(strand.evidence, people), draws_of(*seeds, PATHS, people.shared)
    knots, gathered = walk(outlook, amounts, people, len(ahead), draws)
    units = np.searchsorted(ahead, days, side="right")
    before = np.minimum(np.searchsorted(knots, units, side="right") - 1, len(knots) - 2)
    part = ((units - knots[before]) / (knots[before + 1] - knots[before]))[:, None]
    between: Floats = gathered[before] * (1 - part) + gathered[before + 1] * part
    if amounts.grain or not amounts.least:
        return between
    whole: Floats = np.rint(between / amounts.least) * amounts.least
    return whole


def _most(strand: Strand, ahead: Days, deadline: date | None, last: int) -> float:
    """What the habit can bring by the deadline at best: each chance taken, where a chance has its fixed worth."""
    due = len(ahead) if deadline is None else int(np.searchsorted(ahead, deadline.toordinal(), side="right"))
    if strand.each is None or deadline is None or deadline.toordinal() > last:
        return np.inf if due else 0.0
    return float(strand.each * due)
