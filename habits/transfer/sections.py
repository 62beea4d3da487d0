"""Parts of the export that belong to apps above: each registers how its rows are written out and read back.

A section names habits by their export keys, because ids do not outlive an account.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from smarthabit.accounts.user import User


@dataclass(frozen=True, slots=True)
class Section:
    """`export` yields JSON objects, given the export keys by habit id. `restore` puts such objects, which may come from
    anyone, into the tables, given the habit ids by key; doing it twice changes nothing. It raises ValueError, or a
    ServiceError, for objects it cannot take.
    """

    export: Callable[[User, Mapping[int, str]], Iterator[dict[str, Any]]]
    restore: Callable[[User, list[dict[str, Any]], Mapping[str, int], datetime], None]


_sections: dict[str, Section] = {}


def register(name: str, section: Section) -> None:
    """Add a part to every export, under this name. Called from `AppConfig.ready`."""
    _sections[name] = section


def registered() -> Mapping[str, Section]:
    """All sections by name."""
    return _sections
