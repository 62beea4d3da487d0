"""Asking for less where it is too much, and for more where it has become easy.

The lower target follows what works in trials of adaptive goals: the 60th percentile of the last nine, within reach and
still a stretch (Adams et al. 2013, "An adaptive physical activity intervention"). Where a day cannot be made smaller,
the number of days is.
"""

from __future__ import annotations

from math import ceil, floor

import numpy as np

from analytics.domain.suggestions.candidate import Candidate, Kind, Patch
from analytics.domain.suggestions.facts import MILLI, Facts, period_of, times_of
from analytics.domain.suggestions.posterior import (
    Counts,
    Floats,
    below,
    chance,
    count,
    generator,
    lifted,
    odds_that,
    spread_of,
)
from habits.domain.plan import Plan
from habits.domain.schedule import DaySchedule, Monthly, Rolling, Schedule, Weekly

LOW, LOW_BOUND = 0.35, 0.5
HIGH_BOUND = 0.85
LOOKED_AT = 9
"""Days, or periods, of which the 60th percentile is taken."""
RANK = 5
"""Where the 60th percentile of nine stands, counted from 0."""
LEAST_RAISE, MOST_RAISE, MOST_WHOLE_RAISE = 1.10, 1.15, 1.25
EASIER, EASIER_SPREAD = 0.35, 0.35
"""What less to do is thought to bring, in logits. Set by judgement; what it did bring is measured afterwards."""


def lower(facts: Facts) -> Candidate | None:
    """A smaller target, or fewer days, where two weeks went badly. Limits are loosened likewise."""
    recent = _recent(facts, 14, 6)
    rng = generator(facts.habit_id, 1)
    if recent.mean >= LOW or below(chance(rng, recent), 0.8) >= LOW_BOUND:
        return None
    if facts.check or (times_of(facts.plan) or 0) > 1:
        return _fewer_days(facts, recent, rng)
    return _smaller(facts, recent, rng)


def raise_target(facts: Facts) -> Candidate | None:
    """A larger amount (for a limit: a lower one) where three weeks went almost without a miss.

    Who does more than that anyway gains nothing by it, so that no certainty of a gain comes of it.
    """
    recent = _recent(facts, 21, 10)
    rng = generator(facts.habit_id, 2)
    now = chance(rng, recent)
    target = _raised(facts)
    if facts.check or target is None or below(now, 0.1) <= HIGH_BOUND:
        return None
    reached = count(_reached(facts, target)[-28:])
    already = chance(rng, reached)
    carried = rng.beta(2, 2, len(now))  # how much of the present rate a little more to do leaves
    after = already + carried * np.maximum(now - already, 0)
    draws = _a_week(facts) * (after - already)
    evidence = _rate(recent) | {
        "target": facts.plan.target, "proposed": target, "reached": int(reached.hits), "days": round(sum(reached)),
    }  # fmt: skip
    return Candidate(
        facts.habit_id, Kind.RAISE, Patch(target=target), evidence, spread_of(draws), odds_that(draws > 0),
        recent.mean, float(np.median(after)), _yardstick(facts, target),
    )  # fmt: skip


def _recent(facts: Facts, days: int, least: int) -> Counts:
    """The units of the last so many days, or as many more as make the least number of units."""
    within = int(facts.units[-days:].sum())
    recent = facts.outcomes[-max(within, least) :]
    if isinstance(facts.plan.schedule, Rolling):
        # Windows overlap: of as many days, only every so many are news.
        recent = recent[:: -facts.plan.schedule.days][::-1]
    return count(recent)


def _a_week(facts: Facts) -> float:
    """How often a week the target is asked for."""
    return 7 / period_of(facts.plan) if facts.total else facts.per_week


def _rate(recent: Counts) -> dict[str, int | float]:
    return {"kept": round(recent.hits), "units": round(recent.hits + recent.misses)}


def _smaller(facts: Facts, recent: Counts, rng: np.random.Generator) -> Candidate | None:
    target, tiny = _lowered(facts)
    if target is None:
        return None
    asked = count(_reached(facts, facts.plan.target)[-28:])
    between = count(_reached(facts, target)[-28:]).hits - asked.hits
    now = chance(rng, asked)
    # Of the days that fall short today, those that reach the new target; the rest may follow, as it is easier to begin.
    near = (1 - now) * chance(rng, Counts(between, max(0.0, asked.misses - between)))
    after = lifted(now + near, _easier(rng, len(now)))
    draws = _a_week(facts) * (after - now)
    evidence = _rate(recent) | {
        "target": facts.plan.target, "proposed": target, "reached": int(asked.hits + between),
        "days": round(asked.hits + asked.misses),
    }  # fmt: skip
    return Candidate(
        facts.habit_id, Kind.TINY if tiny else Kind.LOWER, Patch(target=target), evidence, spread_of(draws),
        odds_that(draws > 0), recent.mean, float(np.median(after)), _yardstick(facts, target),
    )  # fmt: skip


