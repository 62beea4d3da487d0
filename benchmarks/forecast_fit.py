"""Fit the population behind the forecast of goals on people's logs.

    python benchmarks/forecast_fit.py LOGS.csv.gz       prints the constants of goals/domain/population.py

All goals are simulated at once, in blocks of seven units; the product does it one goal at a time. The objective is the
mean CRPS per unit of a habit's coming total plus a penalty on the coverage of the 80 % interval; coordinate search on
transformed parameters, with common random numbers, makes it deterministic.
"""

import argparse
import csv
import gzip
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from datetime import date
from math import exp, log
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from goals.domain.paths import digamma, trigamma
from goals.domain.population import PEOPLE, Population

Floats = NDArray[np.floating[Any]]
BLOCK = 7
PATHS = 64
LEAST_PRIOR_MEAN = 0.1
START = replace(PEOPLE, slow=40.0, prior_weight=3.0, prior_mean=0.3, fast=6.0, fast_weight=2.0, pull=0.6, fade=0.9,
                drift=0.7, hold=0.97)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Log:
    """One habit of one person: the ordinals on which it was due, ascending, and whether it was done then."""

    user: str
    habit: str
    days: NDArray[np.int64]
    done: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Cut:
    """A past of `cut` units and a future of `units` of one habit."""

    log: Log
    cut: int
    units: int


def read_logs(path: Path) -> dict[str, list[Log]]:
    """The due days of every habit, by person."""
    rows: dict[tuple[str, str], list[tuple[int, bool]]] = defaultdict(list)
    with gzip.open(path, "rt") as lines:
        for row in csv.DictReader(lines):
            if row["due"] == "1":
                day = date.fromisoformat(row["date"]).toordinal()
                rows[row["user"], row["habit"]].append((day, row["done"] == "1"))
    people: dict[str, list[Log]] = defaultdict(list)
    for (user, habit), marks in rows.items():
        days, done = zip(*sorted(marks), strict=True)
        people[user].append(Log(user, habit, np.array(days, dtype=np.int64), np.array(done, dtype=np.bool_)))
    return dict(people)


def cuts(people: dict[str, list[Log]], users: Iterable[str], each: int = 32, seed: int = 7) -> list[Cut]:
    """Random cuts of random habits, `each` a person: at least 7 units of past, 7 to 180 of future."""
    rng = np.random.default_rng(seed)
    found = []
    for user in users:
        long_enough = [item for item in people[user] if len(item.days) >= 21]
        for _ in range(each if long_enough else 0):
            chosen = long_enough[rng.integers(len(long_enough))]
            units = min(int(exp(rng.uniform(log(7), log(180)))), len(chosen.days) - 7)
            found.append(Cut(chosen, int(rng.integers(7, len(chosen.days) - units + 1)), units))
    return found


