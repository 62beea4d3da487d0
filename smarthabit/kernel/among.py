"""Conditions on thousands of ids: one parameter on PostgreSQL, where a mark an id takes longer to write than to run."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import connection
from django.db.models import BooleanField, F, Func, Q, QuerySet, Value


def among(field: str, ids: Collection[int]) -> Any:
    """What ``filter`` takes for "``field`` is one of ``ids``"."""
    if ids and connection.vendor == "postgresql":  # of no ids Django knows the answer without asking
        return _AnyOf(F(field), Value(array_of(ids)))
    return Q(**{f"{field}__in": ids})


def among_sql(ids: Collection[int]) -> tuple[str, list[Any]]:
    """The same for a statement in SQL: what follows the column, and its parameters."""
    if connection.vendor == "postgresql":
        return "= ANY(%s::bigint[])", [array_of(ids)]
    return f"IN ({', '.join(['%s'] * len(ids))})", [*ids]


def array_of(ids: Collection[int]) -> str:
    """The ids as PostgreSQL reads an array."""
    return "{" + ",".join(map(str, ids)) + "}"


def missing(rows: QuerySet[Any], ids: Collection[int]) -> set[int]:
    """Those of these ids that none of the rows has as its key.

    Counting first answers it for thousands who are all there by the index alone, where PostgreSQL may read the whole
    table to look for those who are not.
    """
    found = rows.filter(among("pk", ids))
    wanted = set(ids)
    return set() if found.count() == len(wanted) else wanted.difference(found.values_list("pk", flat=True))


class _AnyOf(Func):
    template = "%(expressions)s::bigint[])"
    arg_joiner = " = ANY("
    output_field = BooleanField()
