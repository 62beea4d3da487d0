"""Do suggestions know what they did? Worlds in which the answer is known.

    python benchmarks/suggestions.py [--people 600] [--seed 7] [--logs LOGS.csv.gz] [--json OUT.json]

In every world a habit is followed day by day until the product's own code makes a suggestion for it. It is accepted,
the forecast is frozen, and after 28 days the effect is measured against it.

- null: accepting does nothing. How often does it claim to have helped, or harmed, and how often does the 80 % interval
  hold the truth, which is nothing?
- effects: accepting shifts the chance by a known amount, up or down. How often is the sign right?
- logs (with --logs): real people's logs, in which nothing was ever suggested: a placebo on them. The logs need the
  columns user, habit, date, due, done.

The simulated people are not those of the forecast: their chance has weekdays, a memory of yesterday, a wandering mood
and lapses of days or weeks.
"""

import argparse
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from forecast_fit import read_logs
from numpy.typing import NDArray

from analytics.domain.suggestions import (
    Candidate,
    Facts,
    Kind,
    Subject,
    candidates_of,
    effect_of,
    facts_of,
    freeze,
    met,
)
from habits.domain.entry import EntryRow
from habits.domain.plan import Plan, Rules
from habits.domain.schedule import Weekdays

MILLI = 1000
BEGIN = date(2025, 1, 6)
LOOK_EVERY = 3
FIRST_LOOK = 42
DAYS = 240
AHEAD = 28
DAILY = Plan(BEGIN, Weekdays((1, 2, 3, 4, 5, 6, 7)), MILLI, freezes=True)
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One accepted suggestion after 28 days: the effect per week with its interval, and the true one."""

    kind: str
    asked: int
    helped: bool | None
    low: float
    middle: float
    high: float
    truth: float


class Person:
    """One habit whose chance depends on the weekday, on yesterday, on a mood that wanders, and on lapses."""

    def __init__(self, seed: int, number: int) -> None:
        self._rng = np.random.default_rng([seed, number])
        draw = self._rng.normal
        self._base, self._weekdays = draw(0.2, 1.1), draw(0, 0.35, 7)
        self._memory, self._mood, self._lapse, self._last = abs(draw(0.6, 0.4)), draw(0, 0.8), False, True

    def day(self, number: int, lift: float = 0.0) -> tuple[bool, float]:
        """Whether it is done on a day, and by how much a lift changed the chance of that."""
        rng = self._rng
        self._mood = 0.985 * self._mood + rng.normal(0, 0.8 * (1 - 0.985**2) ** 0.5)
        self._lapse = rng.random() < (0.93 if self._lapse else 0.006)
        logit = self._base + self._weekdays[number % 7] + self._mood + self._memory * (1 if self._last else -1)
        logit -= 4.0 * self._lapse
        usual, chance = (1 / (1 + np.exp(-one)) for one in (logit, logit + lift))
        self._last = bool(rng.random() < chance)
        return self._last, float(chance - usual)


def rules() -> Rules:
    """A daily habit."""
    return Rules("build", BEGIN, (DAILY,), (), 1)


def facts_at(rows: Sequence[EntryRow], number: int) -> Facts:
    """What is known at the start of a day."""
    return facts_of(Subject(1), rules(), rows, BEGIN.toordinal() + number)


def measurable(facts: Facts) -> list[Candidate]:
    """What would be suggested, unless that is a pause: it has no effect to measure, as nothing is asked for in it."""
    found = candidates_of(facts, [])
    return [] if found and found[0].kind is Kind.PAUSE else found


def simulated(seed: int, number: int, lifts: Callable[[np.random.Generator], float]) -> Outcome | None:
    """One person's first suggestion, accepted, and what came of it."""
    person = Person(seed, number)
    rows: list[EntryRow] = []
    rng = np.random.default_rng([seed, number, 1])
    first_look = FIRST_LOOK + int(rng.integers(0, 60))
    for day in range(DAYS):
        if day >= first_look and (day - first_look) % LOOK_EVERY == 0:
            facts = facts_at(rows, day)
            found = measurable(facts)
            if found:
                lift = lifts(rng)
                later = [person.day(day + ahead, lift) for ahead in range(AHEAD)]
                truth = sum(change for _, change in later) * 7 / AHEAD
                return measured(facts, found[0].kind, [hit for hit, _ in later], truth, number)
        hit, _ = person.day(day)
        rows.append(EntryRow(BEGIN.toordinal() + day, MILLI if hit else None, False, 600))
    return None


