"""Why a risk is what it is: the two strongest groups of inputs, as codes with the evidence behind them.

Words are made where pages are made. Here a reason is a code and whole numbers, nearly all plain counts that a user can
check against their own calendar.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analytics.domain.risk_features import COLUMN, FEATURES, Inputs, States, after_pattern
from analytics.domain.risk_model import log_odds, may_show_percent
from analytics.domain.risk_weights import Weights
from habits.domain.evidence import WEEKDAY_DECAY

STRONGEST: Final = 2
WEEKDAY_WEIGHT: Final = 4.0  # decayed occurrences a weekday reason needs
WEEKDAY_DEVIATION: Final = 0.4  # log odds it must stand out by
LATE_SHARE: Final = 0.75  # this much of the usual day's completions past makes "past your usual time"
AFTER_WEIGHT: Final = 4.0
_NOTABLE: Final = 0.1  # log odds below which a group explains nothing
_LAST: Final = 5  # outcomes quoted of the recent ones
_WINDOWS: Final = (_LAST, 10, 20, 30)
_USUAL: Final = 0.36  # share of misses from which a few outcomes speak for a miss
_SHORT: Final = 3  # units in a row that are no streak to rely on yet


class Code(StrEnum):
    """What a reason is about. Its parameters are named in the docstring of the function that counts them."""

    RECENT = "recent"
    STREAK = "streak"
    SHORT = "short"
    LAPSE = "lapse"
    WEEKDAY = "weekday"
    AFTER_MISS = "after_miss"
    AFTER_DONE = "after_done"
    OTHERS = "others"
    SILENCE = "silence"
    LATE = "late"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason: its code, the counts to fill the sentence with, and by how many log odds it moves the risk."""

    code: Code
    params: Mapping[str, int]
    effect: float


_GROUPS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "recent": ("rate_", "lag_", "lifetime", "changes"),
        "run": ("lapse", "streak", "since_done", "last_", "longest", "run"),
        "weekday": ("weekday", "weekend", "weeks_ago"),
        "pattern": ("pattern",),
        "others": ("others_1", "others_3", "others_14", "others_rate", "others_weekday"),
        "silence": ("silence",),
        "new": ("young", "doubt", "units", "age"),
    }
)


def group_effects(inputs: Inputs, weights: Weights) -> dict[str, NDArray[np.float32]]:
    """By how many log odds each group of inputs moves each habit's risk, against the average habit's values.

    Measured on the model itself, interactions included: the group is put at its averages and the model asked again.
    """
    whole = log_odds(inputs, weights)
    effects = {}
    for group, starts in _GROUPS.items():
        matrix = inputs.matrix.copy()
        at = [COLUMN[name] for name in FEATURES if name.startswith(starts)]
        matrix[:, at] = weights.centre[at]
        effects[group] = whole - log_odds(Inputs(matrix, inputs.staleness), weights)
    return effects


def reasons(
    states: States, inputs: Inputs, weights: Weights, weekday: int, late: NDArray[np.float32] | None = None
) -> list[list[Reason]]:
    """The strongest reasons of each habit, at most two, the strongest first; weekday 0 is Monday.

    `late` is done_by's share at the present minute, where the forecast is for now and not for the start of the day.
    """
    effects = group_effects(inputs, weights)
    found = []
    for at in range(len(states)):
        case = _Case(states[at : at + 1], inputs, at, weekday)
        candidates = [_reason(group, float(effect[at]), case) for group, effect in effects.items()]
        if late is not None:
            candidates.append(_late(float(late[at]), case))
        kept = [reason for reason in candidates if reason and abs(reason.effect) >= _NOTABLE]
        by_code = {reason.code: reason for reason in sorted(kept, key=lambda reason: abs(reason.effect))}
        found.append(sorted(by_code.values(), key=lambda reason: -abs(reason.effect))[:STRONGEST])
    return found


@dataclass(frozen=True, slots=True)
class _Case:
    state: States
    inputs: Inputs
    at: int
    weekday: int

    def count(self, name: str) -> int:
        return int(self.state[name][0])

    def value(self, name: str) -> float:
        return float(self.inputs.matrix[self.at, COLUMN[name]])


