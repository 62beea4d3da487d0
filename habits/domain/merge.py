"""Whose word stands when several devices wrote about the same day.

Every field of an entry remembers when, by which device and in which operation it was stated. The later statement of a
field wins, ties go to the greater device id, then to the greater operation id; so whatever order operations arrive in,
all devices end with one state. Deleting states every field at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Stamp = tuple[str, str, str]
"""(RFC 3339 instant in UTC with microseconds, device id, operation id): compares in that order."""

NEVER: Stamp = ("", "", "")
NOTHING: Mapping[str, Any] = {"value": None, "skipped": False, "note": "", "performed_at": None}
PRESENCE = "presence"
"""A field without content that every statement but a deletion makes: that there is an entry."""


@dataclass(frozen=True, slots=True)
class Content:
    """What is stated about one day, since when, and when all of it was last deleted."""

    values: Mapping[str, Any] = field(default_factory=lambda: dict(NOTHING))
    stamps: Mapping[str, Stamp] = field(default_factory=dict)
    deleted: Stamp = NEVER

    @property
    def exists(self) -> bool:
        """Whether anything was stated since the last deletion."""
        return any(at > self.deleted for at in self.stamps.values())


@dataclass(frozen=True, slots=True)
class Statement:
    """One write: the fields it states with their absolute values, or that all is to be deleted."""

    values: Mapping[str, Any]
    stamp: Stamp
    delete: bool = False


@dataclass(frozen=True, slots=True)
class Merged:
    """The content after a statement, and whether every part of the statement stands in it."""

    content: Content
    stands: bool


def merge(content: Content, statement: Statement, *, override: bool) -> Merged:
    """Lay ``statement`` over ``content``. With ``override`` it wins whatever the stamps say: its writer saw all."""
    if statement.delete:
        return _delete(content, statement.stamp, override=override)
    values, stamps, stands = dict(content.values), dict(content.stamps), True
    deleted = NEVER if override and statement.stamp <= content.deleted else content.deleted
    for name, value in {**statement.values, PRESENCE: None}.items():
        held = max(stamps.get(name, NEVER), deleted)
        if override or statement.stamp > held:
            stamps[name] = max(statement.stamp, held)
            if name != PRESENCE:
                values[name] = value
        elif name != PRESENCE and values[name] != value:
            stands = False
    merged = Content(values, stamps, deleted)
    return Merged(merged, stands and merged.exists)


def _delete(content: Content, stamp: Stamp, *, override: bool) -> Merged:
    deleted = max(stamp, content.deleted, *(content.stamps.values() if override else ()))
    stamps = {name: at for name, at in content.stamps.items() if at > deleted}
    values = {name: content.values[name] if name in stamps else blank for name, blank in NOTHING.items()}
    merged = Content(values, stamps, deleted)
    return Merged(merged, not merged.exists)
