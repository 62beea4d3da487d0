"""Fields of events that are worked out only where a script is listening, not by whoever made the change.

What is published carries ids and numbers that are at hand. An app may add a field that costs more: it is filled in by
the process that holds a script's connection, as of that moment, and nobody pays for it while no script listens.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Event = Mapping[str, Any]
# (user id, events of one type) -> a value for each of them
Details = Callable[[int, Sequence[Event]], Sequence[Any]]

log = logging.getLogger(__name__)
_details: defaultdict[str, dict[str, Details]] = defaultdict(dict)


def register(kind: str, name: str, details: Details) -> None:
    """Have ``details`` fill the field ``name`` of events of this type. Called from ``AppConfig.ready``."""
    _details[kind][name] = details


def wanted(events: Sequence[Event]) -> bool:
    """Whether anything is to be filled in."""
    return any(event.get("type") in _details for event in events)


def filled(user_id: int, events: Sequence[Event]) -> list[dict[str, Any]]:
    """The events with these fields; null where one cannot be worked out."""
    found = [dict(event) for event in events]
    for kind, fields in _details.items():
        mine = [event for event in found if event.get("type") == kind]
        for name, details in fields.items():
            for event, value in zip(mine, _values(details, user_id, mine), strict=True):
                event[name] = value
    return found


def _values(details: Details, user_id: int, events: Sequence[Event]) -> Sequence[Any]:
    if not events:
        return []
    try:
        return details(user_id, events)
    except Exception:
        log.exception("details of events could not be worked out", extra={"user": user_id})
        return [None] * len(events)