def _reason(group: str, effect: float, case: _Case) -> Reason | None:
    counted = _COUNTERS[group](effect, case) if case.count("due_units") else (Code.NEW, {"units": 0})
    return Reason(counted[0], MappingProxyType(counted[1]), effect) if counted else None


_Counted = tuple[Code, dict[str, int]]


def _recent(effect: float, case: _Case) -> _Counted | None:
    """misses, of: in the last due units; over as many as show what it says, and none where they show the contrary.

    What is one run all along is told as the run.
    """
    if max(case.count("lapse"), case.count("streak")) >= _LAST:
        return _run(effect, case)
    for last in _WINDOWS:
        of = min(last, case.count("due_units"))
        misses = (case.count("recent") & ((1 << of) - 1)).bit_count()
        if (misses / of >= _USUAL) == (effect > 0):
            return Code.RECENT, {"misses": misses, "of": of}
    return None


def _run(effect: float, case: _Case) -> _Counted | None:
    """days: due units in a row; a streak raises a risk only while it is short, and a lapse never lowers it."""
    lapse, streak = case.count("lapse"), case.count("streak")
    if lapse:
        return (Code.LAPSE, {"days": lapse}) if effect > 0 else None
    if effect > 0:
        return (Code.SHORT, {"days": streak}) if streak <= _SHORT else None
    return Code.STREAK, {"days": streak}


def _weekday(effect: float, case: _Case) -> _Counted | None:
    """weekday (0 Monday), misses, of: its last due occurrences, at most 10; only where it clearly stands out."""
    seen = int(case.state["weekday_count"][0, case.weekday])
    weight = (1 - WEEKDAY_DECAY**seen) / (1 - WEEKDAY_DECAY)
    deviation = case.value("weekday")
    if weight < WEEKDAY_WEIGHT or abs(deviation) < WEEKDAY_DEVIATION or deviation * effect < 0:
        return None
    of = min(seen, 10)
    misses = (int(case.state["weekday_recent"][0, case.weekday]) & ((1 << of) - 1)).bit_count()
    if (misses / of >= _USUAL) != (effect > 0):
        return None
    return Code.WEEKDAY, {"weekday": case.weekday, "misses": misses, "of": of}


def _pattern(effect: float, case: _Case) -> _Counted | None:
    """percent: how often a unit is missed after one like the last; where it explains the effect's direction."""
    rate, weight = after_pattern(case.state, 1)
    if not may_show_percent(case.count("due_units")) or weight[0] < AFTER_WEIGHT or (rate[0] - 0.5) * effect < 0:
        return None
    return Code.AFTER_MISS if case.count("recent") & 1 else Code.AFTER_DONE, {"percent": round(100 * float(rate[0]))}


def _others(_: float, case: _Case) -> _Counted | None:
    """No numbers: how the user's other habits went in the last days."""
    return (Code.OTHERS, {}) if case.value("has_others") else None


def _silence(effect: float, case: _Case) -> _Counted | None:
    """days since the user did anything, from 2 on; for a user of one habit its lapse says it already."""
    days = round(float(np.expm1(case.value("silence"))))
    return (Code.SILENCE, {"days": days}) if days > 1 and effect > 0 and case.value("has_others") else None


def _new(_: float, case: _Case) -> _Counted | None:
    """units: due units so far, while they are few."""
    units = case.count("due_units")
    return (Code.NEW, {"units": units}) if case.value("young") else None


def _late(share: float, case: _Case) -> Reason | None:
    """hour: the middle of the habit's own completion times, once most of them have passed."""
    bins = case.state["time_bins"][0].astype(np.int64)
    if share < LATE_SHARE or not bins.any():
        return None
    hour = int(np.searchsorted(np.cumsum(bins), bins.sum() / 2))
    return Reason(Code.LATE, MappingProxyType({"hour": hour}), float(-np.log(max(1 - share, 1e-3))))


_COUNTERS: Final[Mapping[str, Callable[[float, _Case], _Counted | None]]] = MappingProxyType(
    {
        "recent": _recent,
        "run": _run,
        "weekday": _weekday,
        "pattern": _pattern,
        "others": _others,
        "silence": _silence,
        "new": _new,
    }
)
