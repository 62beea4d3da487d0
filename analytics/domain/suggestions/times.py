"""A time of day that works better: a window, not a minute.

A window's completion is the share of days, of those still open when it begins, on which the habit is then done within
it. That is fair to late windows, which only get what the earlier ones left.
"""

from __future__ import annotations

from datetime import time
from typing import NamedTuple

import numpy as np

from analytics.domain.suggestions.candidate import Candidate, Kind, Patch
from analytics.domain.suggestions.facts import UNKNOWN, Facts
from analytics.domain.suggestions.posterior import Counts, chance, count, generator, odds_that, spread_of

LENGTH = 180
"""Minutes of a window; there are eight, from midnight on."""
LOOKED_BACK = 90
CERTAIN = 0.9
LEAST_OPEN = 10
LEAST_DONE = 5
CARRIED = (2.0, 4.0)
"""A Beta distribution: how much of the better window's lead moves along with the time. Set by judgement."""
_HALF_HOUR = 30


class Window(NamedTuple):
    """A window and its days: how often done in it, and how often it passed while the day was still open."""

    begin: int
    counts: Counts


def change_time(facts: Facts) -> Candidate | None:
    """Aim for the window in which an open day is most often done, where a time is set and that is another one."""
    preferred = facts.plan.preferred_time
    windows = _windows(facts)
    if preferred is None or facts.kind == "limit":
        return None
    minute = preferred.hour * 60 + preferred.minute
    mine = next(one for one in windows if one.begin <= minute < one.begin + LENGTH)
    others = [one for one in windows if one is not mine and _known(one)]
    if not others or sum(mine.counts) < LEAST_OPEN:
        return None
    best = max(others, key=lambda one: one.counts.mean)
    rng = generator(facts.habit_id, 4)
    here, there = chance(rng, mine.counts), chance(rng, best.counts)
    if odds_that(there > here) < 1 - (1 - CERTAIN) / len(others):
        return None
    now = chance(rng, count(facts.chances[-LOOKED_BACK:], 28))
    after = now + (1 - now) * (there - here) * rng.beta(*CARRIED, len(now))
    draws = facts.per_week * (after - now)
    evidence = {
        "from": best.begin, "to": best.begin + LENGTH, "at": minute,
        "done": round(best.counts.hits), "open": round(sum(best.counts)),
        "done_now": round(mine.counts.hits), "open_now": round(sum(mine.counts)),
    }  # fmt: skip
    return Candidate(
        facts.habit_id, Kind.TIME, Patch(preferred_time=_usual(facts, best.begin)), evidence, spread_of(draws),
        odds_that(draws > 0), float(now.mean()), float(after.mean()), facts.yardstick,
    )  # fmt: skip


def _known(window: Window) -> bool:
    return sum(window.counts) >= LEAST_OPEN and window.counts.hits >= LEAST_DONE


def _windows(facts: Facts) -> list[Window]:
    asked = facts.asked[-LOOKED_BACK:] == 1
    done, minutes = facts.done[-LOOKED_BACK:] == 1, facts.minutes[-LOOKED_BACK:]
    counted = asked & (~done | (minutes != UNKNOWN))
    at = np.where(done, minutes, 24 * 60)[counted]
    return [_window(at, begin) for begin in range(0, 24 * 60, LENGTH)]


def _window(at: np.ndarray[tuple[int], np.dtype[np.int64]], begin: int) -> Window:
    still_open = int((at >= begin).sum())
    hits = int(((at >= begin) & (at < begin + LENGTH)).sum())
    return Window(begin, Counts(hits, still_open - hits))


def _usual(facts: Facts, begin: int) -> time:
    """The usual time within a window, down to the half hour."""
    minutes = facts.minutes[-LOOKED_BACK:]
    within = minutes[(minutes >= begin) & (minutes < begin + LENGTH)]
    usual = max(begin, int(np.median(within)) // _HALF_HOUR * _HALF_HOUR)
    return time(usual // 60, usual % 60)
