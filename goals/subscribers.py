"""What follows from events: goals are counted anew where a habit that feeds them moved, and open screens are told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from goals.events import GoalsChanged
from goals.models import Goal
from goals.selectors.links import feeds_goals
from goals.services.looking import look_at_goals
from goals.services.settling import Settled, follow
from habits.events import DaysClosed, EntriesChanged, HabitsChanged
from smarthabit.accounts.events import ProfileChanged
from smarthabit.kernel import clock, live
from smarthabit.kernel.among import among
from smarthabit.kernel.events import subscribe

LIST = "list:goals"
MOST_GOALS = 20
"""Goals told one by one; when more change at once, screens fetch their list instead."""
SPREAD = 3.0
"""Seconds over which screens are told of closed days."""
UNNOTICED = {"reordered"}
"""Changes of habits that no goal notices."""
_OF_DAYS = {"timezone", "day_starts_at", "week_starts_on"}


def connect() -> None:
    """Subscribe; called once, when the app is ready."""
    subscribe(EntriesChanged, _follow_entries)
    subscribe(HabitsChanged, _follow_habits)
    subscribe(DaysClosed, _follow_days)
    subscribe(ProfileChanged, _follow_profile)
    subscribe(GoalsChanged, _tell_goals)


def _follow_entries(event: EntriesChanged) -> None:
    if not feeds_goals(event.user_id, event.days, event.seq):
        return
    goals = list(Goal.objects.filter(user_id=event.user_id).kept_up().fed_by([*event.days]).detailed())
    if goals:
        _tell(follow(goals[0].user, goals, clock.now(), event.seq, afresh=_edited(goals, event.days)))


def _edited(goals: Sequence[Goal], days: Mapping[int, Sequence[date]]) -> list[int]:
    """The goals whose fold holds one of the days that were written."""
    first = {habit_id: min(written) for habit_id, written in days.items()}
    return [
        goal.pk
        for goal in goals
        if goal.state.through is not None
        and any(first.get(link.habit_id, date.max) <= goal.state.through for link in goal.links.all())
    ]


def _follow_habits(event: HabitsChanged) -> None:
    if event.kind not in UNNOTICED:
        _count_all(event.user_id, event.seq, afresh=event.kind == "imported")


def _follow_days(event: DaysClosed) -> None:
    """Every goal that is not over stands elsewhere in its time; deadlines that passed are found by the look itself."""
    goals: defaultdict[int, list[int]] = defaultdict(list)
    found = Goal.objects.filter(among("user_id", event.user_ids)).going_on()
    for user_id, pk in found.values_list("user_id", "pk"):
        goals[user_id].append(pk)
    if not goals:
        return
    numbers = dict(event.numbers)
    changes = [
        live.Change(
            [(user_id, numbers[user_id])], _keys(ids), [{"type": "goal", "goal": str(pk)} for pk in ids[:MOST_GOALS]]
        )
        for user_id, ids in goals.items()
    ]
    live.publish_to_many(changes, spread_seconds=SPREAD)
    look_at_goals(clock.now(), of=[*goals])


def _follow_profile(event: ProfileChanged) -> None:
    if _OF_DAYS & set(event.changed):
        _count_all(event.user_id, event.seq)


def _count_all(user_id: int, seq: int, *, afresh: bool = False) -> None:
    goals = list(Goal.objects.filter(user_id=user_id).kept_up().detailed())
    if goals:
        ids = [goal.pk for goal in goals] if afresh else []
        _tell(follow(goals[0].user, goals, clock.now(), seq, afresh=ids))


def _tell(settled: Settled) -> None:
    """Tell every tab, also the one that wrote: its answer showed no goals."""
    ids = [reading.goal.pk for reading in settled.readings]
    keys = [*_keys(ids), *([LIST] if settled.happened else [])]
    told: list[dict[str, object]] = [{"type": "goal", "goal": str(pk)} for pk in ids[:MOST_GOALS]]
    told += [{"type": f"goal_{one.kind}", "goal": str(one.goal_id)} for one in settled.happened]
    live.publish(settled.readings[0].goal.user_id, settled.seq, [*dict.fromkeys(keys)], "", told)


def _tell_goals(event: GoalsChanged) -> None:
    told = [{"type": f"goal_{event.kind}", "goal": str(pk)} for pk in event.goal_ids]
    live.publish(event.user_id, event.seq, [*_keys(event.goal_ids), LIST], event.tab, told[:MOST_GOALS])


def _keys(ids: Sequence[int]) -> list[str]:
    return [LIST] if len(ids) > MOST_GOALS else [key for pk in ids for key in (f"goal:{pk}", f"chart:goal:{pk}")]
