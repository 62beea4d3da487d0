"""Feeds in the export of an account: their names. Addresses are not in it, and an import makes none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from habits.feeds.selectors import feeds_of
from habits.transfer.sections import Section
from smarthabit.accounts.user import User
from smarthabit.kernel.api.fields import instant_text


def export(user: User, habit_keys: Mapping[int, str]) -> Iterator[dict[str, Any]]:  # noqa: ARG001 - as sections are
    """Each feed by its name."""
    for feed in feeds_of(user):
        yield {"name": feed.name, "tag": feed.tag, "created_at": instant_text(feed.created_at)}


def restore(user: User, listed: list[dict[str, Any]], habit_ids: Mapping[str, int], now: datetime) -> None:
    """Nothing is taken in: whoever had an address should not get it back by a file, and a new one is to be told."""


SECTION = Section(export, restore)
