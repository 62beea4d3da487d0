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
    """A user whose day has ended, claimed until ``lease``. ``user`` holds only what days and weeks depend on."""

    user: User
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
    users = User.objects.filter(among("pk", known)).only("timezone", "day_starts_at", "week_starts_on").order_by("pk")
    days: dict[tuple[str, dt.time], dt.date] = {}
    ended = []
    for user in users:
        kind = (user.timezone, user.day_starts_at)
        if kind not in days:
            days[kind] = day_of(now, user.zone, user.day_starts_at)
        ended.append(EndedDay(user, days[kind], known[user.pk], lease))
    return ended


def mark_closed(ended: Sequence[EndedDay], next_ends: Sequence[dt.datetime], told: Collection[int]) -> dict[int, int]:
    """Say that the days before their today are closed, and when the next one ends; the new numbers of those ``told``.

    Users whose time was changed since the claim (they moved to another zone) are left out: they come again. Their own
    writes wait for the caller's transaction from here on, so this belongs at its end.
    """
    alike: defaultdict[tuple[dt.datetime, dt.datetime, dt.date, bool], list[int]] = defaultdict(list)
    for one, at in zip(ended, next_ends, strict=True):
        alike[one.lease, at, one.today, one.user.pk in told].append(one.user.pk)
    numbers: dict[int, int] = {}
    for (lease, at, today, counted), ids in sorted(alike.items()):
        numbers.update(_marked(ids, lease, at, today - dt.timedelta(days=1), counted=counted))
    return {pk: seq for pk, seq in numbers.items() if pk in told}


def _claimed(due: str, values: list[Any], lease: dt.datetime, limit: int) -> list[tuple[int, bool]]:
    among, closing = _AMONG[connection.vendor]
    until = connection.ops.adapt_datetimefield_value(lease)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_CLAIM.format(among=among, due=due, closing=closing), [until, *values, limit])
        return [(pk, closed is not None) for pk, closed in cursor.fetchall()]


def _marked(
    ids: list[int], lease: dt.datetime, at: dt.datetime, closed: dt.date, *, counted: bool
) -> list[tuple[int, int]]:
    adapt = connection.ops.adapt_datetimefield_value
    listed, values = among_sql(ids)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {_CLOCKS} SET next_rollover = %s, closed_through = %s, seq = seq + %s "  # noqa: S608 - no input
            f"WHERE next_rollover = %s AND user_id {listed} RETURNING user_id, seq",
            [adapt(at), connection.ops.adapt_datefield_value(closed), int(counted), adapt(lease), *values],
        )
        return list(cursor.fetchall())
