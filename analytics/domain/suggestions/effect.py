"""What a suggestion did: how much more happened than was to be expected without it.

Never before against after: a habit is looked at when it goes badly, and what goes badly mostly recovers by itself (in
real logs from 12 % to 38 % with no help at all). So the weeks to come are forecast at acceptance, with that recovery in
it, and the forecast is frozen; what happened is held against it. The forecast is the one of goals
(`goals.domain.paths`): a level, the distance of now from it, which fades, and a drift of its own.

As days are counted whole, the forecast's points are taken of counts spread evenly over half a day to each side: then
80 % of outcomes lie between its 10 % and 90 % points, and not more. People differ in how steady they are, so the points
are moved out or in by how well the same forecast would have done on the habit's own past.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import NamedTuple

import numpy as np

from analytics.domain.suggestions.facts import Bools, Facts
from analytics.domain.suggestions.posterior import Spread, spread_of
from goals.domain.evidence import Evidence, evidence_of
from goals.domain.paths import Use, bars_of, chances, draws_of, outlook_of, throw
from goals.domain.population import PEOPLE, Population

HORIZONS = (14, 28)
"""Days after acceptance at which the effect is measured."""
PATHS = 2000
TRY_UNITS, TRY_EVERY, TRY_AFTER = 28, 7, 14
"""How the forecast is tried on the habit's own past: on so many units, every so many, after so many at least."""
LEFT_OUT = 14
"""Units before acceptance that no try reaches into: they are why the habit was looked at, and no fair sample of it."""
PEOPLE_TRIES = 6.0
"""How many tries on other people, on whom the forecast is as wide as it should be, stand beside the habit's own."""
_MOST = 2.0
_USUAL = 0.9205
"""The mean square of a standard normal that is cut off at `_MOST`."""
_TRY_PATHS = 512
"""With few, the same luck would sit in every try."""
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
        """Whether it did more than expected, or less; None while that may be luck.

        By the interval as it is told: one that begins at 0.0 does not say more.
        """
        low, high = round(self.more.p10, 1), round(self.more.p90, 1)
        return None if low <= 0 <= high else low > 0


def met(facts: Facts, yardstick: int) -> Bools:
    """Whether each day asked for reached the yardstick (thousandths), under whatever plan, the oldest first."""
    amounts = facts.amounts[facts.asked == 1]
    reached: Bools = amounts <= yardstick if facts.kind == "limit" else amounts >= yardstick
    return reached


def freeze(past: Bools, asked: dict[int, int], seed: int, people: Population = PEOPLE) -> list[Frozen]:
    """The forecast for each horizon; `past` are the days asked for so far, `asked` how many come within a horizon.

    It is for those days as the plan before had them, and the wider, the more the habit has surprised so far.
    """
    hits = [bool(hit) for hit in past]
    outlook = outlook_of(evidence_of(hits, people), people)
    draws = draws_of(seed, 0, PATHS, people.shared)
    most = max(asked.values(), default=0)
    done = np.zeros((most + 1, PATHS))
    kept = throw(draws.stream(Use.HITS), (most, PATHS)) < bars_of(chances(outlook, people, [1] * most, draws))
    np.cumsum(kept, axis=0, out=done[1:])
    jitter = draws.stream(Use.OTHER).random(PATHS) - 0.5
    width = surprise(hits, people)
    return [
        Frozen(days, count, _stretched(spread_of(done[count] + jitter), width, count)) for days, count in asked.items()
    ]


def surprise(past: Sequence[bool], people: Population = PEOPLE) -> float:
    """How far from its forecast a habit mostly came out so far, 1 being as far as people do.

    The root of the mean squared error over the variance that was forecast, over stretches of the past; a single
    stretch counts for no more than `_MOST` deviations. Stretches overlap, so each counts for its share of new units.
    """
    evidence, squares, tries = Evidence(), PEOPLE_TRIES, PEOPLE_TRIES
    for at, hit in enumerate(past):
        left = len(past) - at
        if at >= TRY_AFTER and left >= TRY_UNITS + LEFT_OUT and left % TRY_EVERY == 0:
            far = _deviation(evidence, sum(past[at : at + TRY_UNITS]), people)
            squares += TRY_EVERY / TRY_UNITS * min(_MOST, far) ** 2 / _USUAL
            tries += TRY_EVERY / TRY_UNITS
        evidence = evidence.after(hit, people=people)
    return sqrt(squares / tries)


def _deviation(evidence: Evidence, done: int, people: Population) -> float:
    """By how many of its standard deviations a forecast of the next TRY_UNITS was off, to either side."""
    draws = draws_of(0, 0, _TRY_PATHS, people.shared)
    chance = chances(outlook_of(evidence, people), people, [1] * TRY_UNITS, draws)
    expected = chance.sum(axis=0)
    variance = expected.var() + (chance * (1 - chance)).sum(axis=0).mean() + 1 / 12  # the last: counts are whole
    return abs(done - float(expected.mean())) / sqrt(float(variance))


def _stretched(days: Spread, width: float, most: int) -> Spread:
    """The outer points so many times as far from the middle, within half a day of what is possible."""
    low, middle, high = days
    return Spread(max(-0.5, middle - width * (middle - low)), middle, min(most + 0.5, middle + width * (high - middle)))


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
