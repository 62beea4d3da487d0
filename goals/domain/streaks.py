"""How likely a streak is to reach its goal: the rule of the streak itself, played out on simulated units."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product

import numpy as np
from numpy.typing import NDArray

from goals.domain.evidence import Evidence
from goals.domain.forecast import horizon
from goals.domain.goal import MILLI
from goals.domain.paths import Draws, Use, bars_of, chances, draws_of, outlook_of, throw
from goals.domain.population import PEOPLE, Population
from goals.domain.summary import Forecast, Paths, summarise
from habits.domain.states import UnitState
from habits.domain.streak import MOST_FREEZES, RUN_TO_EARN, Tally

PATHS = 400
MOST_UNITS = 750
"""Units that are played out at most: two years of days. A streak that needs more counts as not reached."""

SINGLE_UNITS = 28
"""Units with a chance of their own; after them seven in a row have the same."""

Counts = NDArray[np.int32]
Outcomes = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Running:
    """A streak as it stands: its length, the freezes in hand, and the kept units towards the next one."""

    current: int
    freezes: int = 0
    run: int = 0
    with_freezes: bool = True
    """Whether the plan has freezes at all; without them those in hand are of no use."""


def forecast_streak(
    today: date,
    deadline: date | None,
    target: int,
    running: Running,
    evidence: Evidence,
    *,
    days: Sequence[int],
    seed: int,
    people: Population = PEOPLE,
) -> Forecast:
    """Simulate a goal to reach a streak of `target` thousandths on one habit.

    `days` are the ordinals, ascending, on which its units to come close. The amounts of the answer are the longest
    streak from now on, in thousandths. Freezes are earned and spent as `habits.domain.streak` does.
    """
    first, last = today.toordinal() - 1, horizon(today, deadline)
    ahead = [day for day in days if first < day <= last][:MOST_UNITS]
    rows = longest_streaks(_played(evidence, people, len(ahead), draws_of(seed, 0, PATHS, people.shared)), running)
    grid = np.array([first, *ahead, last], dtype=np.int64)
    gathered = MILLI * np.concatenate([rows, rows[-1:]]).astype(np.float64)
    end = None if deadline is None else min(deadline, date.fromordinal(last))
    left = len(ahead) if end is None else sum(day <= end.toordinal() for day in ahead)
    most = MILLI * float(running.current + left)
    return summarise(Paths(grid, gathered, most, evidence.units), end, target)


def _played(evidence: Evidence, people: Population, units: int, draws: Draws) -> Outcomes:
    """Whether each unit to come (a row) is kept on each path."""
    sizes = [1] * min(units, SINGLE_UNITS) + [7] * -(-max(0, units - SINGLE_UNITS) // 7)
    bars = np.repeat(bars_of(chances(outlook_of(evidence, people), people, sizes, draws)), sizes, axis=0)
    return throw(draws.stream(Use.HITS), (units, PATHS)) < bars[:units]


def longest_streaks(outcomes: Outcomes, running: Running) -> Counts:
    """The longest streak after each unit, on each path; the first row is the present.

    `outcomes` has a row for each unit to come, and in it whether it is kept on each path.
    """
    ends = _ends(outcomes, running) if running.with_freezes else ~outcomes
    kept = np.full((len(outcomes) + 1, outcomes.shape[1]), running.current, dtype=np.int32)
    np.cumsum(outcomes, axis=0, dtype=np.int32, out=kept[1:])
    kept[1:] += running.current
    before = np.zeros_like(kept)
    np.maximum.accumulate(kept[1:] * ends, axis=0, out=before[1:])
    longest: Counts = np.maximum.accumulate(kept - before, axis=0)
    return longest


def _ends(outcomes: Outcomes, running: Running) -> Outcomes:
    """Where a miss ends the streak, because no freeze takes it."""
    steps = outcomes.astype(np.intp)
    place = _place(running.current > 0, min(running.freezes, MOST_FREEZES), running.run)
    now = np.full(outcomes.shape[1], 2 * place, dtype=np.intp)
    for unit in range(len(steps)):
        steps[unit] += now
        np.take(_AFTER, steps[unit], out=now, mode="clip")
    return _ENDED[steps]


def _place(alive: bool, freezes: int, run: int) -> int:
    """A number for how a streak stands, as far as freezes are concerned."""
    return (alive * (MOST_FREEZES + 1) + freezes) * RUN_TO_EARN + run


def _rule() -> tuple[NDArray[np.intp], Outcomes]:
    """The rule of `Tally` written out.

    For twice a place, plus 1 where the unit is kept: twice the place after it, and whether it ends the streak.
    """
    after, ended = [], []
    for alive, freezes, run in product((False, True), range(MOST_FREEZES + 1), range(RUN_TO_EARN)):
        for kept in (False, True):
            tally = Tally(int(alive), int(alive), None, freezes, run)
            became = tally.settle(UnitState.KEPT if kept else UnitState.MISSED, 1, freezes=True)
            after.append(2 * _place(tally.current > 0, tally.freezes, tally.run))
            ended.append(became is UnitState.MISSED)
    return np.array(after, dtype=np.intp), np.array(ended)


_AFTER, _ENDED = _rule()
