"""Making and changing habits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from habits.domain.schedule import Schedule, ScheduleError, parse_schedule, schedule_to_json
from habits.events import HabitsChanged
from habits.models import Habit, HabitState, Pause, Plan, Tag
from habits.services.changes import PLAN_FIELDS, HabitChange, HabitDraft, stated
from habits.services.entry_rules import EARLIEST, MOST_MILLI
from habits.services.states import lock_states, refold_habit
from smarthabit.accounts.selectors import today_of
from smarthabit.accounts.services import bump_seq
from smarthabit.accounts.user import User
from smarthabit.kernel.errors import NotFound, RuleError
from smarthabit.kernel.events import publish

MOST_HABITS = 20_000
MOST_TAGS = 12
AHEAD = timedelta(days=366)
"""How far ahead a start or a change of plan may be set."""


@transaction.atomic
def create_habit(*, user: User, draft: HabitDraft, now: datetime, tab: str = "") -> Habit:
    """Make a habit with its first plan. Raises RuleError for what no habit can be."""
    today = today_of(user, now)
    schedule = _schedule(draft.schedule)
    _check_target(draft.kind, draft.target_milli)
    started_on = draft.started_on or today
    _check_start(started_on, today)
    owned = Habit.objects.owned_by(user).aggregate(last=Max("position"), count=Max("id"))
    if owned["count"] and Habit.objects.owned_by(user).count() >= MOST_HABITS:
        raise RuleError("too_many_habits", _("An account can hold up to %(most)d habits.") % {"most": MOST_HABITS})
    habit = Habit.objects.create(
        user=user,
        name=_name(draft.name),
        why=draft.why,
        cue=draft.cue,
        kind=draft.kind,
        unit=draft.unit.strip(),
        colour=draft.colour,
        icon=draft.icon,
        position=(owned["last"] or 0) + 1,
        started_on=started_on,
        import_key=draft.import_key,
        created_at=now,
    )
    Plan.objects.create(
        user=user,
        habit=habit,
        effective_from=started_on,
        schedule=schedule_to_json(schedule),
        target_milli=draft.target_milli,
        freezes=draft.freezes,
        preferred_time=draft.preferred_time,
    )
    HabitState.objects.create(habit=habit, user=user)
    set_tags(user, habit, draft.tags)
    refold_habit(user, habit, today)
    _tell(user, [habit.pk], "created", tab)
    return habit


@transaction.atomic
def update_habit(
    *,
    user: User,
    habit_id: int,
    change: HabitChange,
    now: datetime,
    effective_from: date | None = None,
    tab: str = "",
) -> Habit:
    """Change a habit. A change of its plan holds from ``effective_from`` (today) on; the days before keep theirs."""
    habit = _locked(user, habit_id)
    said = stated(change)
    today = today_of(user, now)
    plan_part = {name: said.pop(name) for name in PLAN_FIELDS if name in said}
    tags = said.pop("tags", None)
    changed = _set_fields(habit, said, today)
    retagged = tags is not None and set_tags(user, habit, tags)
    replanned = bool(plan_part) and _replan(user, habit, plan_part, effective_from or today, today)
    if replanned or "started_on" in changed:
        refold_habit(user, habit, today)
    if changed or retagged or replanned:
        _tell(user, [habit.pk], "updated", tab)
    return habit


@transaction.atomic
def set_archived(*, user: User, habit_id: int, archived: bool, now: datetime, tab: str = "") -> Habit:
    """Put a habit away from tomorrow on, or take it out again: then the days in between become a pause."""
    habit = _locked(user, habit_id)
    today = today_of(user, now)
    if archived == (habit.archived_on is not None):
        return habit
    since = habit.archived_on
    habit.archived_on = today if archived else None
    habit.save(update_fields=["archived_on"])
    if since is not None and since + timedelta(days=1) < today:
        Pause.objects.create(
            user=user,
            habit=habit,
            starts_on=since + timedelta(days=1),
            ends_on=today - timedelta(days=1),
            reason=_("Archived"),
            created_at=now,
        )
    refold_habit(user, habit, today)
    _tell(user, [habit.pk], "archived" if archived else "restored", tab)
    return habit


@transaction.atomic
def delete_habit(*, user: User, habit_id: int, tab: str = "") -> None:
    """Delete a habit with everything that was logged for it."""
    habit = _locked(user, habit_id)
    habit.delete()
    _tell(user, [habit_id], "deleted", tab)


@transaction.atomic
def reorder_habits(*, user: User, ids: Sequence[int], tab: str = "") -> None:
    """Put the named habits into this order, on the places they hold among all the user's habits now."""
    owned = {habit.pk: habit for habit in Habit.objects.owned_by(user).select_for_update().filter(pk__in=ids)}
    if len(owned) != len(set(ids)):
        raise NotFound
    if len(ids) != len(set(ids)):
        raise RuleError("named_twice", _("The order names a habit twice."), "ids")
    places = _distinct(sorted(habit.position for habit in owned.values()))
    moved = []
    for habit_id, position in zip(ids, places, strict=True):
        if owned[habit_id].position != position:
            owned[habit_id].position = position
            moved.append(owned[habit_id])
    Habit.objects.bulk_update(moved, ["position"], batch_size=500)
    if moved:
        _tell(user, [habit.pk for habit in moved], "reordered", tab)


