"""What a suggestion did: how much more happened than was to be expected without it.

Never before against after: a habit is looked at when it goes badly, and what goes badly mostly recovers by itself (in
real logs from 12 % to 38 % with no help at all). So the weeks to come are forecast at acceptance, with that recovery in
it, and the forecast is frozen; what happened is held against it. The forecast is the one of goals
(`goals.domain.paths`): a level, the distance of now from it, which fades, and a drift of its own.

As days are counted whole, the forecast's points are taken of counts spread evenly over half a day to each side: then
80 % of outcomes lie between its 10 % and 90 % points, and not more.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from analytics.domain.suggestions.facts import Bools, Facts
from analytics.domain.suggestions.posterior import Spread, spread_of
from goals.domain.evidence import evidence_of
from goals.domain.paths import chances, draws_of, outlook_of
from goals.domain.population import PEOPLE, Population

HORIZONS = (14, 28)
"""Days after acceptance at which the effect is measured."""
PATHS = 2000
HIGHER = 1.08
"""By how much further up the forecast reaches than the one of goals: a habit that is looked at because it goes badly
more often surprises by its recovery. Set so that hardly one suggestion in ten that does nothing is said to help."""
LEAST_PART = 0.5
"""The part of the days forecast that must have been asked for, for the forecast to be of any use."""


class Frozen(NamedTuple):
    """What is to be expected without the change: days done, of how many asked for, within a horizon (days)."""

    horizon: int
    asked: int
    days: Spread


class Effect(NamedTuple):
    """Days done within the horizon, and how many a week that is more than expected."""

    horizon: int
    done: int
    asked: int
    more: Spread

    @property
    def helped(self) -> bool | None:
        """Whether it did more than expected, or less; None while that may be luck."""
        return None if self.more.around_zero else self.more.p10 > 0


def met(facts: Facts, yardstick: int) -> Bools:
    """Whether each day asked for reached the yardstick (thousandths), under whatever plan, the oldest first."""
    amounts = facts.amounts[facts.asked == 1]
    reached: Bools = amounts <= yardstick if facts.kind == "limit" else amounts >= yardstick
    return reached


def freeze(past: Bools, asked: dict[int, int], seed: int, people: Population = PEOPLE) -> list[Frozen]:
    """The forecast for each horizon; `past` are the days asked for so far, `asked` how many come within a horizon.

    It is for those days as the plan before had them.
    """
    outlook = outlook_of(evidence_of([bool(hit) for hit in past], people), people)
    draws = draws_of(seed, 0, PATHS, people.shared)
    most = max(asked.values(), default=0)
    rows = [draws.rng.random(PATHS) < row for row in chances(outlook, people, [1] * most, draws)]
    done = np.cumsum([np.zeros(PATHS), *rows], axis=0)
    jitter = draws.rng.random(PATHS) - 0.5
    return [
        Frozen(days, count, _reaching_higher(spread_of(done[count] + jitter), count)) for days, count in asked.items()
    ]


def _reaching_higher(days: Spread, most: int) -> Spread:
    """The upper point further from the middle, within half a day of what is possible."""
    return days._replace(p90=min(most + 0.5, days.p50 + HIGHER * (days.p90 - days.p50)))


def effect_of(frozen: Frozen, done: int, asked: int) -> Effect | None:
    """What happened against the forecast, per week.

    Days that fell out since (skips, a pause) shrink the forecast in proportion; None where too few are left to compare.
    """
    if frozen.asked == 0 or asked < LEAST_PART * frozen.asked:
        return None
    part = min(1.0, asked / frozen.asked)
    weeks = frozen.horizon / 7
    low, middle, high = ((done - part * point) / weeks for point in frozen.days)
    return Effect(frozen.horizon, done, asked, Spread(high, middle, low))
