"""A suggestion as the facts make it: what it would change, why, and what that is expected to bring."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum
from typing import Any

from analytics.domain.suggestions.posterior import Spread
from habits.domain.schedule import Schedule, parse_schedule, schedule_to_json

Evidence = Mapping[str, int | float]


class Kind(StrEnum):
    """What is suggested. The order is that of urgency: the first that applies to a habit is the one that is made."""

    PAUSE = "pause"
    LOWER = "lower"
    TINY = "tiny"
    RETURN = "return"
    DAYS = "change_days"
    SLACK = "slack"
    TIME = "change_time"
    STACK = "stack"
    CUE = "if_then"
    RAISE = "raise"
    REMINDERS = "fewer_reminders"


class Measure(StrEnum):
    """What the expected change counts, per week."""

    DAYS = "days"
    """Days on which it is done."""
    MISSES = "misses"
    """Misses, of which there would be fewer: a gain is a positive number of misses spared."""


@dataclass(frozen=True, slots=True)
class Patch:
    """What accepting it changes; None leaves as it is. `target` is in thousandths.

    `anchor` is the habit after which to do this one, `at` the minute of the day to tie it to, `back_on` the day of a
    fresh start: the words of the plan are made of them. `pause` asks for a pause from the day of acceptance on.
    """

    schedule: Schedule | None = None
    target: int | None = None
    freezes: bool | None = None
    preferred_time: time | None = None
    anchor: int | None = None
    at: int | None = None
    back_on: date | None = None
    pause: bool = False
    fewer_reminders: bool = False

    @property
    def has_words(self) -> bool:
        """Whether it comes with a sentence of the user's own, the cue."""
        return self.anchor is not None or self.at is not None or self.back_on is not None

    def to_json(self) -> dict[str, Any]:
        """The fields that change something, for storing."""
        found: dict[str, Any] = {
            "schedule": schedule_to_json(self.schedule) if self.schedule else None,
            "target": self.target,
            "freezes": self.freezes,
            "preferred_time": self.preferred_time.strftime("%H:%M") if self.preferred_time else None,
            "anchor": self.anchor,
            "at": self.at,
            "back_on": self.back_on.isoformat() if self.back_on else None,
            "pause": self.pause or None,
            "fewer_reminders": self.fewer_reminders or None,
        }
        return {name: value for name, value in found.items() if value is not None}


def patch_from_json(stored: Mapping[str, Any]) -> Patch:
    """The patch that `to_json` stored."""
    told = dict(stored)
    if "schedule" in told:
        told["schedule"] = parse_schedule(told["schedule"])
    if "preferred_time" in told:
        told["preferred_time"] = time.fromisoformat(told["preferred_time"])
    if "back_on" in told:
        told["back_on"] = date.fromisoformat(told["back_on"])
    return Patch(**told)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One suggestion for one habit.

    `expected` is the change per week of what `measure` counts; `certainty` the probability that it is a gain. `before`
    and `after` are the shares of what is asked that would be kept as the plan stands and with the change. `yardstick`
    (thousandths) is what a day must reach (of a limit: stay at or below) to count when the effect is measured.
    """

    habit_id: int
    kind: Kind
    patch: Patch
    evidence: Evidence
    expected: Spread
    certainty: float
    before: float
    after: float
    yardstick: int
    measure: Measure = field(default=Measure.DAYS)
