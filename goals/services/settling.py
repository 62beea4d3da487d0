"""Keeping GoalState, and writing down once what happens to goals.

A check-in leaves the fold of some weeks ago standing and usually nothing new behind it: then nothing is written and
no lock is taken. What has to be written is worked out again under the lock, so that two writers agree.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db import transaction

from goals.domain.progress import progress
from goals.domain.status import Status
from goals.events import GoalHappened
from goals.models import Goal, GoalEvent, GoalState
from goals.selectors.readings import Reading, read_goals
from goals.selectors.views import OVER, status_of
from habits.domain.calendar import day_closes_at
from smarthabit.accounts.services import bump_seq
from smarthabit.accounts.user import User
from smarthabit.kernel.events import publish

REACH = 60
"""Days after which a fold is moved up."""
LOOK_EVERY = timedelta(hours=24)
"""How often each goal that is still open is counted anew from its rows, whatever has been lost on the way."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What came of it: the goals as read, what happened to them, and the number of the change."""

    readings: list[Reading]
    happened: tuple[GoalHappened, ...]
    seq: int
    """The user's number: a new one if anything was written that a screen may show."""


@dataclass(frozen=True, slots=True)
class _Fact:
    kind: str
    mark: int
    day: date


def follow(user: User, goals: Sequence[Goal], now: datetime, seq: int, *, afresh: Collection[int] = ()) -> Settled:
    """Bring the states of these goals (loaded ``detailed``) up to date after the change ``seq``.

    Those ``afresh`` are counted from nothing but the rows.
    """
    readings = read_goals(user, [goal for goal in goals if goal.pk not in afresh], now)
    behind = [*afresh, *(reading.goal.pk for reading in readings if _is_behind(reading))]
    if not behind:
        return Settled(readings, (), seq)
    written = settle(user, behind, now)
    untouched = [reading for reading in readings if reading.goal.pk not in behind]
    return replace(written, readings=[*written.readings, *untouched])


@transaction.atomic
def settle(user: User, goal_ids: Sequence[int], now: datetime) -> Settled:
    """Count these goals anew from nothing but the rows, store that, and write down what happened."""
    list(GoalState.objects.select_for_update().filter(goal_id__in=goal_ids).order_by("goal_id"))
    goals = list(Goal.objects.owned_by(user).filter(pk__in=goal_ids).detailed())
    readings = read_goals(user, goals, now, afresh=goal_ids)
    happened = [event for reading in readings for event in _store(reading, now)]
    for event in happened:
        publish(event)
    return Settled(readings, tuple(happened), bump_seq(user.pk))


def _is_behind(reading: Reading) -> bool:
    """Whether something about the goal has to be written."""
    too_old = reading.base.through < reading.today.toordinal() - REACH
    return not reading.kept or too_old or bool(_untold(reading))


def _store(reading: Reading, now: datetime) -> list[GoalHappened]:
    """Write the state, and what is new about the goal; gives back the latter."""
    state, facts, fold = reading.goal.state, _untold(reading), reading.fold()
    state.fold, state.basis = fold.to_json(), reading.basis
    state.through = date.fromordinal(fold.through) if fold.through > 0 else None
    state.told = [*state.told, *([fact.kind, fact.mark] for fact in facts)]
    state.next_look = _next_look(reading, now)
    state.save()
    return [_happened(reading.goal, fact) for fact in facts if _write_down(reading.goal, fact, now)]


def _write_down(goal: Goal, fact: _Fact, now: datetime) -> bool:
    """Make the event a row; False for one that is there already."""
    told = {"user_id": goal.user_id, "day": fact.day, "recorded_at": now}
    return GoalEvent.objects.get_or_create(goal=goal, kind=fact.kind, mark=fact.mark, defaults=told)[1]


def _happened(goal: Goal, fact: _Fact) -> GoalHappened:
    return GoalHappened(goal.user_id, goal.pk, fact.kind, fact.mark, fact.day)


def _untold(reading: Reading) -> list[_Fact]:
    told = {(kind, mark) for kind, mark in reading.goal.state.told}
    return [fact for fact in _facts(reading) if (fact.kind, fact.mark) not in told]


def _facts(reading: Reading) -> Iterator[_Fact]:
    """What has happened to the goal by now; nothing for one that was given up."""
    word, spec = status_of(reading), reading.spec
    if word is Status.ABANDONED:
        return
    now = progress(spec, reading.state)
    for amount, day in now.milestones:
        if day is not None:
            yield _Fact(GoalEvent.Kind.MILESTONE, amount, day)
    if now.reached_on is not None:
        yield _Fact(GoalEvent.Kind.REACHED, spec.target, now.reached_on)
    if word is Status.MISSED and spec.deadline is not None:
        yield _Fact(GoalEvent.Kind.MISSED, spec.deadline.toordinal(), spec.deadline)


def _next_look(reading: Reading, now: datetime) -> datetime | None:
    """When to look again: at the end of the deadline's day, or in a day; never at what is over."""
    if status_of(reading) in OVER:
        return None
    user, deadline = reading.goal.user, reading.spec.deadline
    if deadline is None:
        return now + LOOK_EVERY
    return min(now + LOOK_EVERY, max(now, day_closes_at(deadline, user.zone, user.day_starts_at)))
