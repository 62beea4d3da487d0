"""How likely a streak is to reach its goal: the rule of the streak itself, played out on simulated units."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from goals.domain.evidence import Evidence
from goals.domain.forecast import horizon
from goals.domain.goal import MILLI
from goals.domain.paths import chances, draws_of, outlook_of
from goals.domain.population import PEOPLE, Population
from goals.domain.summary import Forecast, Paths, summarise
from habits.domain.streak import MOST_FREEZES, RUN_TO_EARN

PATHS = 400
"""Fewer than elsewhere: each unit depends on the one before, which costs more."""
MOST_UNITS = 750
"""Units that are played out at most: two years of days. A streak that needs more counts as not reached."""

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
    draws = draws_of(seed, 0, PATHS, people.shared)
    to_come = chances(outlook_of(evidence, people), people, [1] * len(ahead), draws)
    rows = longest_streaks([draws.rng.random(PATHS) < chance for chance in to_come], running, PATHS)
    grid = np.array([first, *ahead, last], dtype=np.int64)
    gathered = MILLI * np.concatenate([rows, rows[-1:]]).astype(np.float64)
    end = None if deadline is None else min(deadline, date.fromordinal(last))
    left = len(ahead) if end is None else sum(day <= end.toordinal() for day in ahead)
    most = MILLI * float(running.current + left)
    return summarise(Paths(grid, gathered, most, evidence.units), end, target)


def longest_streaks(outcomes: Sequence[Outcomes], running: Running, paths: int) -> Counts:
    """The longest streak after each unit, on each path; the first row is the present.

    `outcomes` has a row for each unit to come, and in it whether it is kept on each path.
    """
    streak, freezes, run = (
        np.full(paths, count, dtype=np.int32)
        for count in (running.current, running.freezes * running.with_freezes, running.run)
    )
    longest = np.empty((len(outcomes) + 1, paths), dtype=np.int32)
    longest[0] = streak
    for row, kept in enumerate(outcomes):
        saved = ~kept & (freezes > 0) & (streak > 0)
        streak = np.where(kept, streak + 1, np.where(saved, streak, 0))
        if running.with_freezes:
            run = np.where(kept, run + 1, 0)
            earned = run >= RUN_TO_EARN
            run[earned] = 0
            freezes = np.where(kept | saved, np.minimum(MOST_FREEZES, freezes + earned) - saved, 0)
        longest[row + 1] = np.maximum(longest[row], streak)
    return longest