def measured(facts: Facts, kind: str, later: Sequence[bool], truth: float, seed: int) -> Outcome | None:
    """The effect as the product measures it."""
    frozen = freeze(met(facts, MILLI), {AHEAD: len(later)}, seed)[0]
    effect = effect_of(frozen, sum(later), len(later))
    return None if effect is None else Outcome(kind, len(later), effect.helped, *effect.more, truth)


def placebo(path: Path) -> Iterator[Outcome]:
    """Real logs: every suggestion that would have been made, four weeks apart, and accepted by nobody."""
    number = 0
    for logs in read_logs(path).values():
        for log in logs:
            begin, due = int(log.days[0]), dict(zip(log.days.tolist(), log.done.tolist(), strict=True))
            shift = BEGIN.toordinal() - begin
            last = int(log.days[-1])
            days = range(begin, last + 1)
            rows = [EntryRow(day + shift, MILLI if due.get(day) else None, day not in due) for day in days]
            at = FIRST_LOOK
            while at + AHEAD <= len(rows):
                facts = facts_at(rows[:at], at)
                found = measurable(facts)
                later = [due[day] for day in days[at : at + AHEAD] if day in due]
                number += 1
                if found and len(later) >= 7:
                    outcome = measured(facts, found[0].kind, later, 0.0, number)
                    if outcome is not None:
                        yield outcome
                at += AHEAD if found else 7


def report(name: str, outcomes: Sequence[Outcome]) -> dict[str, float | str]:
    """The figures of a world."""
    truth = np.array([one.truth for one in outcomes])
    low, middle, high = (np.array([getattr(one, part) for one in outcomes]) for part in ("low", "middle", "high"))
    told = np.array([one.helped is not None for one in outcomes])
    helped = np.array([one.helped is True for one in outcomes])
    right = np.sign(middle) == np.sign(truth)
    figures: dict[str, float | str] = {
        "world": name,
        "accepted": float(len(outcomes)),
        "said to help": float(helped.mean()),
        "said to harm": float((told & ~helped).mean()),
        "interval holds the truth": float(((low <= truth) & (truth <= high)).mean()),
        "mean error a week": float((middle - truth).mean()),
        "width a week": float((high - low).mean()),
    }
    if truth.any():
        figures |= {"sign right": float(right.mean()), "sign right where told": float(right[told].mean())}
        figures |= {"told": float(told.mean())}
    return figures


def either_way(rng: np.random.Generator) -> float:
    """An effect that one would notice: 1 to 2.5 logits, up or down."""
    return float(rng.choice([-1, 1]) * rng.uniform(1.0, 2.5))


def main() -> None:
    """Run the worlds and print their figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=600)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--logs", type=Path)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    worlds: dict[str, Callable[[np.random.Generator], float]] = {"null": lambda _: 0.0, "effects": either_way}
    tables, kinds = [], {}
    for name, lifts in worlds.items():
        outcomes = [one for number in range(asked.people) if (one := simulated(asked.seed, number, lifts))]
        tables.append(report(name, outcomes))
        kinds[name] = outcomes
    if asked.logs:
        kinds["logs"] = list(placebo(asked.logs))
        tables.append(report("logs", kinds["logs"]))
        whole = [one for one in kinds["logs"] if one.asked == AHEAD]
        tables.append(report("logs, asked for all 28 days", whole))
        tables.append(report("logs, and lowered", [one for one in whole if one.kind == Kind.LOWER]))
    for name, outcomes in kinds.items():
        listed = sorted({one.kind for one in outcomes})
        tables += [report(f"{name}: {kind}", [one for one in outcomes if one.kind == kind]) for kind in listed]
    for table in tables:
        print(
            "  ".join(f"{name} {value if isinstance(value, str) else round(value, 3)}" for name, value in table.items())
        )
    if asked.json:
        asked.json.write_text(json.dumps(tables, indent=1))


if __name__ == "__main__":
    main()
