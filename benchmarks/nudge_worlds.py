"""More simulated worlds for the nudge judge, so that the policy is not fitted to its three public ones.

Run them with the judge's `--worlds` option. The first group was used while the policy was built; `HELD_OUT` was only
run to check it. Each class changes one assumption of the judge's own worlds: how people tire, when they are receptive,
which days they do the habit, how their doing is logged, or what a nudge does at all. The base classes come from the
judge, which has to be importable (it is when the judge loads this file, or with its folder on PYTHONPATH).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from nudge_judge import SLOTS, Matched, Misfit, World

Array = Any
REACTANT = 3


class Loyal(Matched):
    """People who do not habituate and hardly tire: a fixed reminder works for ever."""

    name = "loyal"
    price = (0.0, 0.02)
    effect = 0.55

    def people(self, g: np.random.Generator) -> None:
        super().people(g)
        self.wear = self.wear * 0.03
        self.tire = self.tire * 0.1


class Reactant(Matched):
    """Most people are pushed away by nudges once they get more than one or two a week; nothing to gain on the whole."""

    name = "reactant"
    harm = True
    effect = 0.5

    def people(self, g: np.random.Generator) -> None:
        super().people(g)
        self.type = np.where(g.random(self.users) < 0.8, REACTANT, self.type)
        pushed = self.type[self.owner] == REACTANT
        self.strength_of_effect = np.where(pushed, 0.1, self.strength_of_effect)
        self.leave = np.where(self.type == REACTANT, 0.004, self.leave)

    def boost(self, units: Array, slot: int, style: Array) -> Array:
        b = super().boost(units, slot, style)
        owner = self.owner[units]
        return np.where((self.type[owner] == REACTANT) & (self.fatigue[owner] > 1.2), -0.5, b)


class Weekdays(Matched):
    """Strong days of the week, for doing the habit and for listening."""

    name = "weekdays"
    price = (0.0, 0.09)

    def people(self, g: np.random.Generator) -> None:
        super().people(g)
        self.weekday = 1.1 * g.standard_normal((self.units, 7))
        self.listens = np.exp(0.6 * g.standard_normal((self.units, 7)))

    def boost(self, units: Array, slot: int, style: Array) -> Array:
        return super().boost(units, slot, style) * self.listens[units, self.today]


class Elsewhere(Matched):
    """The receptive time has nothing to do with the usual or the chosen one."""

    name = "elsewhere"
    price = (15.0, 0.0)

    def people(self, g: np.random.Generator) -> None:
        super().people(g)
        n = self.units
        peak = g.integers(0, SLOTS, n)
        self.receptive = 0.9 * self.bump(peak, g.uniform(0.4, 0.9, n)) + 0.1 * g.random((n, SLOTS))
        self.weekend = self.receptive


class Punctual(Matched):
    """Only the usual time works, and people tire slowly: hard to beat a fixed reminder."""

    name = "punctual"
    price = (0.0, 0.02)
    effect = 0.9

    def people(self, g: np.random.Generator) -> None:
        super().people(g)
        self.receptive = self.bump(self.habitual, np.full(self.units, 0.7))
        self.weekend = self.receptive
        self.wear = self.wear * 0.25


class Tiny(Matched):
    """Nudges hardly do anything."""

    name = "tiny"
    price = (30.0, 0.0)
    effect = 0.25


class Weary(Matched):
    """High fatigue; people leave three times as fast."""

    name = "weary"
    price = (15.0, 0.02)

    def people(self, g: np.random.Generator) -> None:
        super().people(g)
        self.tire = self.tire * 3
        self.leave = self.leave * 3


class LateLog(Matched):
    """Four in ten completions are entered one to five days later, and a third without a time."""

    name = "late-log"
    price = (15.0, 0.05)

    def logged(self, _done: Array, g: np.random.Generator) -> tuple[Array, Array]:
        n = self.units
        delay = np.where(g.random(n) < 0.4, g.integers(1, 6, n), 0)
        return delay, g.random(n) < 0.67


class Pairs(Misfit):
    """Two habits a user, who now and then lives in another zone for a week."""

    name = "pairs"
    habits = 2
    price = (0.0, 0.05)

    def zone_today(self, age: Array) -> Array:
        away = (age // 7 % 6 == 3) & (age >= 0)
        return np.where(away, (self.home + 1) % len(self.zones), self.home)


class Sparse(Matched):
    """Habits due two or three days a week."""

    name = "sparse"
    price = (15.0, 0.0)

    def __init__(self, users: int, days: int, seed: int) -> None:
        super().__init__(users, days, seed)
        g = np.random.default_rng([seed, 5150])
        for i in range(self.units):
            self.due_weekdays[i] = np.isin(np.arange(7), g.choice(7, g.integers(2, 4), replace=False))


class Rescue(Misfit):
    """A nudge saves a share of the days that would have been missed, at good hours, and never wears out."""

    name = "rescue"
    price = (0.0, 0.05)

    def people(self, g: np.random.Generator) -> None:
        super().people(g)
        self.limit = np.full(self.units, 999)
        self.tire = self.tire * 0.0


class Split(Matched):
    """Half the people respond strongly and for good, the other half not at all."""

    name = "split"
    price = (15.0, 0.0)

    def people(self, g: np.random.Generator) -> None:
        super().people(g)
        deaf = g.random(self.users) < 0.5
        self.strength_of_effect = np.where(deaf[self.owner], 0.0, self.strength_of_effect * 1.2)
        self.wear = self.wear * 0.2


class Slow(Matched):
    """A nudge works later in the day: hardly in its own slot, fully in the two after it."""

    name = "slow"
    price = (15.0, 0.0)

    def nudged(self, units: Array, slot: int, style: Array, expected: bool = False) -> Array:
        del expected  # nothing here is beyond knowing
        z = self.logits[units].copy()
        b = self.boost(units, slot, style)
        for j, share in ((slot, 0.3), (slot + 1, 0.9), (slot + 2, 0.6)):
            if j < SLOTS:
                z[:, j] += share * b
        return 1 / (1 + np.exp(-z))


class Novelty(Matched):
    """The effect fades over six weeks whatever is sent, and comes back for two weeks every three months."""

    name = "novelty"
    price = (0.0, 0.02)

    def begin_day(self, day: int, age: Array, g: np.random.Generator) -> None:
        super().begin_day(day, age, g)
        self.fresh = 0.15 + 0.85 * np.exp(-np.maximum(age % 90, 0) / 25)

    def boost(self, units: Array, slot: int, style: Array) -> Array:
        return super().boost(units, slot, style) * self.fresh[units]


class Mornings(Matched):
    """Only the first two slots of the day work, whenever the habit is done; three quarters are strong starters."""

    name = "mornings"
    price = (15.0, 0.02)
    effect = 1.0

    def people(self, g: np.random.Generator) -> None:
        super().people(g)
        self.receptive = np.tile(np.array([0.9, 0.8, 0.35, 0.1, 0.05, 0.05]), (self.units, 1))
        self.weekend = np.tile(np.array([0.3, 0.9, 0.7, 0.2, 0.05, 0.05]), (self.units, 1))

    def nudged(self, units: Array, slot: int, style: Array, expected: bool = False) -> Array:
        """The whole rest of the day profits, as from a plan made in the morning."""
        del expected
        z = self.logits[units].copy()
        z[:, slot:] += 0.5 * self.boost(units, slot, style)[:, None]
        return 1 / (1 + np.exp(-z))


class Moving(Matched):
    """After two months everybody's receptive time moves by two slots."""

    name = "moving"
    price = (30.0, 0.0)

    def begin_day(self, day: int, age: Array, g: np.random.Generator) -> None:
        super().begin_day(day, age, g)
        self.open_to = np.where((age > 60)[:, None], np.roll(self.open_to, 2, 1), self.open_to)


class Strict(Misfit):
    """Wears out after one or two sends of a style, recovers in a month; wasted messages annoy."""

    name = "strict"
    price = (0.0, 0.05)

    def people(self, g: np.random.Generator) -> None:
        super().people(g)
        self.limit = g.integers(1, 3, self.units)
        self.recovery = g.uniform(20, 40, self.units)
        self.leave = self.leave * 2
        self.rescue = self.rescue * 1.5


class Steady(Matched):
    """People who already do it on most days, with little to gain: harm only."""

    name = "steady"
    harm = True

    def people(self, g: np.random.Generator) -> None:
        super().people(g)
        self.base = self.base + 1.6


DEVELOPED: list[type[World]] = [Loyal, Reactant, Weekdays, Elsewhere, Punctual, Tiny, Weary, LateLog, Pairs, Rescue]
HELD_OUT: list[type[World]] = [Sparse, Split, Slow, Novelty, Mornings, Moving, Strict, Steady]
WORLDS = DEVELOPED + HELD_OUT
