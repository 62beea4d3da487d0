"""The plan of a habit as a suggestion remembers it: what was in force, and whether it still is."""

from __future__ import annotations

from datetime import date, time
from typing import TYPE_CHECKING, Any

from analytics.domain.suggestions import Patch
from habits.domain.plan import Plan
from habits.domain.schedule import schedule_to_json
from habits.services import HabitChange

if TYPE_CHECKING:
    from habits.models import Habit

PLAN = ("schedule", "target", "freezes", "preferred_time")
"""What a plan version says; the cue is the habit's."""

Told = dict[str, Any]
"""Schedule, target (thousandths), freezes, preferred time and cue, as JSON."""


def told_plan(habit: Habit, plan: Plan) -> Told:
    """What is in force of a habit."""
    return {
        "schedule": schedule_to_json(plan.schedule),
        "target": plan.target,
        "freezes": plan.freezes,
        "preferred_time": _time_text(plan.preferred_time),
        "cue": habit.cue,
    }


def patched(told: Told, patch: Patch, cue: str) -> Told:
    """What will be in force with a patch and the sentence that comes with it."""
    changes = {name: value for name, value in patch.to_json().items() if name in told}
    return {**told, **changes, **({"cue": cue} if patch.has_words else {})}


def change_to(before: Told, after: Told) -> HabitChange:
    """The edit that leads from one to the other."""
    fields: dict[str, Any] = {}
    for name in (name for name in after if before[name] != after[name]):
        match name:
            case "target":
                fields["target_milli"] = after[name]
            case "preferred_time":
                fields[name] = time.fromisoformat(after[name]) if after[name] else None
            case _:
                fields[name] = after[name]
    return HabitChange(**fields)


def same_plan(one: Told, other: Told) -> bool:
    """Whether both ask for the same; the cue is no part of that."""
    return all(one[name] == other[name] for name in PLAN)


def day_text(day: date | None) -> str | None:
    """A day as JSON has it."""
    return day.isoformat() if day else None


def _time_text(at: time | None) -> str | None:
    return at.isoformat(timespec="auto" if at.second or at.microsecond else "minutes") if at else None
