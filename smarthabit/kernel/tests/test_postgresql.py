"""A kept connection is found out to be dead without asking the server, and asked where there is doubt."""

from __future__ import annotations

import pytest
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

pytestmark = [pytest.mark.django_db, pytest.mark.services]


@pytest.fixture
def other() -> BaseDatabaseWrapper:
    made = connections.create_connection("default")
    made.ensure_connection()
    return made


def test_a_connection_at_rest_is_usable(other: BaseDatabaseWrapper) -> None:
    assert other.is_usable()
    other.close()
    assert not other.is_usable()


def test_a_connection_that_the_server_ended_is_not(other: BaseDatabaseWrapper) -> None:
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (process,) = cursor.fetchone()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [process])
    assert not other.is_usable()
    other.close()
    with other.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)
    other.close()


def test_a_connection_with_something_to_tell_is_asked(other: BaseDatabaseWrapper) -> None:
    with other.cursor() as cursor:
        cursor.execute("LISTEN something")
    teller = connections.create_connection("default")
    with teller.cursor() as cursor:
        cursor.execute("NOTIFY something")
    teller.close()
    assert other.is_usable()
    other.close()
