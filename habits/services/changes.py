"""What callers hand to the services: changes with fields left out, and drafts."""

from dataclasses import dataclass, fields
from datetime import date, datetime, time
from enum import Enum
from typing import Any, Final, Literal


class Unset(Enum):
    """The type of ``UNSET``: a field the caller did not mention, which keeps its value."""

    UNSET = "unset"


UNSET: Final = Unset.UNSET
ANY_VERSION: Final = "*"
"""An If-Match that every version meets, but not the lack of an entry."""

Source = Literal["web", "api", "import", "offline", "nudge"]


def stated(change: Any) -> dict[str, Any]:
    """The fields of a change that were mentioned, by name."""
    return {f.name: value for f in fields(change) if (value := getattr(change, f.name)) is not UNSET}


@dataclass(frozen=True, slots=True)
class EntryChange:
    """What a write states about a day, in absolute values; ``value_milli`` in thousandths, None for nothing stated."""

    value_milli: int | Unset | None = UNSET
    skipped: bool | Unset = UNSET
    note: str | Unset = UNSET
    performed_at: datetime | Unset | None = UNSET


@dataclass(frozen=True, slots=True)
class EntryWrite:
    """One write of an entry.

    ``if_version`` is what If-Match named (a version, or ``ANY_VERSION``): a write against another one raises
    VersionConflict.
    ``client_ts``, ``base_version``, ``device`` and ``op_id`` belong to operations of devices that were offline.
    """

    habit_id: int
    day: date
    change: EntryChange = EntryChange()
    delete: bool = False
    if_version: int | str | None = None
    base_version: int | None = None
    client_ts: datetime | None = None
    device: str = ""
    op_id: str = ""

    @property
    def negotiable(self) -> bool:
        """Whether a newer statement of another device may win over this one."""
        return self.client_ts is not None or self.base_version is not None


@dataclass(frozen=True, slots=True)
class HabitDraft:
    """A habit to be made, with its first plan. ``schedule`` is the schedule's JSON."""

    name: str
    schedule: Any
    target_milli: int
    kind: str = "build"
    why: str = ""
    cue: str = ""
    unit: str = ""
    colour: str = "teal"
    icon: str = ""
    tags: tuple[str, ...] = ()
    started_on: date | None = None
    freezes: bool = True
    preferred_time: time | None = None
    import_key: str = ""


@dataclass(frozen=True, slots=True)
class HabitChange:
    """What is to be changed about a habit; the last four make a new plan where they differ from the one in force."""

    name: str | Unset = UNSET
    why: str | Unset = UNSET
    cue: str | Unset = UNSET
    unit: str | Unset = UNSET
    colour: str | Unset = UNSET
    icon: str | Unset = UNSET
    tags: tuple[str, ...] | Unset = UNSET
    started_on: date | Unset = UNSET
    schedule: Any | Unset = UNSET
    target_milli: int | Unset = UNSET
    freezes: bool | Unset = UNSET
    preferred_time: time | Unset | None = UNSET


PLAN_FIELDS = ("schedule", "target_milli", "freezes", "preferred_time")
