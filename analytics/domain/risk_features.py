"""From packed evidence to the model's inputs, for any number of habits at once.

The same code serves one user's page and a nightly run over a million habits: states come as a structured array laid
over their packed bytes, habits of one user stand together, and everything is arithmetic on columns.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from habits.domain import evidence as fold
from habits.domain.evidence_arrays import PACKED

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
States = NDArray[np.void]

PRIOR: Final = 0.36  # miss rate of people whose logs we know, where nothing else is known
_LOWEST, _HIGHEST = 0.003, 0.997
_LAGS: Final = (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 20)
_SHORT: Final = (2, 5)  # half-lives read off the recent outcomes
_HALF: Final = 15  # bits looked up at a time
_WINDOWS: Final = (("1", 1), ("3", 3), ("14", 14))  # days of the user's other habits
_CORE: Final = (
    "rate_2", "rate_10", "rate_60", "lapse", "streak", "weekday", "pattern_1", "pattern_3", "run", "others_1",
    "silence", "units", "lag_0", "lifetime", "has_others",
)  # fmt: skip
PAIRS: Final = tuple((a, b) for i, a in enumerate(_CORE) for b in _CORE[i:])


@dataclass(frozen=True, slots=True)
class Inputs:
    """Columns by name for n habits, in FEATURES' order (n x features), and what else the forecast reads."""

    matrix: Floats
    staleness: Floats  # 0 fresh to 1: how far the evidence has aged since the last due day

    def column(self, name: str) -> Floats:
        """One feature of all habits. Raises KeyError for a name that is none."""
        column: Floats = self.matrix[:, COLUMN[name]]
        return column


def as_states(packed: bytes | bytearray | memoryview) -> States:
    """Concatenated packed evidence as a read-only structured array, without copying.

    Raises ValueError on a length that is no multiple of a state, or on another version of evidence.
    """
    states: States = np.frombuffer(packed, dtype=PACKED)
    if len(states) and (states["version"] != fold.VERSION).any():
        raise ValueError(f"evidence of a version other than {fold.VERSION}")
    return states


def build_inputs(states: States, today: Ints, owner: Ints) -> Inputs:
    """The inputs of each state for a due unit on ordinal day `today` (one per state).

    `owner` numbers the users and never falls: habits of one user stand together. States are folded to the day before.
    """
    base = _own_rates(states)
    columns = base | _own_lags(states) | _own_runs(states, today)
    columns |= _own_calendar(states, today, columns["expected"]) | _own_contexts(states, columns["expected"])
    columns |= _others(states, today, owner, columns["expected"], _weekday_parts(states, today))
    matrix = np.empty((len(states), len(FEATURES)), dtype=np.float32)
    for name, at in COLUMN.items():
        matrix[:, at] = columns[name]
    return Inputs(np.nan_to_num(matrix, copy=False), _staleness(states, today))


def weekday_inputs(states: States, today: Ints, at: Ints) -> dict[str, Floats]:
    """Of the inputs for ordinal day `today`, those that its weekday decides, by name; of one user's habits those `at`
    these places.
    """
    own = states[at]
    columns = _own_calendar(own, today[at], _own_rates(own)["expected"])
    owner = np.zeros(len(states), dtype=np.int64)
    return columns | {"others_weekday": _others_weekday(owner, _weekday_parts(states, today))[at]}


def logit(p: Floats) -> Floats:
    """Log odds of a probability."""
    odds: Floats = np.log(p / (1 - p))
    return odds


def _floats(values: NDArray[np.generic], scale: float = 1.0) -> Floats:
    return values.astype(np.float32) * np.float32(scale)


def _bounded_logit(p: Floats) -> Floats:
    return logit(np.clip(p, _LOWEST, _HIGHEST))


def _shrunk(rate: Floats, weight: Floats, towards: Floats | float, strength: float) -> Floats:
    shrunk: Floats = (rate * weight + towards * np.float32(strength)) / (weight + np.float32(strength))
    return shrunk


def _weight(count: NDArray[np.generic], decay: float) -> Floats:
    """Decayed count of so many outcomes."""
    return _floats((1 - np.float32(decay) ** count.astype(np.float32)) / np.float32(1 - decay))