def set_tags(user: User, habit: Habit, names: Iterable[str]) -> bool:
    """Give a habit exactly these tags; says whether that changed anything."""
    wanted = list(dict.fromkeys(name.strip() for name in names if name.strip()))
    if len(wanted) > MOST_TAGS or any(len(name) > 40 for name in wanted):
        raise RuleError("bad_tags", _("Up to 12 tags of up to 40 characters each, please."), "tags")
    if set(habit.tags.values_list("name", flat=True)) == set(wanted):
        return False
    Tag.objects.bulk_create([Tag(user=user, name=name) for name in wanted], ignore_conflicts=True)
    habit.tags.set(Tag.objects.owned_by(user).filter(name__in=wanted))
    Tag.objects.owned_by(user).filter(habits=None).delete()
    return True


def _locked(user: User, habit_id: int) -> Habit:
    states = lock_states(user, [habit_id])
    if not states:
        raise NotFound
    return states[0].habit


def _set_fields(habit: Habit, said: dict[str, Any], today: date) -> list[str]:
    if "name" in said:
        said["name"] = _name(said["name"])
    if "started_on" in said:
        _check_start(said["started_on"], today)
    changed = [name for name, value in said.items() if getattr(habit, name) != value]
    for name in changed:
        setattr(habit, name, said[name])
    if changed:
        habit.version += 1
        habit.save(update_fields=[*changed, "version"])
    return changed


def _replan(user: User, habit: Habit, said: dict[str, Any], effective_from: date, today: date) -> bool:
    """Put a plan version in force from ``effective_from``, unless it asks just what the one in force asks."""
    if effective_from < habit.started_on:
        raise RuleError(
            "before_start", _("A change cannot take effect before the habit's first day."), "effective_from"
        )
    if effective_from > today + AHEAD:
        raise RuleError("too_far_ahead", _("A change can be set up to a year ahead."), "effective_from")
    plans = list(habit.plans.all())
    before = next((plan for plan in reversed(plans) if plan.effective_from <= effective_from), plans[0])
    wanted = {name: said.get(name, getattr(before, name)) for name in PLAN_FIELDS}
    wanted["schedule"] = schedule_to_json(_schedule(wanted["schedule"]))
    _check_target(habit.kind, wanted["target_milli"])
    if all(getattr(before, name) == value for name, value in wanted.items()):
        return False
    if plans[0].effective_from > habit.started_on:  # the start was moved: the plan that reaches back keeps those days
        plans[0].effective_from = habit.started_on
        plans[0].save(update_fields=["effective_from"])
    Plan.objects.update_or_create(habit=habit, effective_from=effective_from, defaults={**wanted, "user": user})
    return True


def _schedule(stored: Any) -> Schedule:
    try:
        return parse_schedule(stored)
    except ScheduleError as error:
        raise RuleError(error.code, str(error), f"schedule.{error.field}" if error.field else "schedule") from error


def _check_target(kind: str, target_milli: int) -> None:
    if target_milli < 0 or target_milli > MOST_MILLI:
        raise RuleError("target_out_of_range", _("The target is out of range."), "target")
    if kind == Habit.Kind.BUILD and target_milli == 0:
        raise RuleError("target_zero", _("A target to reach must be above 0."), "target")


def _check_start(started_on: date, today: date) -> None:
    if not EARLIEST <= started_on <= today + AHEAD:
        raise RuleError("start_out_of_range", _("A habit can start up to a year ahead."), "started_on")


def _name(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > 120:
        raise RuleError("bad_name", _("A name has 1 to 120 characters."), "name")
    return name


def _distinct(positions: list[int]) -> list[int]:
    """The same places, moved up just so far that no two are equal."""
    last: int | None = None
    distinct = []
    for position in positions:
        last = position if last is None or position > last else last + 1
        distinct.append(last)
    return distinct


def _tell(user: User, habit_ids: Sequence[int], kind: str, tab: str) -> None:
    publish(HabitsChanged(user.pk, bump_seq(user.pk), tab, tuple(habit_ids), kind))
