"""Fewer reminders, where the habit stands on its own feet."""

from __future__ import annotations

from analytics.domain.suggestions.candidate import Candidate, Kind, Patch
from analytics.domain.suggestions.facts import Facts
from analytics.domain.suggestions.posterior import Counts, chance, count, generator, odds_that, spread_of

STABLE = 60
STEADY = 0.8
CERTAIN = 0.9
LEAST_COMPARED = 7
NOTHING = 0.1
"""A difference of the chance that is not worth a reminder."""


def fewer_reminders(facts: Facts) -> Candidate | None:
    """Where sixty days went well, and days without a reminder no worse than days with one.

    Only days on which a draw decided are compared: reminders go to days on which it is less likely anyway.
    """
    reminded = facts.subject.reminded
    recent = facts.chances[-STABLE:]
    if reminded is None or len(facts.units) < STABLE or min(reminded.sent, reminded.held) < LEAST_COMPARED:
        return None
    rng = generator(facts.habit_id, 9)
    half = len(recent) // 2
    steady = [odds_that(chance(rng, count(part)) > STEADY) >= CERTAIN for part in (recent[:half], recent[half:])]
    sent = chance(rng, Counts(reminded.sent_done, reminded.sent - reminded.sent_done))
    held = chance(rng, Counts(reminded.held_done, reminded.held - reminded.held_done))
    if not all(steady):
        return None
    draws = facts.per_week * (held - sent)
    now = count(recent).mean
    evidence = {
        "days": len(recent), "kept": int(recent.sum()), "sent_done": reminded.sent_done, "sent": reminded.sent,
        "held_done": reminded.held_done, "held": reminded.held,
    }  # fmt: skip
    return Candidate(
        facts.habit_id, Kind.REMINDERS, Patch(fewer_reminders=True), evidence, spread_of(draws),
        odds_that(sent - held < NOTHING), now, now, facts.yardstick,
    )  # fmt: skip
