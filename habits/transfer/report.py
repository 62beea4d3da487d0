"""What an import has to say for itself: counts, and lists that stay short."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from habits.transfer.matching import Destination
from habits.transfer.neutral import Refusal, Tally
from habits.transfer.reasons import WARNINGS
from habits.transfer.store import Stored

SHOWN = 200
"""Refusals, warnings and habits that are listed; the others are only counted."""


@dataclass(slots=True)
class Report:
    """Collects what happens to the rows of one file."""

    refused: list[Refusal] = field(default_factory=list)
    warnings: list[Refusal] = field(default_factory=list)
    refused_count: int = 0
    warnings_count: int = 0
    stored: Stored = field(default_factory=Stored)
    habits: list[dict[str, Any]] = field(default_factory=list)
    habits_count: int = 0
    new_habits: int = 0

    def refuse(self, refusal: Refusal) -> None:
        """Note a row that was refused, or taken with a change."""
        if refusal.code in WARNINGS:
            self.warnings_count += 1
            listed = self.warnings
        else:
            self.refused_count += 1
            listed = self.refused
        if len(listed) < SHOWN:
            listed.append(refusal)

    def list_habits(self, found: Mapping[int, Destination], tallies: Mapping[int, Tally]) -> None:
        """Note what the file has of each habit, and whether the user has the habit already."""
        self.habits_count = len(found)
        self.new_habits = sum(destination.is_new for destination in found.values())
        self.habits = [_line(found[index], tallies.get(index, Tally())) for index in sorted(found)[:SHOWN]]

    def as_json(self) -> dict[str, Any]:
        """The report as the job keeps it."""
        return {
            "habits": self.habits_count,
            "new_habits": self.new_habits,
            "entries": self.stored.created + self.stored.updated + self.stored.unchanged,
            "created": self.stored.created,
            "updated": self.stored.updated,
            "unchanged": self.stored.unchanged,
            "kept": self.stored.kept,
            "refused": _listed(self.refused),
            "refused_count": self.refused_count,
            "warnings": _listed(self.warnings),
            "warnings_count": self.warnings_count,
            "habit_list": self.habits,
        }


def _line(destination: Destination, tally: Tally) -> dict[str, Any]:
    return {
        "name": destination.name,
        "new": destination.is_new,
        "entries": tally.rows,
        "first": tally.first.isoformat() if tally.first else None,
        "last": tally.last.isoformat() if tally.last else None,
    }


def _listed(refusals: Sequence[Refusal]) -> list[dict[str, Any]]:
    return [refusal._asdict() for refusal in refusals]
