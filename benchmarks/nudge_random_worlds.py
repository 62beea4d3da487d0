"""Six worlds for the nudge judge with every assumption of its own worlds perturbed at random, within wide ranges.

Run them with the judge's `--worlds` option (its folder has to be importable, as for `nudge_worlds.py`). World k draws,
from a generator keyed by k: how strong effects are (a factor of .4 to 2.4), how fast wordings wear out and come back,
how people tire and leave, the mix of the four types, how often the habit is done anyway, when people are receptive and
for how long, how much weekdays differ, tastes in wordings, late and untimed entries, how far a nudge carries, lapses,
people who are pushed away, two habits instead of one, and an effect that fades by itself. `PRICES` are the oracle's,
searched on other seeds.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from nudge_judge import SLOTS, Matched, Misfit, World

Array = Any
REACTANT = 3
PRICES = {0: (25.0, 0.0), 1: (0.0, 0.03), 2: (0.0, 0.03), 3: (0.0, 0.03), 4: (0.0, 0.03), 5: (0.0, 0.03)}


def draw(k: int) -> dict[str, Any]:
    """The assumptions of world k; factors are against the judge's own worlds."""
    g = np.random.default_rng([k, 999])
    return {
        "misfit": g.random() >= 0.55,
        "effect": np.exp(g.normal(0, 0.45)),
        "wear": np.exp(g.normal(-0.3, 1.0)),
        "tire": np.exp(g.normal(0, 0.8)),
        "leave": np.exp(g.normal(0, 0.6)),
        "mix": g.dirichlet(np.array([0.15, 0.3, 0.4, 0.15]) * 6),
        "level": g.normal(0, 0.5),
        "where": g.choice([0, 0, 0, 1, 2]),  # receptive as in the judge; near the usual time; anywhere
        "width": np.exp(g.normal(0, 0.4)),
        "weekdays": np.exp(g.normal(-0.9, 0.8)),
        "taste": np.exp(g.normal(-0.8, 0.5)),
        "late": g.choice([0, 0, 0, 0.3]),
        "carry": g.choice([0.5, 0.5, 0.2, 0.9]),
        "lapse": np.exp(g.normal(0, 0.7)),
        "push": g.choice([0, 0, 0, 0.3]),
        "limit": g.integers(-1, 4),
        "recovery": np.exp(g.normal(0, 0.5)),
        "habits": int(g.choice([1, 1, 1, 1, 2])),
        "fades": bool(g.choice([0, 0, 0, 1])),
        "hours": g.uniform(0.2, 0.6),
    }


class Perturbed:
    """What the random worlds change, on top of the matched or the misfit world."""

    of: dict[str, Any]

    def people(self: Any, g: np.random.Generator) -> None:
        super().people(g)
        n, of = self.units, self.of
        self.type = g.choice(4, self.users, p=of["mix"])
        kind = self.type[self.owner]
        spread = of["effect"] * np.exp(0.3 * g.standard_normal(n))
        self.strength_of_effect = 0.8 * np.array([0.25, 1.9, 1.15, 0.25])[kind] * spread
        self.rescue = (np.array([0.03, 0.20, 0.11, 0.03])[kind] * spread).clip(0, 0.7)
        self.base = self.base + of["level"]
        self.wear, self.tire = self.wear * of["wear"], self.tire * of["tire"]
        self.recovery = self.recovery * of["recovery"]
        rate = np.array([0.0010, 0.0006, 0.0012, 0.0045])[self.type]
        self.leave = of["leave"] * rate * np.exp(0.4 * g.standard_normal(self.users))
        self.weekday = of["weekdays"] * g.standard_normal((n, 7))
        self.liking = np.array([1.0, 0.9, 1.1, 0.8]) * np.exp(of["taste"] * g.standard_normal((n, 4)))
        if of["misfit"]:
            self.limit = np.maximum(self.limit + of["limit"], 1)
            self.receptive, other = self.blocks(g), self.blocks(g)
            self.weekend = np.where((g.random(n) < 0.5)[:, None], self.receptive, other)
        elif of["where"]:
            near = (self.habitual + g.choice([-2, -1, -1, 0, 0, 1, 2], n)) % SLOTS
            peak = near if of["where"] == 1 else g.integers(0, SLOTS, n)
            self.receptive = 0.9 * self.bump(peak, of["width"] * g.uniform(0.5, 1.5, n)) + 0.1 * g.random((n, SLOTS))
            self.weekend = self.receptive

    def blocks(self: Any, g: np.random.Generator) -> Array:
        """Receptive hours scattered over the day."""
        shape = (self.units, SLOTS)
        return np.clip(0.08 + 0.8 * (g.random(shape) < self.of["hours"]) + 0.1 * g.standard_normal(shape), 0.02, 1)

    def begin_day(self: Any, day: int, age: Array, g: np.random.Generator) -> None:
        u = g.random(self.units)
        self.lapsed = np.where(self.lapsed, u > 0.2, u < 0.008 * self.of["lapse"])
        self.today = day % 7
        self.open_to = self.weekend if self.today >= 5 else self.receptive
        self.fresh = 0.3 + 0.7 * np.exp(-np.maximum(age, 0) / 30) if self.of["fades"] else np.ones(self.units)
        self.logits = self.base + (self.weekday[:, self.today] + 1.3 * self.strength - 2.0 * self.lapsed)[:, None]

    def boost(self: Any, units: Array, slot: int, style: Array) -> Array:
        b = super().boost(units, slot, style) * self.fresh[units]
        owner = self.owner[units]
        pushed = (self.type[owner] == REACTANT) & (self.fatigue[owner] > 2)
        return np.where(pushed & (self.of["push"] > 0), -self.of["push"], b)

    def nudged(self: Any, units: Array, slot: int, style: Array, expected: bool = False) -> Array:
        if self.of["misfit"]:
            return super().nudged(units, slot, style, expected)
        z, b = self.logits[units].copy(), self.boost(units, slot, style)
        z[:, slot] += b
        if slot + 1 < SLOTS:
            z[:, slot + 1] += self.of["carry"] * b
        return 1 / (1 + np.exp(-z))

    def logged(self: Any, _done: Array, g: np.random.Generator) -> tuple[Array, Array]:
        n = self.units
        u, delay, timed = g.random(n), g.integers(1, 6, n), g.random(n) < 0.7
        if not self.of["late"]:
            return np.zeros(n, int), np.ones(n, bool)
        return np.where(u < self.of["late"], delay, 0), timed


def world(k: int) -> type[World]:
    """World k as a class, as the judge wants it."""
    of = draw(k)
    base = Misfit if of["misfit"] else Matched
    more = {"name": f"r{k}", "of": of, "habits": of["habits"], "price": PRICES[k]}
    return type(f"Random{k}", (Perturbed, base), more)


WORLDS = [world(k) for k in PRICES]
