"""What breaks, and what the product promises all the same: real processes are killed, frozen or filled up.

Each module holds promises of docs/reliability.md, a ``TITLE`` that names them, and ``run``, which counts. The suite
runs the short form; ``scripts/faults`` runs the long one and prints the table.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Figure:
    """Something that was counted or measured, what it must be, and whether it is."""

    what: str
    found: float | str
    aim: str
    met: bool

    def __str__(self) -> str:
        found = f"{self.found:g}" if isinstance(self.found, int) else str(self.found)
        if isinstance(self.found, float):
            found = f"{self.found:.2f}"
        return f"{'ok  ' if self.met else 'MISS'} {self.what}: {found} (aim: {self.aim})"


def zero(what: str, found: int) -> Figure:
    """A figure that must be 0."""
    return Figure(what, found, "0", found == 0)


def at_most(what: str, found: float, limit: float, unit: str = "s") -> Figure:
    """A figure with an upper limit."""
    return Figure(what, found, f"<= {limit:g} {unit}", found <= limit)


def all_of(what: str, found: int, total: int) -> Figure:
    """A count that must be all there are, and some."""
    return Figure(what, found, f"all {total}", 0 < found == total)


class Fault(Protocol):
    """A module of this package."""

    TITLE: str

    def run(self, folder: Path, *, long: bool) -> list[Figure]:
        """Break something in an empty ``folder`` and count; the short form takes seconds, the long one minutes."""
        ...


def faults() -> Iterator[tuple[str, Fault]]:
    """Every fault by the name of its module."""
    for module in pkgutil.iter_modules(__path__):
        found = importlib.import_module(f"{__name__}.{module.name}")
        if hasattr(found, "TITLE"):
            yield module.name, found
