"""What the sources of trackers have in common that keep no history of entries, and no first day of a habit."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from habits.transfer.limits import NAME_LENGTH, Limits
from habits.transfer.neutral import FileRefusedError, ImportedHabit, ImportedRevision, Refusal, Refuse, Tally
from habits.transfer.readers import cells, loop


class Foreign:
    """A source without revisions, whose habits begin on their first entry."""

    def __init__(self, limits: Limits) -> None:
        self.habits: list[ImportedHabit] = []
        self.extras: dict[str, Any] = {}
        self._limits = limits

    def revisions(self, refuse: Refuse) -> Iterator[ImportedRevision]:  # noqa: ARG002 - as every source
        """None: the format knows no history of entries."""
        return iter(())

    def settle(self, tallies: Mapping[int, Tally]) -> None:
        """Each habit starts on its first entry, and is counted from there."""
        for index, habit in enumerate(self.habits):
            habit.started_on = tallies.get(index, Tally()).first
            loop.anchored(habit)

    def _check_room(self, found: Sequence[ImportedHabit]) -> None:
        if len(found) >= self._limits.foreign_habits:
            raise FileRefusedError("too_many_habits", self._limits.foreign_habits)


def name_of(values: Mapping[str, Any]) -> str:
    """The name on one line; empty for none."""
    return cells.line_of(cells.text(values.get("name")), NAME_LENGTH)


def numbered(name: str, index: int, file: str, refuse: Refuse) -> str:
    """The name, or the habit's number for one that has none; that is told."""
    if not name:
        name = str(index + 1)
        refuse(Refusal(file, 0, "no_name", name))
    return name


def key_of(family: str, values: Mapping[str, Any], name: str, index: int) -> str:
    """What a second run of the file knows the habit by: its id, or else its name and place."""
    known = cells.text(values.get("id"))
    return f"{family}:{cells.digest(known)}" if known else f"{family}:name:{cells.digest(name)}:{index}"


def left_out(file: str, code: str, name: str, refuse: Refuse) -> ImportedHabit:
    """Stands for a habit that is not taken, which is told."""
    refuse(Refusal(file, 0, code, name))
    return ImportedHabit(key="", name=name, broken=True)