class Bench:
    """Cuts with their random numbers, on which populations are compared."""

    def __init__(self, sample: list[Cut], seed: int = 0) -> None:
        """Draw everything random once."""
        rng = np.random.default_rng(seed)
        self.units = np.array([item.units for item in sample])
        self.truth = np.array([item.log.done[item.cut : item.cut + item.units].sum() for item in sample], dtype=float)
        self.pasts = [item.log.done[: item.cut] for item in sample]
        blocks = -(-int(self.units.max()) // BLOCK)
        self.sizes = np.clip(self.units[:, None] - BLOCK * np.arange(blocks), 0, BLOCK)
        self.level, self.first, self.rest = rng.standard_normal((3, len(sample), PATHS), dtype=np.float32)
        self.steps = rng.standard_normal((blocks, len(sample), PATHS), dtype=np.float32)
        self._counts: dict[float, Floats] = {}

    def counts(self, half_life: float) -> Floats:
        """Discounted hits and misses of every past."""
        if half_life not in self._counts:
            self._counts[half_life] = np.array([_discounted(past, half_life) for past in self.pasts]).T
        return self._counts[half_life]

    def simulate(self, people: Population) -> Floats:
        """What each goal comes to, on each path."""
        level, spread, distance = self._outlook(people)
        drift = people.drift * self.first
        mean = np.zeros_like(drift)
        variance = np.zeros_like(drift)
        hold = people.hold**BLOCK
        for block in range(self.sizes.shape[1]):
            now = distance * people.fade ** (BLOCK * block + 3)
            chance = 1 / (1 + np.exp(-(level + spread * self.level + now + drift)))
            size = self.sizes[:, block, None]
            mean, variance = mean + size * chance, variance + size * chance * (1 - chance)
            drift = hold * drift + people.drift * np.sqrt(1 - hold * hold) * self.steps[block]
        paths: Floats = np.clip(np.round(mean + np.sqrt(variance) * self.rest), 0, self.units[:, None])
        return paths

    def loss(self, people: Population) -> float:
        """What is made small."""
        paths = np.sort(self.simulate(people), axis=1)
        covered = (paths[:, PATHS // 10] <= self.truth) & (self.truth <= paths[:, -(PATHS // 10) - 1])
        return float(100 * (crps(paths, self.truth) / self.units).mean() + 30 * (covered.mean() - 0.8) ** 2)

    def _outlook(self, people: Population) -> tuple[Floats, Floats, Floats]:
        slow, fast = self.counts(people.slow), self.counts(people.fast)
        hits = slow[0] + people.prior_weight * people.prior_mean
        misses = slow[1] + people.prior_weight * (1 - people.prior_mean)
        usual = hits / (hits + misses)
        now = (fast[0] + people.fast_weight * usual) / (fast[0] + fast[1] + people.fast_weight)
        level = np.array([digamma(a) - digamma(b) for a, b in zip(hits, misses, strict=True)])
        spread = np.sqrt([trigamma(a) + trigamma(b) for a, b in zip(hits, misses, strict=True)])
        distance = people.pull * (_logit(now) - _logit(usual))
        return level[:, None], spread[:, None], distance[:, None]


def crps(ordered: Floats, truth: Floats) -> Floats:
    """The continuous ranked probability score of ascending samples, one row each (the fair estimator)."""
    count = ordered.shape[1]
    ranks = 2 * np.arange(1, count + 1) - count - 1
    score: Floats = np.abs(ordered - truth[:, None]).mean(axis=1) - (ordered * ranks).sum(axis=1) / (
        count * (count - 1)
    )
    return score


def fit(bench: Bench, start: Population = START, rounds: int = 10) -> Population:
    """The population with the least loss, by coordinate search from `start`."""
    best, least = start, bench.loss(start)
    steps = dict.fromkeys(_FORMS, 0.25)
    for _ in range(rounds):
        for name in _FORMS:
            for sign in (1, -1):
                tried = _moved(best, name, sign * steps[name])
                loss = bench.loss(tried)
                if loss < least:
                    best, least = tried, loss
                    steps[name] *= 1.5
                    break
            else:
                steps[name] *= 0.5
    return best


def _moved(people: Population, name: str, step: float) -> Population:
    inward, outward = _FORMS[name]
    moved = outward(inward(getattr(people, name)) + step)
    if name == "prior_mean":
        # With next to no imagined hits, nobody who has not begun yet would ever be thought able to.
        moved = max(moved, LEAST_PRIOR_MEAN)
    return replace(people, **{name: round(moved, 1) if name in {"slow", "fast"} else moved})


def _discounted(past: NDArray[np.bool_], half_life: float) -> tuple[float, float]:
    weights = 0.5 ** (np.arange(len(past))[::-1] / half_life)
    return float(weights[past].sum()), float(weights[~past].sum())


def _logit(share: Floats) -> Floats:
    share = np.clip(share, 1e-3, 1 - 1e-3)
    logit: Floats = np.log(share / (1 - share))
    return logit


def _log_odds(share: float) -> float:
    return log(share / (1 - share))


def _share(log_odds: float) -> float:
    return 1 / (1 + exp(-log_odds))


_POSITIVE: tuple[Callable[[float], float], Callable[[float], float]] = (log, exp)
_FORMS = dict.fromkeys(("slow", "prior_weight", "fast", "fast_weight", "pull", "drift"), _POSITIVE) | dict.fromkeys(
    ("prior_mean", "fade", "hold"), (_log_odds, _share)
)


def main() -> None:
    """Fit on everybody and print the constants."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("logs", type=Path)
    people = read_logs(parser.parse_args().logs)
    for name, value in asdict(fit(Bench(cuts(people, people)))).items():
        print(f"{name}={value:.4g}")


if __name__ == "__main__":
    main()
