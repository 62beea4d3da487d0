"""Whoever has an address, and what they find there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import icalendar
import pytest
from django.test import Client

from habits.feeds.services import make_feed
from habits.tests.conftest import NOON
from habits.tests.views.conftest import (  # noqa: F401 - fixtures
    CountQueries,
    browser,
    count_queries,
    foreign_browser,
)
from smarthabit.accounts.user import User
from smarthabit.kernel import clock

Read = Callable[..., Any]


def calendar_of(raw: bytes) -> Any:
    """What an independent library reads; it must have nothing to complain about."""
    found: Any = icalendar.Calendar.from_ical(raw)
    assert not found.errors
    return found


@pytest.fixture
def noon() -> None:
    """It is noon in UTC, on Wednesday 18 March 2026."""
    clock.shift(NOON - clock.now())


@pytest.fixture
def token(user: User, noon: None) -> str:
    """That of a feed of all the user's habits."""
    return make_feed(user=user, name="Phone", now=NOON)[1]


@pytest.fixture
def read(token: str) -> Read:
    """Asks for the feed as calendar programs do: with no cookie, and perhaps with what they were told before."""

    def ask(*, of: str = token, method: str = "get", **headers: str) -> Any:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return getattr(Client(), method)(f"/feeds/{of}.ics", headers=sent)

    return ask


@pytest.fixture
def events(read: Read) -> Callable[[], list[Any]]:
    """The events of the feed."""

    def found() -> list[Any]:
        return list(calendar_of(read().content).walk("VEVENT"))

    return found
