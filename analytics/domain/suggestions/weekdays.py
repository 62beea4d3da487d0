"""A weekday that does not work: another one instead, or none.

Seven days looked at find a worst one by luck alone; the evidence for it has to be as much stronger (Bonferroni).
"""

from __future__ import annotations

import numpy as np

from analytics.domain.suggestions.candidate import Candidate, Kind, Measure, Patch
from analytics.domain.suggestions.facts import Facts
from analytics.domain.suggestions.posterior import Counts, Floats, chance, count, generator, odds_that, spread_of
from habits.domain.schedule import Weekdays

GAP = 0.25
DOUBT = 0.05
HALF_LIFE = 16
"""In weeks: how fast a weekday's past fades."""
LEAST_TIMES = 4
NEW_DAY = 6.0
"""How many imagined days a weekday without a past is worth; they go as the other days do."""


def change_days(facts: Facts) -> Candidate | None:
    """Move the weekday on which it fails to a free one; a daily habit leaves it out."""
    schedule = facts.plan.schedule
    if not isinstance(schedule, Weekdays) or len(schedule.days) < 2:
        return None
    by_day = {day: _counts(facts, day) for day in schedule.days}
    known = [day for day in schedule.days if sum(by_day[day]) >= LEAST_TIMES * 0.8]
    if len(known) < 2:
        return None
    worst = min(known, key=lambda day: by_day[day].mean)
    others = _together([by_day[day] for day in known if day != worst])
    if others.mean - by_day[worst].mean < GAP:
        return None
    rng = generator(facts.habit_id, 3)
    bad, good = chance(rng, by_day[worst]), chance(rng, others)
    if odds_that(bad < good) < 1 - DOUBT / len(known):
        return None
    if len(schedule.days) == 7:
        return _without(facts, worst, bad, good)
    return _moved(facts, worst, (bad, good), others, rng)


def _counts(facts: Facts, day: int) -> Counts:
    there = (facts.weekdays() == day) & (facts.asked == 1)
    return count(facts.done[there] == 1, HALF_LIFE)


def _together(counts: list[Counts]) -> Counts:
    return Counts(sum(one.hits for one in counts), sum(one.misses for one in counts))


def _without(facts: Facts, worst: int, bad: Floats, good: Floats) -> Candidate:
    """Six days: what was missed on the seventh is no miss any more, and no gain in days either."""
    days = tuple(day for day in range(1, 8) if day != worst)
    spared = 1 - bad
    # It pays where leaving the day out costs less than it spares.
    return Candidate(
        facts.habit_id, Kind.DAYS, Patch(schedule=Weekdays(days)), _evidence(facts, worst), spread_of(spared),
        odds_that(spared > bad), float((6 * good + bad).mean() / 7), float(good.mean()), facts.yardstick,
        Measure.MISSES,
    )  # fmt: skip


def _moved(
    facts: Facts, worst: int, draws: tuple[Floats, Floats], others: Counts, rng: np.random.Generator
) -> Candidate:
    schedule = facts.plan.schedule
    assert isinstance(schedule, Weekdays)  # noqa: S101 - told by the caller
    bad, good = draws
    free = _free_day(facts, schedule, worst)
    there = chance(rng, Counts(others.mean * NEW_DAY, (1 - others.mean) * NEW_DAY))
    left = tuple(day for day in schedule.days if day != worst)
    days, weight = tuple(sorted((*left, free))), len(left)
    return Candidate(
        facts.habit_id, Kind.DAYS, Patch(schedule=Weekdays(days)), _evidence(facts, worst) | {"instead": free},
        spread_of(there - bad), odds_that(there > bad), float((weight * good + bad).mean() / (weight + 1)),
        float((weight * good + there).mean() / (weight + 1)), facts.yardstick,
    )  # fmt: skip


def _free_day(facts: Facts, schedule: Weekdays, worst: int) -> int:
    """The free weekday on which it was done most often unasked, else the one that is furthest from the others."""
    free = [day for day in range(1, 8) if day not in schedule.days]
    left = [day for day in schedule.days if day != worst]
    weekdays = facts.weekdays()
    unasked = {day: int(((facts.amounts > 0) & (facts.asked == 0) & (weekdays == day)).sum()) for day in free}
    apart = {day: min(min((day - one) % 7, (one - day) % 7) for one in left) for day in free}
    return max(free, key=lambda day: (unasked[day], apart[day], -day))


def _evidence(facts: Facts, worst: int) -> dict[str, int | float]:
    asked = facts.asked == 1
    there = asked & (facts.weekdays() == worst)
    others = asked & ~there
    return {
        "weekday": worst,
        "done": int(facts.done[there].sum()),
        "times": int(there.sum()),
        "others_done": int(facts.done[others].sum()),
        "others": int(others.sum()),
    }
