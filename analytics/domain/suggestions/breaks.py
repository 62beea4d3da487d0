"""What follows a miss: room for it in the plan, a day to come back on, or a pause."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

import numpy as np

from analytics.domain.suggestions.candidate import Candidate, Kind, Measure, Patch
from analytics.domain.suggestions.facts import Bools, Facts
from analytics.domain.suggestions.posterior import Counts, chance, count, generator, lifted, odds_that, spread_of
from habits.domain.schedule import Weekdays, Weekly

CERTAIN = 0.8
AFTER = 7
"""Days after a break in which it shows whether one drops off."""
LEAST_BREAKS = 2
RUN = 3
"""Days in a row that make a streak worth the name."""
SOON_LIFT, SOON_SPREAD = 0.35, 0.35
"""What a day to come back on is thought to bring, in logits. Set by judgement."""
CARRIED = (2.0, 3.0)
"""A Beta distribution: how much of a drop-off is spared by not having broken. Set by judgement."""
MOST_MISSES = 3
KEPT = 0.5
"""The share of days that must have been done before the misses: what mostly is not done is nothing to return to."""
SILENCE = 10
FIVE = 5


class DropOff(NamedTuple):
    """How often there was a break, and how it went after those breaks and otherwise."""

    breaks: int
    after: Counts
    usual: Counts


def slack(facts: Facts) -> Candidate | None:
    """Freezes, or five days a week instead of every day, where a broken streak is followed by giving up."""
    patch = _more_room(facts)
    if patch is None:
        return None
    found = drop_off(facts.chances)
    rng = generator(facts.habit_id, 6)
    after, usual = chance(rng, found.after), chance(rng, found.usual)
    if found.breaks < LEAST_BREAKS or odds_that(after < usual) < CERTAIN:
        return None
    spent = sum(found.after) / max(1, len(facts.chances))
    draws = facts.per_week * spent * (usual - after) * rng.beta(*CARRIED, len(after))
    now = count(facts.chances, 28).mean
    evidence = {
        "breaks": found.breaks, "after_done": round(found.after.hits), "after": round(sum(found.after)),
        "usual_done": round(found.usual.hits), "usual": round(sum(found.usual)),
    }  # fmt: skip
    gain = float(draws.mean()) / max(facts.per_week, 1)
    return Candidate(
        facts.habit_id, Kind.SLACK, patch, evidence, spread_of(draws), odds_that(draws > 0),
        now, min(1.0, now + gain), facts.yardstick,
    )  # fmt: skip


def plan_the_return(facts: Facts) -> Candidate | None:
    """A day to start afresh, after one to three misses of something that used to work."""
    chances = facts.chances
    missed = trailing_misses(chances)
    if facts.kind == "limit" or facts.total or not 1 <= missed <= MOST_MISSES or len(chances) - missed < 2:
        return None
    before = chances[:-missed]
    again, usual = _after_misses(before)
    rng = generator(facts.habit_id, 7)
    now, mostly = chance(rng, again), chance(rng, usual)
    if before.mean() < KEPT or sum(again) < LEAST_BREAKS or odds_that(now < mostly) < CERTAIN:
        return None
    after = lifted(now, rng.normal(SOON_LIFT, SOON_SPREAD, len(now)))
    draws = facts.per_week * (after - now)
    back_on = fresh_start(date.fromordinal(facts.today))
    evidence = {
        "missed": missed, "again_done": round(again.hits), "again": round(sum(again)),
        "usual_done": round(usual.hits), "usual": round(sum(usual)),
    }  # fmt: skip
    return Candidate(
        facts.habit_id, Kind.RETURN, Patch(back_on=back_on), evidence, spread_of(draws), odds_that(draws > 0),
        float(now.mean()), float(after.mean()), facts.yardstick,
    )  # fmt: skip


def pause(facts: Facts) -> Candidate | None:
    """A pause, after ten days of silence: nothing said, neither done nor skipped."""
    recent = facts.asked[-SILENCE:]
    silent = len(recent) == SILENCE and not facts.said[-SILENCE:].any()
    if facts.kind == "limit" or not silent or not facts.said.any() or recent.sum() == 0:
        return None
    rng = generator(facts.habit_id, 8)
    # Of the days after such a silence; without a past of them, one day in four is thought to be taken up again.
    now = chance(rng, count(facts.chances[-28:], 5), Counts(1, 3))
    spared = facts.per_week * (1 - now)
    said = np.flatnonzero(facts.said)
    evidence = {"silent": len(facts.said) - 1 - int(said[-1]), "asked": int(facts.asked[int(said[-1]) + 1 :].sum())}
    return Candidate(
        facts.habit_id, Kind.PAUSE, Patch(pause=True), evidence, spread_of(spared), odds_that(now < 0.5),
        float(now.mean()), 1.0, facts.yardstick, Measure.MISSES,
    )  # fmt: skip


def drop_off(chances: Bools) -> DropOff:
    """The days that follow a break of a streak, against all the others (the misses that broke it left out)."""
    after, usual = [0, 0], [0, 0]
    breaks, run, since = 0, 0, AFTER
    for hit in chances.tolist():
        broke = not hit and run >= RUN
        if broke:
            breaks += 1
            since = 0
        elif since < AFTER:
            after[not hit] += 1
            since += 1
        else:
            usual[not hit] += 1
        run = run + 1 if hit else 0
    return DropOff(breaks, Counts(*after), Counts(*usual))


def trailing_misses(chances: Bools) -> int:
    """How many of the last days in a row were missed."""
    hits = np.flatnonzero(chances)
    return len(chances) - 1 - int(hits[-1]) if len(hits) else len(chances)


def fresh_start(today: date) -> date:
    """The next Monday or first of a month, today included (Dai, Milkman and Riis 2014, "The fresh start effect")."""
    return next(day for ahead in range(7) if (day := today + timedelta(days=ahead)).weekday() == 0 or day.day == 1)


def _after_misses(chances: Bools) -> tuple[Counts, Counts]:
    """How it went on days after a miss, and on days after a hit."""
    previous, now = chances[:-1], chances[1:]
    return count(now[~previous]), count(now[previous])


def _more_room(facts: Facts) -> Patch | None:
    """Freezes where there are none, else five days a week instead of every day."""
    if facts.kind == "limit" or facts.total:
        return None
    if not facts.plan.freezes:
        return Patch(freezes=True)
    daily = isinstance(facts.plan.schedule, Weekdays) and len(facts.plan.schedule.days) == 7
    return Patch(schedule=Weekly(FIVE)) if daily else None
