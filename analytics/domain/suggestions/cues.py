"""Tying a habit to something: an if-then plan, or another habit that is done just before.

If-then plans are among the best supported helps there are (Gollwitzer and Sheeran 2006, 94 trials, d = .65; less, about
.3, for behaviour that has to be repeated). The lift below is the smaller one, in logits, with room for none at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from analytics.domain.suggestions.candidate import Candidate, Evidence, Kind, Patch
from analytics.domain.suggestions.facts import Facts
from analytics.domain.suggestions.posterior import Counts, chance, count, generator, lifted, odds_that, spread_of

MISSED = 0.3
RELIABLE = 0.8
BEFORE = 120
"""Minutes: how long before a habit its anchor is done at most."""
RECENT = 28
LIFT, LIFT_SPREAD = 0.45, 0.4
STACKED = 0.1
"""What is added to the lift of a plan that hangs on a habit of one's own."""


class Anchor(NamedTuple):
    """A habit to hang another one on: how many minutes before, and how reliable it is."""

    habit_id: int
    minutes: int
    counts: Counts


def stack(facts: Facts, others: Sequence[Facts]) -> Candidate | None:
    """Do it right after a reliable habit that comes before it anyway."""
    if not _wanting(facts):
        return None
    anchors = [found for other in others if (found := _anchor(facts, other)) is not None]
    if not anchors:
        return None
    best = max(anchors, key=lambda one: (one.counts.mean, -one.minutes))
    evidence = {"anchor_done": round(best.counts.hits), "anchor_days": round(sum(best.counts)), "minutes": best.minutes}
    return _lifted(facts, Kind.STACK, Patch(anchor=best.habit_id), evidence, LIFT + STACKED)


def if_then(facts: Facts) -> Candidate | None:
    """Say when and where: at the time at which it mostly happens."""
    if not _wanting(facts) or facts.usual is None:
        return None
    return _lifted(facts, Kind.CUE, Patch(at=facts.usual), {"at": facts.usual}, LIFT)


def _wanting(facts: Facts) -> bool:
    """Whether it is often missed, and nothing says when it is to be done."""
    return facts.kind == "build" and not facts.subject.cue and 1 - count(facts.chances[-RECENT:]).mean >= MISSED


def _anchor(facts: Facts, other: Facts) -> Anchor | None:
    mine, theirs = facts.usual, other.usual
    if mine is None or theirs is None or not 0 <= mine - theirs <= BEFORE or other.habit_id == facts.habit_id:
        return None
    if other.kind == "limit" or other.off or not other.timed or other.per_week < facts.per_week:
        return None
    counts = count(other.chances[-RECENT:])
    reliable = sum(counts) >= RECENT / 2 and counts.hits >= RELIABLE * sum(counts)
    return Anchor(other.habit_id, mine - theirs, counts) if reliable else None


def _lifted(facts: Facts, kind: Kind, patch: Patch, evidence: Evidence, lift: float) -> Candidate:
    recent = count(facts.chances[-RECENT:])
    rng = generator(facts.habit_id, 5)
    now = chance(rng, recent)
    after = lifted(now, rng.normal(lift, LIFT_SPREAD, len(now)))
    draws = facts.per_week * (after - now)
    told = {"missed": round(recent.misses), "days": round(sum(recent)), **evidence}
    return Candidate(
        facts.habit_id, kind, patch, told, spread_of(draws), odds_that(draws > 0),
        float(now.mean()), float(after.mean()), facts.yardstick,
    )  # fmt: skip
