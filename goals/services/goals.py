"""Making and changing goals."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from goals.events import GoalsChanged
from goals.models import Goal, GoalHabit, GoalState, Milestone
from goals.services.changes import GoalChange, GoalDraft, Links, stated
from goals.services.rules import MOST_GOALS, Wanted, check_goal
from goals.services.settling import settle
from smarthabit.accounts.selectors import today_of
from smarthabit.accounts.services import bump_seq
from smarthabit.accounts.user import User
from smarthabit.kernel.errors import NotFound, RuleError
from smarthabit.kernel.events import publish

_OWN_FIELDS = ("title", "measure", "target_milli", "unit", "starts_on", "deadline")


@transaction.atomic
def create_goal(*, user: User, draft: GoalDraft, now: datetime, tab: str = "") -> Goal:
    """Make a goal. Raises RuleError for what no goal can be."""
    today = today_of(user, now)
    told = {one.name: getattr(draft, one.name) for one in fields(Wanted)}
    wanted = _tidied(Wanted(**{**told, "starts_on": draft.starts_on or today}))
    check_goal(user, wanted, today)
    if Goal.objects.owned_by(user).count() >= MOST_GOALS:
        raise RuleError("too_many_goals", _("An account can hold up to %(most)d goals.") % {"most": MOST_GOALS})
    own = {name: getattr(wanted, name) for name in _OWN_FIELDS}
    goal = Goal.objects.create(user=user, import_key=draft.import_key, created_at=now, **own)
    GoalState.objects.create(goal=goal)
    _link(goal, wanted.habits)
    _set_milestones(goal, wanted.milestones)
    _tell(user, goal.pk, "created", now, tab)
    return goal


@transaction.atomic
def update_goal(*, user: User, goal_id: int, change: GoalChange, now: datetime, tab: str = "") -> Goal:
    """Change a goal. What has been done since its start is counted anew."""
    goal = locked_goal(user, goal_id)
    before = _as_it_is(goal)
    said = stated(change)
    if said.get("measure") == Goal.Measure.MANUAL:
        said.setdefault("habits", ())
    wanted = _tidied(Wanted(**{one.name: said.get(one.name, getattr(before, one.name)) for one in fields(Wanted)}))
    if wanted == before:
        return goal
    check_goal(user, wanted, today_of(user, now), kept_habits=frozenset(habit for habit, _weight in before.habits))
    for name in _OWN_FIELDS:
        setattr(goal, name, getattr(wanted, name))
    goal.save(update_fields=_OWN_FIELDS)
    if wanted.habits != before.habits:
        goal.links.all().delete()
        _link(goal, wanted.habits)
    if wanted.milestones != before.milestones:
        goal.milestones.all().delete()
        _set_milestones(goal, wanted.milestones)
    _tell(user, goal.pk, "updated", now, tab)
    return goal


@transaction.atomic
def set_abandoned(*, user: User, goal_id: int, abandoned: bool, now: datetime, tab: str = "") -> Goal:
    """Let go of a goal as of today, or take it up again."""
    goal = locked_goal(user, goal_id)
    if abandoned != (goal.abandoned_on is not None):
        goal.abandoned_on = today_of(user, now) if abandoned else None
        goal.save(update_fields=["abandoned_on"])
        _tell(user, goal.pk, "abandoned" if abandoned else "resumed", now, tab)
    return goal


@transaction.atomic
def delete_goal(*, user: User, goal_id: int, tab: str = "") -> None:
    """Delete a goal with its milestones and what was entered for it. The habits stay."""
    locked_goal(user, goal_id).delete()
    publish(GoalsChanged(user.pk, bump_seq(user.pk), tab, (goal_id,), "deleted"))


def locked_goal(user: User, goal_id: int) -> Goal:
    """The user's goal, for this transaction alone to change. Raises NotFound."""
    goal: Goal | None = Goal.objects.owned_by(user).select_for_update().filter(pk=goal_id).first()
    if goal is None:
        raise NotFound
    return goal


def _as_it_is(goal: Goal) -> Wanted:
    links = tuple(goal.links.values_list("habit_id", "weight_milli"))
    milestones = tuple(goal.milestones.values_list("amount_milli", flat=True))
    return Wanted(**{name: getattr(goal, name) for name in _OWN_FIELDS}, habits=links, milestones=milestones)


def _tidied(wanted: Wanted) -> Wanted:
    return replace(
        wanted,
        title=" ".join(wanted.title.split()),
        unit=wanted.unit.strip(),
        milestones=tuple(sorted(wanted.milestones)),
    )


def _link(goal: Goal, habits: Links) -> None:
    GoalHabit.objects.bulk_create([GoalHabit(goal=goal, habit_id=pk, weight_milli=weight) for pk, weight in habits])


def _set_milestones(goal: Goal, milestones: tuple[int, ...]) -> None:
    Milestone.objects.bulk_create([Milestone(goal=goal, amount_milli=amount) for amount in milestones])


def _tell(user: User, goal_id: int, kind: str, now: datetime, tab: str) -> None:
    """Count anew, and say so."""
    publish(GoalsChanged(user.pk, settle(user, [goal_id], now).seq, tab, (goal_id,), kind))
