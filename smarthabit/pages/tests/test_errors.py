"""What pages answer when something below them fails."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DataError, InterfaceError, OperationalError
from django.test import Client

from smarthabit.accounts.user import User

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("error", "status", "says"),
    [
        (OperationalError("database or disk is full"), 503, "Nothing can be stored at this moment"),
        (InterfaceError("connection already closed"), 503, "Nothing can be stored at this moment"),
        (DataError("a mistake of ours"), 500, "Something went wrong on our side"),
        (RuntimeError("secret detail"), 500, "Something went wrong on our side"),
    ],
)
def test_a_database_that_cannot_now_is_told_from_a_mistake(
    user: User, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, says: str
) -> None:
    def fail(*_: Any, **__: Any) -> Any:
        raise error

    monkeypatch.setattr("smarthabit.pages.views.has_habits", fail)
    client = Client(raise_request_exception=False)
    client.force_login(user)
    answer = client.get("/")
    assert answer.status_code == status
    assert says in answer.content.decode()
    assert str(error) not in answer.content.decode()
    assert answer.headers.get("Retry-After") == ("2" if status == 503 else None)