def _fewer_days(facts: Facts, recent: Counts, rng: np.random.Generator) -> Candidate | None:
    periods = facts.blocks(facts.done, LOOKED_AT)
    most = times_of(facts.plan) or ceil(facts.per_week)
    if facts.kind == "limit" or most < 2 or len(periods) < 4:
        return None
    times = max(1, min(most - 1, _percentile(periods)))
    now = chance(rng, count(facts.chances, 28))
    draws = facts.per_week * (lifted(now, _easier(rng, len(now))) - now)
    enough = count([done >= times for done in periods])
    evidence = _rate(recent) | {"times": times, "of": most, "enough": int(enough.hits), "periods": len(periods)}
    evidence["period"] = period_of(facts.plan)
    return Candidate(
        facts.habit_id, Kind.LOWER, Patch(schedule=_times_schedule(facts.plan, times)), evidence, spread_of(draws),
        odds_that(draws > 0), recent.mean, enough.mean, facts.yardstick,
    )  # fmt: skip


def _times_schedule(plan: Plan, times: int) -> Schedule:
    match plan.schedule:
        case Monthly():
            return Monthly(times)
        case Rolling():
            return Rolling(plan.schedule.days, times)
        case _:
            return Weekly(times)


def _easier(rng: np.random.Generator, size: int) -> Floats:
    return rng.normal(EASIER, EASIER_SPREAD, size)


def _lowered(facts: Facts) -> tuple[int | None, bool]:
    """A target that the last nine make reachable, and whether it is a tiny beginning because they hold almost nothing.

    None where there is no easier one.
    """
    target = facts.plan.target
    found = facts.blocks(facts.amounts, LOOKED_AT) if facts.total else _last_amounts(facts)
    if len(found) < LOOKED_AT and (not facts.total or len(found) < 3):
        return None, False
    if facts.kind == "limit":
        loosened = _tidy(sorted(found)[len(found) - 1 - min(RANK, len(found) - 1)], facts, up=True)
        return (loosened, False) if loosened > target else (None, False)
    reached = _tidy(_percentile(found), facts, up=False)
    least = max(_tidy(target // 5, facts, up=True), 1)
    wanted = min(max(reached, least), target)
    return (wanted, wanted > reached) if wanted < target else (None, False)


def _raised(facts: Facts) -> int | None:
    """The roundest target 10 to 15 % further; for whole numbers the next one, if that is not too far."""
    target = facts.plan.target
    if not isinstance(facts.plan.schedule, DaySchedule) and not facts.total:
        return None
    if facts.kind == "limit":
        return _tightened(facts) if target else None
    if facts.whole and not facts.total:
        found = ceil(target * LEAST_RAISE / MILLI) * MILLI
        return found if found <= target * MOST_WHOLE_RAISE else None
    return _roundest(ceil(target * LEAST_RAISE), floor(target * MOST_RAISE))


def _tightened(facts: Facts) -> int | None:
    target = facts.plan.target
    if facts.whole:
        found = floor(target * (2 - LEAST_RAISE) / MILLI) * MILLI
        return found if found >= target * (2 - MOST_WHOLE_RAISE) else None
    return _roundest(ceil(target * (2 - MOST_RAISE)), floor(target * (2 - LEAST_RAISE)))


def _roundest(low: int, high: int) -> int | None:
    """The multiple of the largest step 1, 2 or 5 times a power of ten within low..high; None where they cross."""
    steps = [base * 10**power for power in range(12, -1, -1) for base in (5, 2, 1)]
    return next((ceil(low / step) * step for step in steps if ceil(low / step) * step <= high), None)


def _last_amounts(facts: Facts) -> list[int]:
    return [int(amount) for amount in facts.amounts[facts.asked == 1][-LOOKED_AT:]]


def _percentile(found: list[int]) -> int:
    """The 60th percentile: the nearest rank of nine, or of fewer."""
    return sorted(found)[min(len(found) - 1, ceil(0.6 * len(found)) - 1)]


def _tidy(amount: int, facts: Facts, *, up: bool) -> int:
    """The amount with two figures, or in whole numbers where all amounts are whole."""
    step = MILLI if facts.whole else max(1, 10 ** (len(str(max(amount, 1))) - 2))
    return (ceil if up else floor)(amount / step) * step


def _reached(facts: Facts, target: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Whether each day asked for (for a total: each period, the oldest first) reached a target."""
    if facts.total:
        found = np.array(facts.blocks(facts.amounts, LOOKED_AT)[::-1], dtype=np.int64)
    else:
        found = facts.amounts[facts.asked == 1]
    return found <= target if facts.kind == "limit" else found >= target


def _yardstick(facts: Facts, target: int) -> int:
    """What a day must reach to count: the target, or where that is a period's, anything at all."""
    return facts.yardstick if facts.total else target
