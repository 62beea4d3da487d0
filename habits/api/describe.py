"""Habits, entries and their past in the shapes the API promises."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from habits.domain.plan import Plan
from habits.domain.schedule import schedule_to_json
from habits.domain.states import DayState
from habits.domain.views import DayView, Snapshot, UnitView
from habits.models import CalendarFeed, Entry, Habit, Pause
from habits.models import Plan as PlanRow
from habits.selectors import HabitView
from smarthabit.accounts.user import User
from smarthabit.kernel.api.fields import instant_text, milli_text

Extra = Callable[[User, Sequence[HabitView]], dict[int, Any]]
_extras: dict[str, Extra] = {"risk": lambda _user, _views: {}}


def add_to_habits(name: str, extra: Extra) -> None:
    """Let an app above fill the field ``name`` of every habit: ``extra(user, views)`` gives its values by habit id."""
    _extras[name] = extra


def amount(milli: int | None) -> str | None:
    """Thousandths as a decimal string."""
    return None if milli is None else milli_text(milli)


def strength_text(strength: float) -> str:
    """A strength with the places that two implementations can agree on."""
    return f"{strength:.9f}"


def describe_habits(user: User, views: Sequence[HabitView]) -> list[dict[str, Any]]:
    """The habits of a list, each with what the apps above add to it."""
    extras = {name: extra(user, views) for name, extra in _extras.items()}
    return [
        {
            **_habit(view.habit, view.tags, view.plan, view.snapshot),
            "today": {**_today(view.snapshot), "version": view.entry.version if view.entry else None},
            **{name: values.get(view.habit.pk) for name, values in extras.items()},
        }
        for view in views
    ]


def _habit(habit: Habit, tags: Sequence[str], plan: Plan, snapshot: Snapshot) -> dict[str, Any]:
    streak = snapshot.streak
    return {
        "id": str(habit.pk),
        "name": habit.name,
        "why": habit.why,
        "cue": habit.cue,
        "kind": habit.kind,
        "unit": habit.unit,
        "target": amount(plan.target),
        "schedule": schedule_to_json(plan.schedule),
        "freezes": plan.freezes,
        "preferred_time": plan.preferred_time.strftime("%H:%M") if plan.preferred_time else None,
        "tags": list(tags),
        "colour": habit.colour,
        "icon": habit.icon,
        "position": habit.position,
        "started_on": habit.started_on.isoformat(),
        "archived": habit.archived_on is not None,
        "streak": {
            "current": streak.current,
            "longest": streak.longest,
            "unit": streak.unit,
            "since": streak.since.isoformat() if streak.since else None,
            "freezes": streak.freezes,
        },
        "strength": strength_text(snapshot.strength),
    }


def _today(snapshot: Snapshot) -> dict[str, Any]:
    today = snapshot.today
    return {
        "day": today.day.isoformat(),
        "due": today.due,
        "state": today.state.value,
        "value": amount(today.value),
    }


def describe_entry(entry: Entry, state: DayState) -> dict[str, Any]:
    """An entry; ``state`` is what its day has become."""
    return {
        "day": entry.day.isoformat(),
        "value": amount(entry.value_milli),
        "skipped": entry.skipped,
        "note": entry.note,
        "performed_at": instant_text(entry.performed_at) if entry.performed_at else None,
        "state": state.value,
        "source": entry.source,
        "version": entry.version,
    }


def describe_blank(day: DayView) -> dict[str, Any]:
    """A day without an entry, in the shape of one."""
    return {
        "day": day.day.isoformat(),
        "value": None,
        "skipped": False,
        "note": "",
        "performed_at": None,
        "state": day.state.value,
        "source": None,
        "version": None,
    }


def describe_plan(plan: PlanRow) -> dict[str, Any]:
    """A plan version."""
    return {
        "effective_from": plan.effective_from.isoformat(),
        "schedule": plan.schedule,
        "target": amount(plan.target_milli),
        "freezes": plan.freezes,
        "preferred_time": plan.preferred_time.strftime("%H:%M") if plan.preferred_time else None,
    }


def describe_pause(pause: Pause) -> dict[str, Any]:
    """A pause; without ``habit`` it is the whole account's."""
    return {
        "id": str(pause.pk),
        "habit": str(pause.habit_id) if pause.habit_id else None,
        "from": pause.starts_on.isoformat(),
        "to": pause.ends_on.isoformat() if pause.ends_on else None,
        "reason": pause.reason,
    }


def describe_feed(feed: CalendarFeed) -> dict[str, Any]:
    """A feed. Its address is not in it: that is told once, by the answer that made it."""
    return {
        "id": str(feed.pk),
        "name": feed.name,
        "tag": feed.tag or None,
        "created_at": instant_text(feed.created_at),
        "last_read_at": instant_text(feed.last_read_at) if feed.last_read_at else None,
    }


def describe_day(day: DayView) -> dict[str, Any]:
    """A day of a history."""
    return {
        "day": day.day.isoformat(),
        "state": day.state.value,
        "value": amount(day.value),
        "skipped": day.skipped,
        "strength": strength_text(day.strength),
        "streak": day.streak,
    }


def describe_unit(unit: UnitView) -> dict[str, Any]:
    """A unit of a streak."""
    return {
        "from": unit.first.isoformat(),
        "to": unit.last.isoformat(),
        "state": unit.state.value,
        "need": amount(unit.need),
        "done": amount(unit.done),
    }
