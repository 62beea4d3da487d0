"""A signed-in browser at noon."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from habits.tests.conftest import NOON
from smarthabit.accounts.user import User
from smarthabit.kernel import clock


@pytest.fixture(autouse=True)
def at_noon() -> None:
    """Every page is asked for at the same moment."""
    clock.shift(NOON - clock.now())


@pytest.fixture
def browser(user: User) -> Client:
    """A browser in which ``user`` is signed in."""
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def foreign_browser(stranger: User) -> Client:
    """A browser in which somebody else is signed in."""
    client = Client()
    client.force_login(stranger)
    return client


CountQueries = Callable[[Callable[[], Any]], int]


@pytest.fixture
def count_queries() -> CountQueries:
    """Counts the queries of a call."""

    def count(call: Callable[[], Any]) -> int:
        with CaptureQueriesContext(connection) as queries:
            call()
        return len(queries)

    return count