@cache
def _decayed_bits(half_life: float, bits: int) -> Floats:
    """Sum of decay**k over the set bits k, for every pattern of this many bits."""
    table = np.zeros(1, dtype=np.float32)
    for k in range(bits):
        table = np.concatenate([table, table + np.float32(0.5 ** (k / half_life))])
    return table


def _short_rate(states: States, half_life: float) -> Floats:
    table = _decayed_bits(half_life, _HALF)
    recent = states["recent"]
    total = table[recent & ((1 << _HALF) - 1)] + np.float32(0.5 ** (_HALF / half_life)) * table[recent >> _HALF]
    weight = _weight(np.minimum(states["due_units"], fold.RECENT_UNITS), 0.5 ** (1 / half_life))
    return _floats((total + np.float32(PRIOR)) / (weight + np.float32(1)))


def _long_rate(states: States, at: int) -> tuple[Floats, Floats]:
    weight = _weight(states["due_units"], 0.5 ** (1 / fold.HALF_LIVES[at]))
    return _floats(states["rates"][:, at], 1 / fold.TOP), weight


def _own_rates(states: States) -> dict[str, Floats]:
    columns = {f"rate_{half}": _bounded_logit(_short_rate(states, half)) for half in _SHORT}
    for at, half in enumerate(fold.HALF_LIVES):
        columns[f"rate_{half}"] = _bounded_logit(_shrunk(*_long_rate(states, at), PRIOR, 1))
    count = _floats(states["due_units"])
    columns["lifetime"] = _bounded_logit((_floats(states["misses"]) + np.float32(2 * PRIOR)) / (count + 2))
    columns["expected"] = np.clip(_shrunk(*_long_rate(states, 1), PRIOR, 1), 0.02, 0.98)
    columns["units"] = np.log(np.maximum(count, 1))
    columns["young"] = _floats(count < 14)
    columns["doubt"] = _floats(1 / np.sqrt(np.maximum(count, 1)))
    return columns


def _own_lags(states: States) -> dict[str, Floats]:
    recent, count = states["recent"], states["due_units"]
    return {f"lag_{k}": np.where(count > k, _floats(recent >> k & 1) - np.float32(PRIOR), 0) for k in _LAGS}


def _own_runs(states: States, today: Ints) -> dict[str, Floats]:
    lapse, streak, longest = _floats(states["lapse"]), _floats(states["streak"]), _floats(states["longest"])
    age = np.clip(_age(states, today), 0, 2000)
    return {
        "lapse": np.log1p(np.minimum(lapse, 30)),
        "streak": np.log1p(np.minimum(streak, 100)),
        "lapse_is_0": _floats(lapse == 0),
        "lapse_is_1": _floats(lapse == 1),
        "lapse_is_2": _floats(lapse == 2),
        "lapse_from_4": _floats(lapse >= 4),
        "lapse_from_7": _floats(lapse >= 7),
        "lapse_from_14": _floats(lapse >= 14),
        "since_done": np.log1p(np.clip(_since_done(states, today), 0, 30)),
        "age": np.log1p(age),
        "longest": np.log1p(longest),
        "streak_share": np.log((streak + 1) / (longest + 1)),
        "last_lapse": np.log1p(_floats(states["last_lapse"])),
        "last_streak": np.log1p(_floats(states["last_streak"])),
    }


def _age(states: States, today: Ints) -> Floats:
    return _floats(np.where(states["first_day"] > 0, today - states["first_day"].astype(np.int64), 0))


def _since_done(states: States, today: Ints) -> Floats:
    """Days since the habit was last done; since its first day when it never was."""
    return _age(states, today) - np.maximum(_floats(states["last_done"]) - 1, 0)


def _staleness(states: States, today: Ints) -> Floats:
    """How much of the evidence has aged away in a break longer than the habit's usual pause, 0 to 1."""
    age = _age(states, today)
    gap = age - _floats(states["last_due"])
    usual = np.maximum(7, 2 * _floats(states["last_due"]) / np.maximum(_floats(states["due_units"]), 1))
    excess = np.maximum(gap - usual, 0)
    return np.where(states["due_units"] > 0, excess / (excess + 7), 0).astype(np.float32)


