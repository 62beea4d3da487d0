"""How far a goal has come: a state that is moved forward by closed days."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from heapq import merge
from operator import itemgetter
from typing import Any

from goals.domain.evidence import Evidence, evidence_from_row
from goals.domain.facts import DayFact
from goals.domain.goal import MILLI, Goal, Measure
from goals.domain.population import VERSION

Json = dict[str, Any]
MICRO = MILLI * MILLI


@dataclass(frozen=True, slots=True)
class GoalState:
    """A goal after the day `through` (ordinal), from all facts up to it.

    `amount` is in millionths, the product of a value and a weight in thousandths, so that it is exact. For a streak
    it is the streak as it stands, and `best` the longest one seen in the goal's time; otherwise `best` is the most the
    amount ever was. `reached` and `milestones` are the ordinals of the days that first brought the target and each
    milestone, None for those still ahead.
    """

    through: int
    amount: int
    best: int
    reached: int | None
    milestones: tuple[int | None, ...]
    evidence: tuple[Evidence, ...]

    def to_json(self) -> Json:
        """A form that JSON holds without loss."""
        return {
            "version": VERSION,
            "through": self.through,
            "amount": self.amount,
            "best": self.best,
            "reached": self.reached,
            "milestones": list(self.milestones),
            "evidence": [evidence.to_row() for evidence in self.evidence],
        }


@dataclass(frozen=True, slots=True)
class Progress:
    """What a screen says of a state. Amounts are in thousandths, rounded down; `share` is 0 to 1.

    `amount` is what there is now, so a broken streak starts again at 0. What was reached once stays reached.
    """

    amount: int
    best: int
    remaining: int
    share: float
    reached_on: date | None
    milestones: tuple[tuple[int, date | None], ...]


def start(goal: Goal) -> GoalState:
    """The state before any fact."""
    return GoalState(0, 0, 0, None, (None,) * len(goal.milestones), (Evidence(),) * goal.strands())


def advance(goal: Goal, state: GoalState, facts: Sequence[Iterable[DayFact]], through: int) -> GoalState:
    """The state moved on to the close of `through`.

    `facts` has a series for each strand, ascending by day; days already in the state and days after `through` are
    passed over. To lay an open day over a state, move it on and do not keep the result. An edit of a day that the
    state holds needs `recompute`.
    """
    evidence = list(state.evidence)
    gathered = _Gathered(state.amount, state.best, state.reached, list(state.milestones))
    first, last = goal.first_and_last()
    for day, index, fact in _in_order(facts):
        if state.through < day <= through:
            evidence[index] = _learn(goal.measure, evidence[index], fact)
            if first <= day <= last:
                gathered.take(goal, index, fact)
    return GoalState(
        through=max(state.through, through),
        amount=gathered.amount,
        best=gathered.best,
        reached=gathered.reached,
        milestones=tuple(gathered.milestones),
        evidence=tuple(evidence),
    )


def recompute(goal: Goal, facts: Sequence[Iterable[DayFact]], through: int) -> GoalState:
    """The state from nothing but the facts."""
    return advance(goal, start(goal), facts, through)


def state_from_json(stored: Json) -> GoalState | None:
    """The state that `to_json` stored; None when it was made by other constants and has to be recomputed."""
    if stored.get("version") != VERSION:
        return None
    milestones = tuple(stored["milestones"])
    evidence = tuple(map(evidence_from_row, stored["evidence"]))
    return GoalState(stored["through"], stored["amount"], stored["best"], stored["reached"], milestones, evidence)


def progress(goal: Goal, state: GoalState) -> Progress:
    """What to show of a state."""
    remaining = 0 if state.reached is not None else max(0, goal.target * MILLI - state.amount)
    share = _share(state.amount, goal.target) if remaining else 1.0
    days = (None if day is None else date.fromordinal(day) for day in state.milestones)
    return Progress(
        amount=state.amount // MILLI,
        best=state.best // MILLI,
        remaining=-(-remaining // MILLI),
        share=share,
        reached_on=None if state.reached is None else date.fromordinal(state.reached),
        milestones=tuple(zip(goal.milestones, days, strict=True)),
    )


def _share(amount: int, target: int) -> float:
    return max(0, amount) / (target * MILLI)


def gained(goal: Goal, index: int, fact: DayFact) -> int:
    """What a fact adds to the amount of a goal that sums up, in millionths."""
    weight = MILLI if goal.measure is Measure.MANUAL else goal.weights[index]
    return (fact.kept * MILLI if goal.measure is Measure.COUNT else fact.value) * weight


def _in_order(facts: Sequence[Iterable[DayFact]]) -> Iterator[tuple[int, int, DayFact]]:
    return merge(*(_numbered(index, strand) for index, strand in enumerate(facts)), key=itemgetter(0, 1))


def _numbered(index: int, strand: Iterable[DayFact]) -> Iterator[tuple[int, int, DayFact]]:
    return ((fact.day, index, fact) for fact in strand)


@dataclass(slots=True)
class _Gathered:
    """The part of a state that moves on the goal's own days."""

    amount: int
    best: int
    reached: int | None
    milestones: list[int | None]

    def take(self, goal: Goal, index: int, fact: DayFact) -> None:
        """Move on by one fact."""
        if goal.measure is Measure.STREAK:
            self.amount = fact.streak * MICRO
        else:
            self.amount += gained(goal, index, fact)
        if self.amount <= self.best:
            return
        self.best = self.amount
        for place, milestone in enumerate(goal.milestones):
            if self.milestones[place] is None and self.best >= milestone * MILLI:
                self.milestones[place] = fact.day
        if self.reached is None and self.best >= goal.target * MILLI:
            self.reached = fact.day


def _learn(measure: Measure, evidence: Evidence, fact: DayFact) -> Evidence:
    if measure in {Measure.COUNT, Measure.STREAK}:
        for hit in (True,) * fact.kept + (False,) * fact.missed:
            evidence = evidence.after(hit)
        return evidence
    value = max(0, fact.value)
    return evidence.after_chance(value) if fact.chance else evidence.with_spare(value) if value else evidence
