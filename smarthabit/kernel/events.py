"""Typed domain events: how one app tells the apps above it that something happened.

An event is a frozen dataclass. ``publish`` hands it to its subscribers once the transaction has committed; a subscriber
that fails is logged and harms neither the writer nor the other subscribers.
"""

import logging
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import transaction

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened; subclasses carry ids and plain values only."""


E = TypeVar("E", bound=Event)
_subscribers: defaultdict[type[Event], list[Callable[[Any], None]]] = defaultdict(list)


def subscribe(kind: type[E], handler: Callable[[E], None]) -> None:
    """Have ``handler`` called with every published event of exactly this kind; repeating it changes nothing."""
    if handler not in _subscribers[kind]:
        _subscribers[kind].append(handler)


def publish(event: Event) -> None:
    """Deliver ``event`` after the current transaction commits (at once when there is none)."""

    # A nested function, not a functools.partial: on Django 5.2 a failing robust partial crashes while being reported.
    def deliver() -> None:
        for handler in _subscribers[type(event)]:
            try:
                handler(event)
            except Exception:
                log.exception(
                    "subscriber failed", extra={"event": type(event).__name__, "handler": handler.__qualname__}
                )

    transaction.on_commit(deliver, robust=True)
