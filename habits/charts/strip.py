"""The last days of a habit as a row of marks that differ in shape, not in colour alone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from habits.domain.entry import Kind
from habits.domain.states import DayState

SIDE = 10
PITCH = 13


class Mark(StrEnum):
    """What is drawn for a day."""

    KEPT = "kept"
    PARTIAL = "partial"
    FAILED = "failed"
    MISSED = "missed"
    FROZEN = "frozen"
    SKIPPED = "skipped"
    PENDING = "pending"
    OFF = "off"
    EXTRA = "extra"


@dataclass(frozen=True, slots=True)
class Strip:
    """`paths` holds one path for every kind of mark that occurs."""

    width: int
    paths: tuple[tuple[Mark, str], ...]
    current: int
    """The left edge of the last day, which is ringed."""


def mark_of(state: DayState, value: int | None, kind: Kind) -> Mark:
    """What is drawn for a day in `state` on which `value` (thousandths) was stated."""
    if state is DayState.MISSED:
        stated_failure = value == 0 if kind == "build" else value is not None
        if stated_failure:
            return Mark.FAILED
        return Mark.PARTIAL if value else Mark.MISSED
    if state is DayState.PENDING and kind == "build":
        if value == 0:
            return Mark.FAILED
        return Mark.PARTIAL if value else Mark.PENDING
    return Mark(state.value)


def strip(marks: Sequence[Mark]) -> Strip:
    """The marks from left to right, the oldest first."""
    paths: dict[Mark, list[str]] = {}
    for number, mark in enumerate(marks):
        paths.setdefault(mark, []).append(_SHAPES[mark](number * PITCH))
    current = max(0, len(marks) - 1) * PITCH
    return Strip(current + SIDE, tuple((mark, "".join(parts)) for mark, parts in paths.items()), current)


def _square(left: int) -> str:
    return f"M{left} 0h10v10h-10z"


def _outline(left: int) -> str:
    return f"M{left + 1} 1h8v8h-8z"


def _lower_half(left: int) -> str:
    return f"M{left} 5h10v5h-10z"


def _cross(left: int) -> str:
    return f"M{left + 2} 2l6 6m0-6l-6 6"


def _diamond(left: int) -> str:
    return f"M{left + 5} 0l5 5-5 5-5-5z"


def _dot(left: int) -> str:
    return f"M{left + 4} 4h2v2h-2z"


def _small_square(left: int) -> str:
    return f"M{left + 2} 2h6v6h-6z"


_SHAPES: dict[Mark, Callable[[int], str]] = {
    Mark.KEPT: _square,
    Mark.PARTIAL: _lower_half,
    Mark.FAILED: _cross,
    Mark.MISSED: _square,
    Mark.FROZEN: _diamond,
    Mark.SKIPPED: _outline,
    Mark.PENDING: _outline,
    Mark.OFF: _dot,
    Mark.EXTRA: _small_square,
}
