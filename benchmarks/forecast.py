"""Judge the forecast of goals on people's logs, with goals laid over them at random.

    python benchmarks/forecast.py LOGS.csv.gz [--shipped] [--each 32] [--seed 11] [--json OUT.json]

Five folds by person: each person's goals are forecast with a population fitted on the people of the other four folds
(--shipped: with the constants in the product, which have seen everybody). The forecast is the product's own code.
The logs need the columns user, habit, date, due, done. Intervals are 95 % bootstraps over people.
"""

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from math import exp, log
from pathlib import Path
from zlib import crc32

import numpy as np
from forecast_fit import Bench, Log, crps, cuts, fit, read_logs
from numpy.typing import NDArray

from goals.domain.evidence import Evidence, evidence_of
from goals.domain.forecast import Strand, forecast, horizon, simulate
from goals.domain.population import PEOPLE, Population
from goals.domain.streaks import Running, forecast_streak
from goals.domain.summary import summarise

FOLDS = 5
MILLI = 1000
SAMPLES = 400
PLUG_IN = {"last 14": 14, "last 30": 30, "last 60": 60, "all": 10**6}
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Part:
    """One habit of a goal: its weight in thousandths, and how many of its due days are past and to come."""

    log: Log
    weight: int
    past: int
    ahead: int

    def outcomes(self) -> NDArray[np.bool_]:
        """What became of the days to come."""
        return self.log.done[self.past : self.past + self.ahead]


@dataclass(frozen=True, slots=True)
class Laid:
    """A goal laid over a log; `target` is in thousandths."""

    user: str
    today: date
    deadline: date
    parts: tuple[Part, ...]
    target: int
    measure: str

    def truth(self) -> int:
        """What there was at the deadline."""
        return sum(int(part.outcomes().sum()) * part.weight for part in self.parts)


@dataclass(frozen=True, slots=True)
class Judged:
    """One goal with every forecast of it."""

    user: str
    size: float
    truth: float
    reached: bool
    probability: float
    base_rate: float
    low: float
    high: float
    score: float
    plug_in: dict[str, tuple[float, bool]]
    units: int
    past: int
    parts: int


def lay_goals(people: dict[str, list[Log]], each: int, seed: int) -> list[Laid]:
    """`each` goals a person, from a random day on for 7 to 180 days: one habit (a count) or up to three (a total)."""
    laid = []
    for user, logs in people.items():
        rng = np.random.default_rng([seed, crc32(user.encode())])
        for _ in range(each):
            goal = _lay(user, logs, rng)
            if goal is not None:
                laid.append(goal)
    return laid


