"""The forecast of a goal from its state."""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import date

from goals.domain.forecast import Strand, forecast
from goals.domain.goal import MILLI, Goal, Measure
from goals.domain.progress import GoalState
from goals.domain.streaks import Running, forecast_streak
from goals.domain.summary import Forecast

_FIXED_WORTH = {Measure.COUNT: MILLI}


def forecast_goal(
    goal: Goal,
    state: GoalState,
    today: date,
    ahead: Sequence[Sequence[int]],
    *,
    seed: int,
    usual: Sequence[int] = (),
    running: Running | None = None,
) -> Forecast:
    """What is to be expected of a goal whose state is moved on to the last closed day, or laid over today.

    `ahead` has for each strand the ordinals, ascending, of the chances that are still open, up to
    `forecast.horizon`; for a manual goal those are all days. `usual` has what one chance brings (thousandths) for
    habits that were never done, their target. `running` is the streak as it stands, for a streak goal.
    """
    first = max(today, goal.starts_on)
    open_days = [days[bisect_left(days, first.toordinal()) :] for days in ahead]
    if goal.measure is Measure.STREAK and state.evidence:
        now = running or Running(state.amount // (MILLI * MILLI))
        return forecast_streak(today, goal.deadline, goal.target, now, state.evidence[0], days=open_days[0], seed=seed)
    weights = (MILLI,) if goal.measure is Measure.MANUAL else goal.weights
    strands = [
        Strand(evidence, weight, days, _FIXED_WORTH.get(goal.measure), worth)
        for evidence, weight, days, worth in zip(
            state.evidence, weights, open_days, usual or (MILLI,) * len(weights), strict=True
        )
    ]
    return forecast(today, goal.deadline, goal.target, state.amount // MILLI, strands, seed=seed)
