"""Conditions on many ids: the same rows, and on PostgreSQL one parameter."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from smarthabit.accounts.user import User, UserClock
from smarthabit.kernel.among import among, among_sql, missing

pytestmark = pytest.mark.django_db


@pytest.fixture
def ids() -> list[int]:
    return [User.objects.create_user(f"{number}@example.org").pk for number in range(4)]


def test_those_named_are_found_by_any_column_and_nobody_else(ids: list[int]) -> None:
    wanted = [ids[0], ids[2], ids[3] + 1000]
    assert set(User.objects.filter(among("pk", wanted)).values_list("pk", flat=True)) == {ids[0], ids[2]}
    assert set(UserClock.objects.exclude(among("user_id", wanted)).values_list("pk", flat=True)) == {ids[1], ids[3]}
    listed, values = among_sql(wanted)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {User._meta.db_table} WHERE id {listed}", values)  # noqa: S608 - our own
        assert cursor.fetchone() == (2,)


def test_who_is_missing_is_found_and_one_look_tells_that_nobody_is(ids: list[int]) -> None:
    UserClock.objects.filter(pk=ids[1]).delete()
    assert missing(UserClock.objects.all(), [*ids, ids[0]]) == {ids[1]}
    with CaptureQueriesContext(connection) as asked:
        assert missing(UserClock.objects.all(), [ids[0], *ids[2:]]) == set()
    assert len(asked) == 1


def test_of_nobody_the_database_is_not_asked(ids: list[int]) -> None:
    with CaptureQueriesContext(connection) as asked:
        assert not list(User.objects.filter(among("pk", [])))
    assert not len(asked)
