"""Signed-in clients of the API."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from habits.tests.conftest import NOON
from smarthabit.accounts import tokens
from smarthabit.accounts.user import User
from smarthabit.kernel import clock


@dataclass
class Script:
    """Somebody's script."""

    access: str

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """The answer to one request; headers by their names in snake case."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        content = body if isinstance(body, str) else json.dumps(body) if body is not None else ""
        return Client().generic(
            method,
            f"/api/v1/{path}",
            content,
            content_type="application/json",
            headers={"Authorization": f"Bearer {self.access}", **sent},
        )


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> dt.datetime:
    """It is noon in UTC, on a Wednesday."""
    monkeypatch.setattr(clock, "now", lambda: NOON)
    return NOON


@pytest.fixture
def script(user: User) -> Script:
    """A script of the user's."""
    return Script(tokens.issue(user=user, now=NOON).access)


@pytest.fixture
def strange_script(stranger: User) -> Script:
    """A script of somebody else's."""
    return Script(tokens.issue(user=stranger, now=NOON).access)
