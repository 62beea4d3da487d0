"""Whose day has ended, claimed in portions, and saying that it is closed: statements for many users at once.

A claim puts the users off by a lease and is committed at once: workers share the work, and what one of them left
undone comes back when the lease is over. No clock is locked meanwhile, so that nobody's own writes wait for it.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from smarthabit.accounts.models import User, UserClock
from smarthabit.kernel.among import among, among_sql
from smarthabit.kernel.days import day_of

LEASE = dt.timedelta(minutes=10)
_CLOCKS = UserClock._meta.db_table
_AMONG = {"postgresql": ("= ANY(ARRAY(", "FOR UPDATE OF clock SKIP LOCKED))"), "sqlite": ("IN (", ")")}
# Two looks, as one index answers each in its order: those nobody has worked out yet, and those whose time has come.
_CLAIM = f"""
UPDATE {_CLOCKS} SET next_rollover = %s WHERE user_id {{among}}
    SELECT clock.user_id FROM {_CLOCKS} clock JOIN {User._meta.db_table} person ON person.id = clock.user_id
    WHERE person.is_active AND clock.next_rollover {{due}} LIMIT %s {{closing}}
RETURNING user_id, closed_through
"""  # noqa: S608 - no input


@dataclass(frozen=True, slots=True)
class EndedDay:
    """Users whose day has ended, claimed until ``lease``: those who share a zone and the hour at which a day starts."""

    user_ids: Sequence[int]
    zone: ZoneInfo
    day_starts_at: dt.time
    today: dt.date
    known: bool
    """Whether a day of theirs was closed before."""
    lease: dt.datetime


def claim_ended(now: dt.datetime, *, limit: int) -> list[EndedDay]:
    """Claim active users whose day has ended, or for whom nobody has worked out yet when it does."""
    lease = now + LEASE
    known = dict(_claimed("IS NULL", [], lease, limit))
    if len(known) < limit:
        at = connection.ops.adapt_datetimefield_value(now)
        known |= _claimed("<= %s ORDER BY clock.next_rollover", [at], lease, limit - len(known))
    alike: defaultdict[tuple[str, dt.time, bool], list[int]] = defaultdict(list)
    users = User.objects.filter(among("pk", known)).order_by("pk")
    for pk, timezone, starts in users.values_list("pk", "timezone", "day_starts_at"):
        alike[timezone, starts, known[pk]].append(pk)
    return [
        EndedDay(ids, ZoneInfo(timezone), starts, day_of(now, ZoneInfo(timezone), starts), was_known, lease)
        for (timezone, starts, was_known), ids in alike.items()
    ]


def mark_closed(
    user_ids: Collection[int], *, lease: dt.datetime, closed: dt.date, next_end: dt.datetime, told: bool
) -> list[tuple[int, int]]:
    """Say that the day ``closed`` of these users is, and when their next one ends; each one's number, new if ``told``.

    Users whose time was changed since the claim (they moved to another zone) are left out: they come again. Their own
    writes wait for the caller's transaction from here on, so this belongs at its end.
    """
    if not user_ids:
        return []
    adapt = connection.ops.adapt_datetimefield_value
    listed, values = among_sql(user_ids)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {_CLOCKS} SET next_rollover = %s, closed_through = %s, seq = seq + %s "  # noqa: S608 - no input
            f"WHERE next_rollover = %s AND user_id {listed} RETURNING user_id, seq",
            [adapt(next_end), connection.ops.adapt_datefield_value(closed), int(told), adapt(lease), *values],
        )
        return list(cursor.fetchall())


def _claimed(due: str, values: list[Any], lease: dt.datetime, limit: int) -> list[tuple[int, bool]]:
    among, closing = _AMONG[connection.vendor]
    until = connection.ops.adapt_datetimefield_value(lease)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_CLAIM.format(among=among, due=due, closing=closing), [until, *values, limit])
        return [(pk, closed is not None) for pk, closed in cursor.fetchall()]
