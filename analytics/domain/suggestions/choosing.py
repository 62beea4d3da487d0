"""Which suggestions are made: those with enough behind them, one a habit, two a week, and none where one rests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isfinite

from analytics.domain.suggestions.breaks import pause, plan_the_return, slack
from analytics.domain.suggestions.candidate import Candidate, Kind
from analytics.domain.suggestions.cues import if_then, stack
from analytics.domain.suggestions.facts import Facts
from analytics.domain.suggestions.quiet import fewer_reminders
from analytics.domain.suggestions.targets import lower, raise_target
from analytics.domain.suggestions.times import change_time
from analytics.domain.suggestions.weekdays import change_days

LEAST_UNITS = 14
CERTAIN = 0.80
LEAST_GAIN = 0.05
"""Per week: what is expected to bring less is told as 0.0, and not worth a change."""
A_WEEK = 2
WEEK = 7
REST = 28
"""Days for which a habit is left alone after a dismissal, and after an acceptance, while its effect is measured."""

_ALONE: tuple[Callable[[Facts], Candidate | None], ...] = (
    pause, lower, plan_the_return, change_days, slack, change_time, if_then, raise_target, fewer_reminders,
)  # fmt: skip
_ORDER = list(Kind)


@dataclass(frozen=True, slots=True)
class Past:
    """A suggestion of before: when it was made, and since when its habit rests (None: it does not).

    Days are ordinals. `is_open` says whether it still waits for an answer.
    """

    habit_id: int
    made_on: int
    rests_from: int | None
    is_open: bool


def candidates_of(facts: Facts, others: Sequence[Facts]) -> list[Candidate]:
    """Every suggestion that this habit's facts carry, the most urgent first."""
    if facts.off or int(facts.units.sum()) < LEAST_UNITS or not facts.said.any():
        return []
    found = [made for make in _ALONE if (made := make(facts)) is not None]
    stacked = stack(facts, others)
    return sorted((one for one in [*found, stacked] if one is not None and _sound(one)), key=_urgency)


def choose(candidates: Sequence[Candidate], past: Sequence[Past], today: int) -> list[Candidate]:
    """Those to be made today, an ordinal, given the ones of before; the surest first."""
    left = A_WEEK - sum(one.made_on > today - WEEK for one in past)
    closed = {one.habit_id for one in past if one.is_open or _rests(one, today)}
    firsts: dict[int, Candidate] = {}
    for one in sorted(candidates, key=_urgency):
        if one.habit_id not in closed:
            firsts.setdefault(one.habit_id, one)
    return list(firsts.values())[: max(0, left)]


def _rests(past: Past, today: int) -> bool:
    return past.rests_from is not None and today < past.rests_from + REST


def _sound(candidate: Candidate) -> bool:
    figures = (*candidate.expected, candidate.certainty, candidate.before, candidate.after)
    gains = candidate.kind is Kind.REMINDERS or candidate.expected.p50 >= LEAST_GAIN
    return all(isfinite(figure) for figure in figures) and candidate.certainty >= CERTAIN and gains


def _urgency(candidate: Candidate) -> tuple[int, float, int]:
    return _ORDER.index(candidate.kind), -candidate.certainty, candidate.habit_id