def _weekday_parts(states: States, today: Ints) -> tuple[Floats, Floats, Floats]:
    """Deviation, decayed misses and weight of today's weekday."""
    at = np.arange(len(states)), (today - 1) % 7
    count = np.minimum(states["weekday_count"][at], 16)
    half_life = float(np.log(0.5) / np.log(fold.WEEKDAY_DECAY))
    misses = _decayed_bits(half_life, 16)[states["weekday_recent"][at]]
    weight = _weight(count, fold.WEEKDAY_DECAY)
    return _floats(states["weekday_dev"][at], 2 / fold.TOP), misses, weight


def _weekend(states: States, weekday: Ints) -> Floats:
    """Deviation of the working week's or the weekend's days together, whichever today is in."""
    weight = _weight(states["weekday_count"], fold.WEEKDAY_DECAY)
    weight *= (np.arange(7) >= 5) == (weekday >= 5)[:, None]
    deviation = _floats(states["weekday_dev"], 2 / fold.TOP)
    pooled: Floats = (deviation * weight).sum(axis=1) / (weight.sum(axis=1) + 5)
    return pooled


def _aligned(states: States, today: Ints) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Calendar masks of due and done days with bit 0 for the day before `today`."""
    behind = np.clip(_age(states, today).astype(np.int64) - states["last_day"] - 1, 0, fold.CALENDAR_DAYS)
    mask = (1 << fold.CALENDAR_DAYS) - 1
    return states["due_mask"].astype(np.int64) << behind & mask, states["done_mask"].astype(np.int64) << behind & mask


def _own_calendar(states: States, today: Ints, expected: Floats) -> dict[str, Floats]:
    deviation, misses, weight = _weekday_parts(states, today)
    weekday = (today - 1) % 7
    due, done = _aligned(states, today)
    columns = {f"is_weekday_{k}": _floats(weekday == k) for k in range(6)}
    columns["weekday_dev"] = deviation * weight / (weight + 3)
    columns["weekday"] = logit((misses + 3 * expected) / (weight + 3)) - logit(expected)
    columns["weekday_weight"] = np.log1p(weight)
    columns["weekend_dev"] = _weekend(states, weekday)
    for weeks in (1, 2, 3):
        bit = 7 * weeks - 1
        missed = 1 - _floats(done >> bit & 1) - expected
        columns[f"weeks_ago_{weeks}"] = np.where(due >> bit & 1, missed, 0)
    return columns


def _own_contexts(states: States, expected: Floats) -> dict[str, Floats]:
    lapse = np.array(fold.LAPSE_CONTEXT)[np.minimum(states["lapse"], fold.LAPSE_LAST)]
    streak = np.array(fold.STREAK_CONTEXT)[np.minimum(states["streak"], fold.STREAK_LAST)]
    found = {"run": _context(states, np.where(states["lapse"] > 0, lapse, streak))}
    patterns = _patterns(states)
    found |= {f"pattern_{k}": _after(states, patterns, k) for k in range(1, fold.PATTERN_BITS + 1)}
    columns: dict[str, Floats] = {}
    for name, (rate, weight) in found.items():
        columns[name] = logit(_shrunk(rate, weight, expected, 4)) - logit(expected)
        columns[f"{name}_weight"] = np.log1p(weight)
    columns["changes"] = _change_rate(patterns)
    return columns


def _context(states: States, context: Ints) -> tuple[Floats, Floats]:
    at = np.arange(len(states)), context
    weight = _weight(states["context_count"][at], fold.CONTEXT_DECAY)
    return np.clip(_floats(states["context_rate"][at], 1 / fold.TOP), 0.0, 1.0), weight


def after_pattern(states: States, length: int) -> tuple[Floats, Floats]:
    """Miss rate and weight of units whose `length` predecessors (1 to 4) came out as this habit's last ones.

    Length 1 is a two-state Markov chain. Pooled from the patterns of four outcomes that end in the same way.
    """
    return _after(states, _patterns(states), length)


def _patterns(states: States) -> tuple[Floats, Floats]:
    """Decayed misses and weights after each pattern of four (n x 16)."""
    ends = 1 << fold.PATTERN_BITS
    weight = _weight(np.arange(256), fold.CONTEXT_DECAY)[states["context_count"][:, :ends]]
    return _floats(states["context_rate"][:, :ends], 1 / fold.TOP) * weight, weight


def _after(states: States, patterns: tuple[Floats, Floats], length: int) -> tuple[Floats, Floats]:
    at = np.arange(len(states)), (states["recent"] & ((1 << length) - 1)).astype(np.int64)
    misses, weight = (
        part.reshape(len(states), 1 << (fold.PATTERN_BITS - length), 1 << length).sum(axis=1)[at] for part in patterns
    )
    return np.clip(misses / np.maximum(weight, np.float32(1e-6)), 0.0, 1.0), weight


def _change_rate(patterns: tuple[Floats, Floats]) -> Floats:
    """How often an outcome differs from the one before."""
    misses, weight = patterns
    changed = misses[:, ::2].sum(axis=1) + (weight - misses)[:, 1::2].sum(axis=1)
    return _floats((changed + 1) / (weight.sum(axis=1) + 3))


def _sums(values: Floats | NDArray[np.float64], owner: Ints) -> NDArray[np.float64]:
    """Each habit's total over the user's other habits."""
    total = np.bincount(owner, weights=values)
    return np.asarray(total[owner] - values, dtype=np.float64)


def _others(
    states: States, today: Ints, owner: Ints, expected: Floats, weekday: tuple[Floats, Floats, Floats]
) -> dict[str, Floats]:
    known = _floats(states["due_units"] > 0)
    count = _sums(known, owner)
    columns = {"others": _floats(np.log1p(count)), "has_others": _floats(count > 0)}
    due, done = _aligned(states, today)
    for name, days in _WINDOWS:
        asked = np.bitwise_count(due & ((1 << days) - 1)).astype(np.float64)
        missed = np.bitwise_count(due & ~done & ((1 << days) - 1)).astype(np.float64)
        all_asked, all_missed = _sums(asked, owner), _sums(missed, owner)
        surprise = _sums(missed - asked * expected, owner)
        columns[f"others_rate_{name}"] = _floats((all_missed - PRIOR * all_asked) / (all_asked + 1))
        columns[f"others_{name}"] = _floats(surprise / (all_asked + 1))
        columns[f"others_due_{name}"] = _floats(np.log1p(all_asked))
    columns["silence"] = np.log1p(np.clip(_user_silence(states, today, owner), 0, 30))
    for at in (0, 2):
        rate, weight = _long_rate(states, at)
        pooled = (_sums(rate * weight, owner) + 3 * PRIOR) / (_sums(weight, owner) + 3)
        columns[f"others_rate_{fold.HALF_LIVES[at]}u"] = _bounded_logit(_floats(pooled))
    columns["others_weekday"] = _others_weekday(owner, weekday)
    return columns


def _others_weekday(owner: Ints, weekday: tuple[Floats, Floats, Floats]) -> Floats:
    deviation, _, weight = weekday
    return _floats(_sums(deviation * weight, owner) / (_sums(weight, owner) + 5))


def _user_silence(states: States, today: Ints, owner: Ints) -> Floats:
    """Days since the user did anything, over all habits."""
    starts = np.flatnonzero(np.diff(owner, prepend=-1))
    if not len(starts):
        return np.zeros(0, dtype=np.float32)
    least = np.minimum.reduceat(_since_done(states, today), starts)
    silence: Floats = np.repeat(least, np.diff(np.append(starts, len(owner))))
    return silence


def _feature_names() -> tuple[str, ...]:
    blank = np.zeros(1, dtype=PACKED)
    day, owner = np.ones(1, dtype=np.int64), np.zeros(1, dtype=np.int64)
    columns = _own_rates(blank) | _own_lags(blank) | _own_runs(blank, day)
    columns |= _own_calendar(blank, day, columns["expected"]) | _own_contexts(blank, columns["expected"])
    columns |= _others(blank, day, owner, columns["expected"], _weekday_parts(blank, day))
    return tuple(columns)


FEATURES: Final[tuple[str, ...]] = _feature_names()
COLUMN: Final[Mapping[str, int]] = {name: at for at, name in enumerate(FEATURES)}
