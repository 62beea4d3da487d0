"""What every channel is to the ledger: one interface, one package each, and the register of those there are.

``installed.py`` registers one channel of each package. A channel neither decides nor counts: whether a message may go
out, how often it is tried and what becomes of it is the ledger's business (``nudges.services.delivery``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Action:
    """Something the reader can do straight from the message: ``kind`` is done, snooze or dismiss.

    ``token`` is signed (``nudges.services.tokens``); a page shows what it would do, and only a POST does it.
    """

    kind: str
    label: str
    token: str


@dataclass(frozen=True, slots=True)
class Item:
    """One habit of the message, in words for the user, with the nudge it stands for."""

    nudge_id: int
    habit_id: int
    habit_name: str
    style: str
    text: str
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """What a user is told, in their language. A digest has several items; ``actions`` are those of a single one.

    ``url`` is a path within the site. ``key`` names the message for good, over all attempts and devices.
    """

    user_id: int
    key: str
    day: date
    slot: int
    title: str
    body: str
    url: str
    items: tuple[Item, ...]
    actions: tuple[Action, ...] = field(default=())
    test: bool = False
    """A message the user asked for from the settings, which is in no ledger."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """It is with the provider (or on the screen). ``detail`` is for operators."""

    detail: str = ""


@dataclass(frozen=True, slots=True)
class Retry:
    """It may work later: after ``after``, where the provider said so, else by the ledger's backoff."""

    reason: str
    after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Gone:
    """There is nobody at the other end, and will not be: no target is left, or the provider refuses for good."""

    reason: str


Outcome = Delivered | Retry | Gone


class Channel(Protocol):
    """A way to reach a user."""

    kind: str
    """The name in preferences and in the ledger: in_app, email, webpush, webhook, apprise."""

    def available(self, user: Any) -> bool:
        """Whether there is anywhere to send to for this user now (an address, a device, a target)."""
        ...

    def deliver(self, message: Message, *, key: str, window_left: timedelta) -> Outcome:
        """Try to send, once. An exception counts as a failure that may pass.

        ``key`` is the same at every attempt, so that a provider can tell a repetition; after ``window_left`` the
        message is worth nothing any more (a provider's TTL).
        """
        ...


_channels: dict[str, Channel] = {}


def register(channel: Channel) -> None:
    """Make a channel known under its kind; the last one of a kind counts."""
    _channels[channel.kind] = channel


def channel(kind: str) -> Channel | None:
    """The channel of this kind, or None where it is not installed or switched off by the operator."""
    return _channels.get(kind)


def kinds() -> tuple[str, ...]:
    """The kinds there are, in the order in which they were registered."""
    return tuple(_channels)
