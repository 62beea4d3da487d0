"""What callers hand to the services: drafts, and changes with fields left out."""

from dataclasses import dataclass
from datetime import date

from habits.services.changes import UNSET, Unset, stated

__all__ = ["UNSET", "GoalChange", "GoalDraft", "Links", "stated"]

Links = tuple[tuple[int, int], ...]
"""Habit ids, each with its weight in thousandths."""


@dataclass(frozen=True, slots=True)
class GoalDraft:
    """A goal to be made. Without ``starts_on`` it starts today."""

    title: str
    measure: str
    target_milli: int
    unit: str = ""
    starts_on: date | None = None
    deadline: date | None = None
    habits: Links = ()
    milestones: tuple[int, ...] = ()
    import_key: str = ""


@dataclass(frozen=True, slots=True)
class GoalChange:
    """What is to be changed about a goal."""

    title: str | Unset = UNSET
    measure: str | Unset = UNSET
    target_milli: int | Unset = UNSET
    unit: str | Unset = UNSET
    starts_on: date | Unset = UNSET
    deadline: date | Unset | None = UNSET
    habits: Links | Unset = UNSET
    milestones: tuple[int, ...] | Unset = UNSET
