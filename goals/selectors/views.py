"""Goals as screens and the API show them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from goals.domain import goal as domain
from goals.domain.pace import Pace
from goals.domain.progress import Progress, progress
from goals.domain.status import Status, status
from goals.domain.summary import Finish, Forecast
from goals.models import Goal
from goals.selectors.outlooks import demand_of, forecast_of
from goals.selectors.readings import Reading, read_goals
from smarthabit.accounts.selectors import seq_of
from smarthabit.accounts.user import User

LISTED = 50
"""Goals on one page of a list."""
OVER = {Status.REACHED, Status.MISSED, Status.ABANDONED}
_NO_FINISH = Finish(None, None, None)


@dataclass(frozen=True, slots=True)
class Feed:
    """A habit that feeds a goal."""

    habit_id: int
    name: str
    colour: str
    icon: str
    unit: str
    archived: bool
    weight_milli: int


@dataclass(frozen=True, slots=True)
class GoalView:
    """A goal as of the user's today. ``buffer`` is days to spare; it and ``pace`` are None where nothing is asked."""

    reading: Reading
    progress: Progress
    status: Status
    pace: Pace | None
    buffer: int | None
    forecast: Forecast
    feeds: tuple[Feed, ...]
    version: int

    @property
    def goal(self) -> Goal:
        """The row."""
        return self.reading.goal

    @property
    def spec(self) -> domain.Goal:
        """The goal as the domain knows it."""
        return self.reading.spec

    @property
    def today(self) -> date:
        """The user's day."""
        return self.reading.today

    @property
    def over(self) -> bool:
        """Whether there is nothing left to wait for."""
        return self.status in OVER

    @property
    def starved(self) -> bool:
        """Whether all the habits that fed it are gone."""
        return not self.reading.strands


def goal_views(
    user: User, now: datetime, *, ids: Collection[int] | None = None, offset: int = 0, limit: int = LISTED
) -> list[GoalView]:
    """A page of the user's goals, the latest first, or just the named ones."""
    goals = Goal.objects.owned_by(user).detailed()
    rows = goals.filter(pk__in=ids) if ids is not None else goals[offset : offset + limit]
    return views_of(user, list(rows), now)


def views_of(user: User, goals: Sequence[Goal], now: datetime, *, afresh: bool = False) -> list[GoalView]:
    """These goals (loaded ``detailed``) as of now; a constant number of queries.

    ``afresh`` reads the whole past of their habits, for whoever draws it.
    """
    version = seq_of(user)
    ids = [goal.pk for goal in goals] if afresh else ()
    return [_view(reading, version) for reading in read_goals(user, goals, now, afresh=ids)]


def status_of(reading: Reading) -> Status:
    """The word for a goal as far as it is certain: what is ahead is left out."""
    return status(reading.spec, reading.state, reading.today.toordinal(), abandoned_on=reading.goal.abandoned_on)


def _view(reading: Reading, version: int) -> GoalView:
    now = progress(reading.spec, reading.state)
    word = status_of(reading)
    if word in OVER:
        return GoalView(reading, now, word, None, None, _past(word, now), _feeds(reading), version)
    demand, forecast = demand_of(reading, now.amount, now.remaining), forecast_of(reading)
    word = status(reading.spec, reading.state, reading.today.toordinal(), forecast=forecast, safety=demand.buffer)
    return GoalView(reading, now, word, demand.pace, demand.buffer, forecast, _feeds(reading), version)


def _past(word: Status, now: Progress) -> Forecast:
    """The forecast of a goal that is over: what came of it."""
    if word is Status.REACHED:
        return Forecast(1.0, Finish(now.reached_on, now.reached_on, now.reached_on), None, (), 0)
    return Forecast(0.0 if word is Status.MISSED else None, _NO_FINISH, None, (), 0)


def _feeds(reading: Reading) -> tuple[Feed, ...]:
    return tuple(feed_of(strand.past.habit, strand.weight) for strand in reading.strands if strand.past)


def feed_of(habit: Any, weight_milli: int = domain.MILLI) -> Feed:
    """A habit as something that feeds a goal, or might."""
    archived = habit.archived_on is not None
    return Feed(habit.pk, habit.name, habit.colour, habit.icon, habit.unit, archived, weight_milli)
