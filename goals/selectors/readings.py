"""How far goals have come: the stored fold of some weeks ago, where it still stands, and the days since laid over it.

A fold stands as long as its basis does: the goal itself, its links, and the rules of the habits that feed it. What a
basis cannot tell, an edit of an entry from before the fold, makes the subscribers fold again.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import blake2s
from typing import Any

from django.db.models import Q

from goals.domain import goal as domain
from goals.domain.facts import DayFact, Facts, facts_of, manual_facts
from goals.domain.goal import Measure
from goals.domain.population import VERSION
from goals.domain.progress import GoalState, advance, start, state_from_json
from goals.models import Goal, GoalHabit, ManualProgress
from habits.selectors.pasts import Past, pasts_of
from smarthabit.accounts.selectors import today_of
from smarthabit.accounts.user import User

LAG = 17
"""Days a fold stays behind at least, so that edits of recent days leave it standing."""


@dataclass(frozen=True, slots=True)
class Strand:
    """What feeds a goal: a habit with its weight in thousandths, or (None) what is entered by hand."""

    past: Past | None
    weight: int
    facts: Facts


@dataclass(frozen=True, slots=True)
class Reading:
    """A goal as of the user's today. ``state`` has today laid over it; ``base`` is what it was moved on from."""

    goal: Goal
    spec: domain.Goal
    strands: tuple[Strand, ...]
    base: GoalState
    state: GoalState
    basis: str
    """Names what the fold rests on; empty while the rules of a habit have no name of their own."""
    kept: bool
    """Whether the stored fold could be used."""
    today: date

    @property
    def measure(self) -> Measure:
        """What the goal counts."""
        return self.spec.measure

    def fold(self) -> GoalState:
        """The state to be stored: as of some weeks ago, and never a day that may still change by itself."""
        settled = min((strand.facts.settled for strand in self.strands), default=self.today.toordinal())
        through = max(min(self.today.toordinal() - LAG, settled), self.base.through)
        return advance(self.spec, self.base, self.facts(), through)

    def facts(self) -> list[Iterable[DayFact]]:
        """The days of each strand."""
        return [strand.facts.days for strand in self.strands]


def read_goals(user: User, goals: Sequence[Goal], now: datetime, *, afresh: Collection[int] = ()) -> list[Reading]:
    """These goals (loaded ``detailed``) as of now; those ``afresh`` from nothing but the rows.

    Four queries at most, whatever the number of goals.
    """
    bases = {goal.pk: None if goal.pk in afresh else _stored(goal) for goal in goals}
    pasts = pasts_of(user, _wanted(goals, bases), now)
    basis = {goal.pk: _basis(goal, pasts, user.week_starts_on) for goal in goals}
    stale = [goal for goal in goals if bases[goal.pk] is not None and not _stands(goal, basis[goal.pk])]
    for goal in stale:
        bases[goal.pk] = None
    pasts |= pasts_of(user, _wanted(stale, bases), now) if stale else {}
    entries = _entries(goals, bases)
    today = today_of(user, now)
    fed = _Fed(pasts, entries, today, {})
    return [_reading(goal, bases[goal.pk], basis[goal.pk], fed) for goal in goals]


def spec_of(goal: Goal) -> domain.Goal:
    """The goal as the domain knows it."""
    return domain.Goal(
        measure=Measure(goal.measure),
        target=goal.target_milli,
        starts_on=goal.starts_on,
        deadline=goal.deadline,
        weights=tuple(link.weight_milli for link in links_of(goal)),
        milestones=tuple(milestone.amount_milli for milestone in goal.milestones.all()),
    )


def links_of(goal: Goal) -> list[GoalHabit]:
    """What feeds the goal; nothing where progress is entered by hand."""
    return [] if goal.measure == Goal.Measure.MANUAL else list(goal.links.all())


def _stored(goal: Goal) -> GoalState | None:
    return state_from_json(goal.state.fold) if goal.state.basis else None


def _stands(goal: Goal, basis: str) -> bool:
    return bool(basis) and basis == goal.state.basis


def _wanted(goals: Iterable[Goal], bases: Mapping[int, GoalState | None]) -> list[tuple[Any, int]]:
    """Each habit that feeds one of the goals, from the first day that any of them asks for."""
    links = [(link, bases[goal.pk]) for goal in goals for link in links_of(goal)]
    habits = {link.habit_id: link.habit for link, _ in links}
    since = dict.fromkeys(habits, date.max.toordinal())
    for link, base in links:
        since[link.habit_id] = min(since[link.habit_id], 1 if base is None else base.through + 1)
    return [(habit, since[pk]) for pk, habit in habits.items()]


def _basis(goal: Goal, pasts: Mapping[int, Past], week_starts_on: int) -> str:
    links = [(link.habit_id, link.weight_milli, pasts[link.habit_id].habit.state.rules_key) for link in links_of(goal)]
    if not all(rules_key for *_, rules_key in links):
        return ""
    spec = spec_of(goal)
    told = [VERSION, spec.measure, spec.target, str(spec.starts_on), str(spec.deadline), spec.milestones, links]
    return blake2s(json.dumps([*told, week_starts_on]).encode(), digest_size=16).hexdigest()


def _entries(goals: Sequence[Goal], bases: Mapping[int, GoalState | None]) -> defaultdict[int, list[tuple[int, int]]]:
    """What was entered by hand after the folds, by goal: (ordinal day, thousandths)."""
    found: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    either = Q()
    for goal in goals:
        if goal.measure == Goal.Measure.MANUAL:
            base = bases[goal.pk]
            either |= Q(goal=goal) if base is None else Q(goal=goal, day__gt=date.fromordinal(max(1, base.through)))
    if either:
        for goal_id, day, amount in ManualProgress.objects.filter(either).values_list("goal_id", "day", "amount_milli"):
            found[goal_id].append((day.toordinal(), amount))
    return found


@dataclass(frozen=True, slots=True)
class _Fed:
    """What feeds the goals: pasts by habit, and what was entered by hand by goal."""

    pasts: Mapping[int, Past]
    entries: Mapping[int, Sequence[tuple[int, int]]]
    today: date
    facts: dict[tuple[int, Measure], Facts]
    """What was worked out for one goal serves the next."""

    def strand(self, link: GoalHabit, measure: Measure) -> Strand:
        """What a habit brings a goal of this measure."""
        past, key = self.pasts[link.habit_id], (link.habit_id, measure)
        if key not in self.facts:
            self.facts[key] = facts_of(past.rules, past.history, measure, self.today.toordinal())
        return Strand(past, link.weight_milli, self.facts[key])


def _reading(goal: Goal, base: GoalState | None, basis: str, fed: _Fed) -> Reading:
    spec, today = spec_of(goal), fed.today
    held = start(spec) if base is None else base
    if spec.measure is Measure.MANUAL:
        facts = _manual(spec, held, fed.entries.get(goal.pk, ()), today.toordinal())
        strands: tuple[Strand, ...] = (Strand(None, domain.MILLI, facts),)
    else:
        strands = tuple(fed.strand(link, spec.measure) for link in links_of(goal))
    state = advance(spec, held, [strand.facts.days for strand in strands], today.toordinal())
    return Reading(goal, spec, strands, held, state, basis, base is not None, today)


def _manual(spec: domain.Goal, base: GoalState, entries: Sequence[tuple[int, int]], today: int) -> Facts:
    first = max(spec.starts_on.toordinal(), base.through + 1)
    stated_today = any(day == today for day, _ in entries)
    return Facts(tuple(manual_facts(entries, first, today)), today - 1, today + stated_today)
