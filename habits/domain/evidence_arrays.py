"""`evidence` for many habits at once: one closed day folded into each, to the same bytes as one by one."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from habits.domain import evidence as fold

Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]
States = NDArray[np.void]

# numpy's names for the struct codes of the packed form
_CODES: Final = {"B": "u1", "H": "<u2", "h": "<i2", "I": "<u4"}
PACKED: Final = np.dtype([(name, _CODES[code], (count,) if count > 1 else ()) for name, code, count in fold.LAYOUT])
NO_MINUTE: Final = -1

_RATE_GAINS: Final = np.array(fold.RATE_GAINS, dtype=np.int64)
_CONTEXT_GAINS: Final = np.array(fold.CONTEXT_GAINS, dtype=np.int64)
_WEEKDAY_GAINS: Final = np.array(fold.WEEKDAY_GAINS, dtype=np.int64)
_TIME_WEIGHTS: Final = np.array(fold.TIME_WEIGHTS, dtype=np.int64)
_LAPSE_CONTEXT: Final = np.array(fold.LAPSE_CONTEXT, dtype=np.int64)
_STREAK_CONTEXT: Final = np.array(fold.STREAK_CONTEXT, dtype=np.int64)


def can_follow(states: States, day: int) -> Flags:
    """Whether the day (ordinal) comes after all that each state has seen; those that have seen nothing are left out."""
    at = day - states["first_day"].astype(np.int64)
    started: Flags = states["first_day"] != 0
    return started & (at > states["last_day"]) & (at <= fold.DAY_LIMIT)


def observe_all(states: States, day: int, asked: Flags, done: Flags, minute: Ints) -> None:
    """Fold one closed day (ordinal) into each state, in place; see `observe_days`. All of them must be able to follow.

    `minute` is NO_MINUTE where none is known.
    """
    at = day - states["first_day"].astype(np.int64)
    step = np.minimum(at - states["last_day"], fold.CALENDAR_DAYS)
    states["last_day"] = at
    for mask, holds in (("due_mask", asked), ("done_mask", done)):
        states[mask] = (states[mask].astype(np.int64) << step & fold.CALENDAR) | holds
    states["last_done"] = np.where(done, at + 1, states["last_done"])
    states["last_due"] = np.where(asked, at + 1, states["last_due"])
    timed = np.flatnonzero((minute != NO_MINUTE) & (asked | done))
    if len(timed):
        states[timed] = _with_times(states[timed], minute[timed])
    counted = np.flatnonzero(asked)
    if len(counted):
        states[counted] = _with_outcomes(states[counted], (day - 1) % 7, ~done[counted])


def _with_times(states: States, minute: Ints) -> States:
    rows = np.arange(len(states))
    full = states["time_step"] == len(_TIME_WEIGHTS)
    states["time_bins"] >>= full[:, None].astype(np.uint8)
    step = np.where(full, 0, states["time_step"])
    hour = minute // 60
    heavier = states["time_bins"][rows, hour].astype(np.int64) + _TIME_WEIGHTS[step]
    states["time_bins"][rows, hour] = np.minimum(heavier, fold.COUNT_TOP)
    states["time_step"] = step + 1
    return states


def _with_outcomes(states: States, weekday: int, miss: Flags) -> States:
    count = states["due_units"].astype(np.int64)
    target = np.where(miss, fold.TOP, 0)
    rates = states["rates"].astype(np.int64)
    _add_contexts(states, target, np.flatnonzero(count))
    _add_weekday(states, weekday, target, np.where(count > 0, rates[:, fold.EXPECTED], target))
    gains = _RATE_GAINS[np.minimum(count, len(_RATE_GAINS) - 1)]
    states["rates"] = rates + ((target[:, None] - rates) * gains >> 16)
    states["due_units"] = count + 1
    states["recent"] = (states["recent"].astype(np.int64) << 1 | miss) & fold.RECENT
    _add_runs(states, miss)
    return states


def _add_contexts(states: States, target: Ints, rows: Ints) -> None:
    recent = states["recent"][rows] & fold.PATTERN
    lapse, streak = states["lapse"][rows], states["streak"][rows]
    run = np.where(
        lapse > 0,
        _LAPSE_CONTEXT[np.minimum(lapse, fold.LAPSE_LAST)],
        _STREAK_CONTEXT[np.minimum(streak, fold.STREAK_LAST)],
    )
    rates, counts = states["context_rate"], states["context_count"]
    for context in (recent.astype(np.int64), run):
        rate, seen = rates[rows, context].astype(np.int64), counts[rows, context].astype(np.int64)
        rates[rows, context] = rate + ((target[rows] - rate) * _CONTEXT_GAINS[seen] >> 16)
        counts[rows, context] = np.minimum(seen + 1, fold.COUNT_TOP)


def _add_weekday(states: States, weekday: int, target: Ints, expected: Ints) -> None:
    seen = states["weekday_count"][:, weekday].astype(np.int64)
    deviation = states["weekday_dev"][:, weekday].astype(np.int64)
    moved = ((target - expected >> 1) - deviation) * _WEEKDAY_GAINS[seen] >> 16
    states["weekday_dev"][:, weekday] = deviation + moved
    states["weekday_count"][:, weekday] = np.minimum(seen + 1, fold.COUNT_TOP)
    recent = states["weekday_recent"][:, weekday].astype(np.int64)
    states["weekday_recent"][:, weekday] = (recent << 1 | target & 1) & fold.TOP


def _add_runs(states: States, miss: Flags) -> None:
    streak, lapse = states["streak"].astype(np.int64), states["lapse"].astype(np.int64)
    states["misses"] += miss
    states["last_streak"] = np.where(miss & (streak > 0), streak, states["last_streak"])
    states["last_lapse"] = np.where(~miss & (lapse > 0), lapse, states["last_lapse"])
    states["streak"] = np.where(miss, 0, streak + 1)
    states["lapse"] = np.where(miss, lapse + 1, 0)
    states["longest"] = np.maximum(states["longest"], states["streak"])