def _lay(user: str, logs: Sequence[Log], rng: np.random.Generator) -> Laid | None:
    several = len(logs) > 1 and rng.random() < 0.5
    chosen = rng.permutation(len(logs))[: int(rng.integers(2, min(3, len(logs)) + 1)) if several else 1]
    picked = [logs[index] for index in chosen]
    if any(len(item.days) < 21 for item in picked):
        return None
    first = max(int(item.days[7]) for item in picked)
    last = min(int(item.days[-1]) for item in picked)
    if last - first < 7:
        return None
    length = min(int(exp(rng.uniform(log(7), log(180)))), last - first)
    today = int(rng.integers(first, last - length + 2))
    weights = rng.choice([500, 1000, 2000], len(picked)) if several else [1000]
    parts = tuple(_part(item, int(weight), today, length) for item, weight in zip(picked, weights, strict=True))
    most = sum(part.ahead * part.weight for part in parts)
    if not most:
        return None
    usual = sum(_rate(part, 30) * part.ahead * part.weight for part in parts) * rng.uniform(0.6, 1.4)
    target = int(min(most, max(min(part.weight for part in parts), -(-usual // 500) * 500)))
    deadline = date.fromordinal(today + length - 1)
    return Laid(user, date.fromordinal(today), deadline, parts, target, "total" if several else "count")


def _part(item: Log, weight: int, today: int, length: int) -> Part:
    past, end = np.searchsorted(item.days, [today, today + length])
    return Part(item, weight, int(past), int(end - past))


def _rate(part: Part, last: int) -> float:
    recent = part.log.done[max(0, part.past - last) : part.past]
    return float(recent.sum() + 1) / (len(recent) + 2)


def strands_of(goal: Laid, people: Population) -> list[Strand]:
    """The goal's habits as the product sees them; after the deadline every day is a chance."""
    end = horizon(goal.today, goal.deadline)
    after = range(goal.deadline.toordinal() + 1, end + 1)
    return [
        Strand(
            evidence_of(part.log.done[: part.past].tolist(), people),
            part.weight,
            [*part.log.days[part.past : part.past + part.ahead].tolist(), *after],
            MILLI,
        )
        for part in goal.parts
    ]


def judge(goal: Laid, people: Population, base_rate: float, index: int) -> Judged:
    """Forecast one goal every way."""
    paths = simulate(goal.today, goal.deadline, 0, strands_of(goal, people), seed=index, people=people)
    found = summarise(paths, goal.deadline, goal.target)
    truth = goal.truth()
    size = sum(part.ahead * part.weight for part in goal.parts)
    if found.amount is None or found.probability is None:
        raise AssertionError
    return Judged(
        user=goal.user,
        size=size,
        truth=truth,
        reached=truth >= goal.target,
        probability=found.probability,
        base_rate=base_rate,
        low=found.amount.p10,
        high=found.amount.p90,
        score=_score(paths.at(goal.deadline.toordinal()), truth, size),
        plug_in={name: _plug_in(goal, last, truth, size, index) for name, last in PLUG_IN.items()},
        units=sum(part.ahead for part in goal.parts),
        past=min(part.past for part in goal.parts),
        parts=len(goal.parts),
    )


def _plug_in(goal: Laid, last: int, truth: int, size: float, index: int) -> tuple[float, bool]:
    """The score and the coverage of a binomial with the rate of the last due days."""
    rng = np.random.default_rng([3, index])
    total = np.zeros(SAMPLES)
    for part in goal.parts:
        total += part.weight * rng.binomial(part.ahead, _rate(part, last), SAMPLES)
    low, high = np.quantile(total, [0.1, 0.9], method="inverted_cdf")
    return _score(total, truth, size), bool(low <= truth <= high)


def _score(paths: Floats, truth: float, size: float) -> float:
    return float(crps(np.sort(paths)[None], np.array([truth]))[0]) / size


def folds_of(people: dict[str, list[Log]]) -> dict[str, int]:
    """A fold for every person, by name."""
    return {user: crc32(f"fold {user}".encode()) % FOLDS for user in people}


def judge_all(people: dict[str, list[Log]], goals: Sequence[Laid], populations: Sequence[Population]) -> list[Judged]:
    """Every goal by the population of its person's fold."""
    fold = folds_of(people)
    bases = [float(np.mean([g.truth() >= g.target for g in goals if fold[g.user] != k])) for k in range(FOLDS)]
    return [judge(g, populations[fold[g.user]], bases[fold[g.user]], index) for index, g in enumerate(goals)]


def populations_of(people: dict[str, list[Log]]) -> list[Population]:
    """For each fold what is true of the people outside it."""
    fold = folds_of(people)
    found = []
    for held in range(FOLDS):
        found.append(fit(Bench(cuts(people, [user for user in people if fold[user] != held]))))
        print(f"fold {held}: {found[-1]}", flush=True)
    return found


def calibration_error(chance: Floats, came: Floats, bins: int = 10) -> float:
    """Mean distance of what was said from what came, over bins of equal mass."""
    parts = np.array_split(np.argsort(chance, kind="stable"), bins)
    return float(sum(abs(chance[p].mean() - came[p].mean()) * len(p) for p in parts if len(p)) / len(chance))


def measures(rows: Sequence[Judged]) -> dict[str, float]:
    """The numbers of the table."""
    came = np.array([row.reached for row in rows], dtype=float)
    said = np.array([row.probability for row in rows])
    base = np.array([row.base_rate for row in rows])
    inside = np.mean([row.low <= row.truth <= row.high for row in rows])
    score = np.mean([row.score for row in rows])
    rivals = {name: float(np.mean([row.plug_in[name][0] for row in rows])) for name in PLUG_IN}
    best = min(rivals, key=lambda name: rivals[name])
    return {
        "coverage": float(inside),
        "ece": calibration_error(said, came),
        "brier skill": float(1 - ((said - came) ** 2).mean() / ((base - came) ** 2).mean()),
        "crps gain over best plug-in": float(1 - score / rivals[best]),
        "crps gain over last 30": float(1 - score / rivals["last 30"]),
        "crps gain over all": float(1 - score / rivals["all"]),
        "plug-in coverage": float(np.mean([row.plug_in[best][1] for row in rows])),
    }


def bootstrap(rows: Sequence[Judged], rounds: int = 300) -> dict[str, tuple[float, float]]:
    """95 % intervals over people drawn anew."""
    by_user: dict[str, list[Judged]] = {}
    for row in rows:
        by_user.setdefault(row.user, []).append(row)
    users, rng = list(by_user.values()), np.random.default_rng(0)
    drawn = [
        measures([row for k in rng.integers(len(users), size=len(users)) for row in users[k]]) for _ in range(rounds)
    ]
    return {
        name: (float(np.quantile([d[name] for d in drawn], 0.025)), float(np.quantile([d[name] for d in drawn], 0.975)))
        for name in drawn[0]
    }


def streak_calibration(people: dict[str, list[Log]], populations: Sequence[Population], each: int) -> dict[str, float]:
    """Goals to reach a streak, without freezes: calibration and skill over the base rate of the other folds."""
    fold = folds_of(people)
    said, came, folds = [], [], []
    for index, cut in enumerate(cuts(people, people, each, seed=23)):
        done, rng = cut.log.done, np.random.default_rng([5, index])
        past = done[: cut.cut]
        current = int(np.argmin(past[::-1])) if not past.all() else len(past)
        target = current + int(rng.integers(1, max(2, cut.units // 2 + 1)))
        best = current
        for kept in done[cut.cut : cut.cut + cut.units]:
            current = current + 1 if kept else 0
            best = max(best, current)
        today = int(cut.log.days[cut.cut])
        days = cut.log.days[cut.cut : cut.cut + cut.units].tolist()
        population = populations[fold[cut.log.user]]
        running = Running(int(np.argmin(past[::-1])) if not past.all() else len(past), with_freezes=False)
        found = forecast_streak(
            date.fromordinal(today), date.fromordinal(days[-1]), target * MILLI, running,
            evidence_of(past.tolist(), population), days=days, seed=index, people=population,
        )  # fmt: skip
        said.append(found.probability or 0.0)
        came.append(float(best >= target))
        folds.append(fold[cut.log.user])
    return _calibration(np.array(said), np.array(came), np.array(folds))


def _calibration(said: Floats, came: Floats, folds: NDArray[np.int64]) -> dict[str, float]:
    base = np.array([came[folds != k].mean() for k in range(FOLDS)])[folds]
    return {
        "goals": float(len(said)),
        "base rate": float(came.mean()),
        "mean said": float(said.mean()),
        "ece": calibration_error(said, came),
        "brier skill": float(1 - ((said - came) ** 2).mean() / ((base - came) ** 2).mean()),
    }


Quantity = Callable[[np.random.Generator, int], NDArray[np.int64]]
WORLDS: dict[str, Quantity] = {
    "pages, Poisson of mean 12": lambda rng, n: 1 + rng.poisson(12, n),
    "kilometres, lognormal": lambda rng, n: np.maximum(1, np.rint(10 * rng.lognormal(1.5, 0.4, n))).astype(int),
    "minutes in fives": lambda rng, n: 5 * rng.integers(2, 13, n),
    "drinks, negative binomial": lambda rng, n: 1 + rng.negative_binomial(1.5, 0.4, n),
    "always the same": lambda rng, n: np.full(n, 20 + int(rng.integers(10))),
}


def quantities(each: int) -> dict[str, dict[str, float]]:
    """Coverage of amounts on simulated people who keep a steady share of days, with amounts of several kinds."""
    steady = Population(slow=1000, prior_weight=2, prior_mean=0.5, fast=3, fast_weight=1, pull=1e-6, fade=0.9,
                        drift=1e-6, hold=0.9, shared=0)  # fmt: skip
    return {name: _world(draw, each, steady) for name, draw in WORLDS.items()}


def _world(draw: Quantity, each: int, steady: Population) -> dict[str, float]:
    inside, gains = [], []
    for index in range(each):
        rng = np.random.default_rng([17, index])
        share, past, ahead = rng.beta(3, 2), int(rng.integers(15, 150)), int(rng.integers(7, 90))
        amounts = 1000 * draw(rng, past + ahead) * (rng.random(past + ahead) < share)
        evidence = Evidence()
        for amount in amounts[:past]:
            evidence = evidence.after(bool(amount), int(amount), steady)
        today = date(2026, 1, 1)
        deadline = date.fromordinal(today.toordinal() + ahead - 1)
        days = range(today.toordinal(), today.toordinal() + ahead)
        found = forecast(today, deadline, 1, 0, [Strand(evidence, 1000, days)], seed=index, people=steady)
        truth = int(amounts[past:].sum())
        if found.amount is not None:
            inside.append(found.amount.p10 <= truth <= found.amount.p90)
            gains.append(found.amount.p50 - truth)
    return {"coverage": float(np.mean(inside)), "median error": float(np.median(gains)) / 1000}


SLICES: dict[str, Callable[[Judged], bool]] = {
    "all goals": lambda row: row.parts > 0,
    "one habit": lambda row: row.parts == 1,
    "several habits": lambda row: row.parts > 1,
    "up to 30 due days ahead": lambda row: row.units <= 30,
    "more than 30": lambda row: row.units > 30,
    "up to 30 due days of past": lambda row: row.past <= 30,
    "more than 30 of past": lambda row: row.past > 30,
}


def main() -> None:
    """Judge and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("logs", type=Path)
    parser.add_argument("--shipped", action="store_true")
    parser.add_argument("--each", type=int, default=32)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    people = read_logs(given.logs)
    goals = lay_goals(people, given.each, given.seed)
    populations = [PEOPLE] * FOLDS if given.shipped else populations_of(people)
    rows = judge_all(people, goals, populations)
    report: dict[str, object] = {"people": len({row.user for row in rows}), "goals": len(rows)}
    tables = {name: measures([row for row in rows if chosen(row)]) for name, chosen in SLICES.items()}
    intervals = bootstrap(rows)
    print(f"{len(rows)} goals of {report['people']} people, reached: {np.mean([row.reached for row in rows]):.2f}")
    for name in tables["all goals"]:
        cells = " | ".join(f"{table[name]:.3f}" for table in tables.values())
        print(f"| {name} | {cells} | {intervals[name][0]:.3f} to {intervals[name][1]:.3f} |")
    report |= {"tables": tables, "intervals": intervals}
    report["streaks"] = streak_calibration(people, populations, max(1, given.each // 2))
    report["quantities"] = quantities(300)
    print("streaks:", report["streaks"])
    print("quantities:", json.dumps(report["quantities"], indent=1))
    if given.json:
        given.json.write_text(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
