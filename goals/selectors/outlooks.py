"""What lies ahead of a goal: the chances that are left, and the forecast, which is kept until something moves it."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import blake2s

from django.core.cache import cache

from goals.domain.ahead import days_ahead
from goals.domain.forecast import horizon
from goals.domain.goal import MILLI, Measure
from goals.domain.outlook import forecast_goal
from goals.domain.pace import Pace, needed_pace, safety_buffer
from goals.domain.paths import seed_of
from goals.domain.streaks import Running
from goals.domain.summary import Forecast
from goals.selectors.readings import Reading, Strand
from habits.domain.plan import plan_on
from habits.domain.schedule import Monthly, Rolling, Weekly

KEPT_SECONDS = 26 * 3600
Days = Sequence[int]


@dataclass(frozen=True, slots=True)
class Demand:
    """What the goal asks for from here on; both None without a deadline."""

    pace: Pace | None
    buffer: int | None


def chances_of(reading: Reading, first: date, last: int) -> list[Days]:
    """For each strand, the ordinals of the days first..last that can bring the goal forward."""
    return [_chances(reading.measure, strand, first.toordinal(), last) for strand in reading.strands]


def merged(strands: Sequence[Days]) -> Days:
    """The days of all strands, ascending, each once."""
    return strands[0] if len(strands) == 1 else sorted(set().union(*strands))


def demand_of(reading: Reading, amount: int, remaining: int) -> Demand:
    """The pace that is needed and the days to spare, for an amount (thousandths) that is there and one that is not."""
    spec, today = reading.spec, reading.today.toordinal()
    if spec.deadline is None:
        return Demand(None, None)
    strands = chances_of(reading, spec.starts_on, spec.deadline.toordinal())
    open_days = [_still_open(days, strand, today) for days, strand in zip(strands, reading.strands, strict=True)]
    left = merged(open_days)
    steps = left if spec.measure is Measure.STREAK else merged(strands)
    return Demand(needed_pace(spec, remaining, left, today), safety_buffer(spec, amount, steps, today))


def forecast_of(reading: Reading) -> Forecast:
    """What is to be expected; kept in the cache under all that it rests on, so that it is never out of date."""
    key = _cache_key(reading)
    known = cache.get(key) if key else None
    if isinstance(known, Forecast):
        return known
    made = _made(reading)
    if key:
        cache.set(key, made, KEPT_SECONDS)
    return made


def _made(reading: Reading) -> Forecast:
    last = horizon(reading.today, reading.spec.deadline)
    return forecast_goal(
        reading.spec,
        reading.state,
        reading.today,
        [_chances(reading.measure, strand, strand.facts.open_from, last) for strand in reading.strands],
        seed=seed_of(f"goal:{reading.goal.pk}"),
        usual=[_usual(strand, reading.today) for strand in reading.strands],
        running=_running(reading),
    )


def _cache_key(reading: Reading) -> str:
    if not reading.basis:
        return ""
    open_from = [strand.facts.open_from for strand in reading.strands]
    tallies = [repr(strand.past.tally()) for strand in reading.strands if strand.past and reading.measure == "streak"]
    told = [reading.basis, reading.state.to_json(), reading.today.isoformat(), open_from, tallies]
    return f"forecast:{reading.goal.pk}:{blake2s(json.dumps(told).encode(), digest_size=16).hexdigest()}"


def _chances(measure: Measure, strand: Strand, first: int, last: int) -> Days:
    if strand.past is None:
        return range(first, last + 1)
    return days_ahead(strand.past.rules, measure, first, last)


def _still_open(days: Days, strand: Strand, today: int) -> Days:
    """The days without those from today on that are settled already."""
    return [*days[: bisect_left(days, today)], *days[bisect_left(days, max(today, strand.facts.open_from)) :]]


def _usual(strand: Strand, today: date) -> int:
    """What one day of a habit that was never done would bring, in thousandths: what its plan asks of it."""
    if strand.past is None:
        return MILLI
    plan = plan_on(strand.past.rules, today)
    match plan.schedule:
        case Weekly(times=None):
            days = 7
        case Monthly(times=None):
            days = 30
        case Rolling(times=None, days=window):
            days = window
        case _:
            days = 1
    return max(1, (plan.target or MILLI) // days)


def _running(reading: Reading) -> Running | None:
    strand = next(iter(reading.strands), None)
    if reading.measure is not Measure.STREAK or strand is None or strand.past is None:
        return None
    tally = strand.past.tally()
    with_freezes = plan_on(strand.past.rules, reading.today).freezes
    return Running(tally.current, tally.freezes, tally.run, with_freezes)
