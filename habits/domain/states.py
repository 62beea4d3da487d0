"""The names of what became of a day and of a unit."""

from enum import StrEnum


class DayState(StrEnum):
    """What a day shows."""

    KEPT = "kept"
    MISSED = "missed"
    FROZEN = "frozen"
    SKIPPED = "skipped"
    OFF = "off"
    PENDING = "pending"
    EXTRA = "extra"


class UnitState(StrEnum):
    """What the streak makes of a day, a week or a month."""

    KEPT = "kept"
    MISSED = "missed"
    FROZEN = "frozen"
    NEUTRAL = "neutral"
    PENDING = "pending"
