"""Which of six words describes a goal."""

from datetime import date
from enum import StrEnum

from goals.domain.goal import Goal
from goals.domain.progress import GoalState
from goals.domain.summary import Forecast

LIKELY = 0.6
UNLIKELY = 0.25
LEAST_EVIDENCE = 7
"""Past units that a habit must have before its forecast decides; until then the line does."""


class Status(StrEnum):
    """How a goal stands."""

    ON_TRACK = "on_track"
    BEHIND = "behind"
    AT_RISK = "at_risk"
    REACHED = "reached"
    MISSED = "missed"
    ABANDONED = "abandoned"


def status(
    goal: Goal,
    state: GoalState,
    today: int,
    *,
    forecast: Forecast | None = None,
    safety: int | None = None,
    abandoned_on: date | None = None,
) -> Status:
    """The word for a goal on the ordinal `today`.

    In this order: `reached` once the target was there, unless the goal was given up before; `abandoned`; `missed` after
    the deadline; and then what is ahead. A target out of reach is `at_risk`. With 7 past units or more the probability
    decides: from 0.6 `on_track`, from 0.25 `behind`, else `at_risk`; without a deadline a finish in sight is `on_track`
    and none is `behind`. With fewer units the line decides: `behind` when `safety`, the days of buffer, is below 0.
    """
    if state.reached is not None and (abandoned_on is None or state.reached <= abandoned_on.toordinal()):
        return Status.REACHED
    if abandoned_on is not None:
        return Status.ABANDONED
    if goal.deadline is not None and goal.deadline.toordinal() < today:
        return Status.MISSED
    if forecast is not None:
        if forecast.probability == 0:
            return Status.AT_RISK
        if forecast.rests_on >= LEAST_EVIDENCE:
            return _by_forecast(forecast)
    return Status.BEHIND if safety is not None and safety < 0 else Status.ON_TRACK


def _by_forecast(forecast: Forecast) -> Status:
    if forecast.probability is None:
        return Status.BEHIND if forecast.finish.p50 is None else Status.ON_TRACK
    if forecast.probability >= LIKELY:
        return Status.ON_TRACK
    return Status.BEHIND if forecast.probability >= UNLIKELY else Status.AT_RISK
