"""From the risk of a day, said in the morning, to the risk of the open unit at this moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from analytics.domain.risk_features import COLUMN, Floats, Inputs, Ints, States, weekday_inputs
from analytics.domain.risk_model import HIGHEST, LOWEST, log_odds, probability
from analytics.domain.risk_mornings import Model
from analytics.domain.risk_quota import shortfall_risk, total_excess_risk, total_shortfall_risk
from analytics.domain.risk_recalibration import HabitCorrections

WEEK: Final = 7
Counted = Literal["day", "times", "total"]


@dataclass(frozen=True, slots=True)
class OpenUnit:
    """A unit that nothing has decided yet. `need`, `done` and `usual` are days, or thousandths where a total counts.

    `usual` is what a day with an amount usually brings (0: not known). `later` holds each coming on-day's weekday as
    days from today; `today` says whether something can still be stated today.
    """

    limit: bool
    counted: Counted
    need: int
    done: int
    usual: int
    today: bool
    later: Sequence[int]


def unit_risk(unit: OpenUnit, now: float, ahead: Sequence[float]) -> float:
    """P(the unit is missed): 0 once it cannot be, 1 once it must.

    `now` is the day's risk as of this moment, `ahead` what weeks_ahead says of the days to come. Days are taken as
    independent.
    """
    if unit.counted == "day":
        return now
    days = ([now] if unit.today else []) + [day_risk(ahead, k) for k in unit.later]
    left = unit.need - unit.done
    if unit.counted == "times":
        return shortfall_risk(left, days)
    return total_excess_risk(left, unit.usual, days) if unit.limit else total_shortfall_risk(left, unit.usual, days)


def hold(risk: Floats, share_past: Floats) -> Floats:
    """P(a limit is overstepped today | it was not so far) = p (1 - F) / (1 - p F): it only falls as the day passes.

    F is the share of the habit's oversteppings that usually lie before now.
    """
    held = risk * (1 - share_past) / np.maximum(1 - risk * share_past, np.float32(1e-6))
    return np.asarray(np.clip(held, LOWEST, HIGHEST), dtype=np.float32)


def weeks_ahead(
    states: States, today: Ints, inputs: Inputs, at: Ints, *, model: Model, corrections: HabitCorrections
) -> NDArray[np.float32]:
    """P(miss) on today's weekday and the following ones, for one user's habits: this week, then any later one (14 x n).

    All of them are given, and n of them asked for: those at the places `at`. Today's forecast with the coming day's
    weekday in it, and half a step nearer to the habit's own long rate for each day in between: a run is broken or not
    by then, and that a coming day has nothing before it yet tells nothing.
    """
    count, ahead = len(at), np.repeat(np.arange(WEEK), len(at))
    matrix = np.tile(inputs.matrix[at], (WEEK, 1))
    for day in range(WEEK):
        shifted = weekday_inputs(states, today + day, at)
        for name, column in shifted.items():
            matrix[day * count : (day + 1) * count, COLUMN[name]] = column
    merged = Inputs(np.nan_to_num(matrix, copy=False), np.tile(inputs.staleness[at], WEEK))
    own = HabitCorrections(np.tile(corrections.mean[at], (WEEK, 1)), np.tile(corrections.variance[at], (WEEK, 1)))
    near = own.applied(log_odds(merged, model.weights), merged)
    usual = merged.column("rate_60") + merged.column("weekday")
    mixed = usual + np.float32(0.5) ** ahead * (near - usual)
    both = np.concatenate([mixed, usual]).astype(np.float32)
    return np.asarray(probability(model.recalibration.applied(both)).reshape(2 * WEEK, count), dtype=np.float32)


def day_risk(ahead: Sequence[float], days: int) -> float:
    """Of what weeks_ahead says of one habit, the risk of the day so many days from now."""
    return ahead[days if days < WEEK else WEEK + days % WEEK]
