"""Taking messages out of the ledger and saying what became of them: the statements that nothing may come between.

A claim is one statement in a transaction of its own: it leases the rows of some messages and gives them a fresh token.
Right before a message is sent another one counts the attempt and renews its lease, if it is still ours. Whoever dies
afterwards is waited for until the lease ends; whoever comes back late finds another token in the rows and changes
nothing. Leases are measured by the database's clock, which all workers share.

An attempt is counted when its send begins and not with the claim, because a kill takes a whole batch with it: messages
that were not begun have lost nothing but time. Claims are counted too, so that what kills its worker before it is even
begun comes to an end.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction

from nudges.models import Nudge
from nudges.querysets import NudgeQuerySet

LEASE = timedelta(seconds=25)
MOST_ATTEMPTS = 5
MOST_CLAIMS = 40
BACKOFF = tuple(timedelta(seconds=seconds) for seconds in (30, 120, 480, 1500))
"""How long to wait after each failed attempt: all five fit into the shortest slot."""

_TABLE = Nudge._meta.db_table
# The first row of a message stands for all of it: rows of one message are never claimed apart.
_CLAIM = f"""
UPDATE {_TABLE} SET state = 'leased', token = %(token)s, claims = claims + 1, lease_until = {{lease_end}}
WHERE state IN ('due', 'leased') AND message_key {{among}} (
    SELECT head.message_key FROM {_TABLE} head
    WHERE head.state IN ('due', 'leased') AND head.next_attempt_at <= %(now)s AND head.expires_at > %(now)s
    AND (head.state = 'due' OR head.lease_until < {{clock}})
    AND head.attempts < {MOST_ATTEMPTS} AND head.claims < {MOST_CLAIMS}
    AND NOT EXISTS (
        SELECT 1 FROM {_TABLE} earlier
        WHERE earlier.message_key = head.message_key AND earlier.id < head.id AND earlier.state IN ('due', 'leased')
    )
    ORDER BY head.next_attempt_at, head.id LIMIT %(most)s {{lock}}
){{closing}}
RETURNING id
"""  # noqa: S608 - no input
# PostgreSQL may evaluate a plain subquery more than once, and then claims more than the limit; an array it makes once.
_WORDS = {
    "postgresql": {
        "clock": "clock_timestamp()",
        "lease_end": "clock_timestamp() + make_interval(secs => %(lease)s)",
        "among": "= ANY(ARRAY",
        "lock": "FOR UPDATE SKIP LOCKED",
        "closing": ")",
    },
    "sqlite": {
        "clock": "strftime('%%Y-%%m-%%d %%H:%%M:%%f', 'now')",
        "lease_end": "strftime('%%Y-%%m-%%d %%H:%%M:%%f', 'now', '+' || %(lease)s || ' seconds')",
        "among": "IN",
        "lock": "",
        "closing": "",
    },
}


_BEGIN = f"""
UPDATE {_TABLE} SET attempts = attempts + 1, lease_until = {{lease_end}}
WHERE state = 'leased' AND token = %(token)s AND expires_at > %(now)s AND id IN ({{ids}})
"""  # noqa: S608 - no input


def claim(now: datetime, *, most: int) -> tuple[uuid.UUID, list[Nudge]]:
    """Lease the rows of up to ``most`` messages that are due, the longest waiting first; their token and the rows.

    The claim is committed when this returns (outside of a transaction, as workers call it).
    """
    token = uuid.uuid4()
    statement = _CLAIM.format(**_WORDS[connection.vendor])
    told = {
        "token": _stored(token),
        "now": connection.ops.adapt_datetimefield_value(now),
        "lease": int(LEASE.total_seconds()),
        "most": most,
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, told)
        ids = [pk for (pk,) in cursor.fetchall()]
    if not ids:
        return token, []
    rows = Nudge.objects.filter(pk__in=ids, token=token).select_related("user", "habit")
    return token, list(rows.order_by("next_attempt_at", "id"))


def begin(token: uuid.UUID, rows: Sequence[Nudge], now: datetime) -> bool:
    """Count the attempt and renew the lease, right before sending; False when lease or window are over."""
    statement = _BEGIN.format(**_WORDS[connection.vendor], ids=", ".join([f"%(id{row.pk})s" for row in rows]))
    told = {
        "token": _stored(token),
        "now": connection.ops.adapt_datetimefield_value(now),
        "lease": int(LEASE.total_seconds()),
        **{f"id{row.pk}": row.pk for row in rows},
    }
    with connection.cursor() as cursor:  # a statement that commits by itself: nothing else belongs to it
        cursor.execute(statement, told)
        held: int = cursor.rowcount
    for row in rows:
        row.attempts += 1
    return held == len(rows)


def mark_sent(token: uuid.UUID, ids: Iterable[int], now: datetime) -> int:
    """The message is out; how many rows said so (0: the lease was lost, and somebody else's word counts)."""
    return _held(token, ids).update(state=Nudge.State.SENT, sent_at=now, **_LET_GO)


def mark_cancelled(token: uuid.UUID, ids: Iterable[int], reason: str) -> int:
    """These rows are not to go out any more, for ``reason``."""
    return _held(token, ids).update(state=Nudge.State.CANCELLED, reason=reason, **_LET_GO)


def mark_failed(token: uuid.UUID, rows: Iterable[Nudge], error: str, now: datetime, after: timedelta | None) -> int:
    """An attempt failed: it is tried again later, or is a dead letter after the last one."""
    listed = list(rows)
    ids, attempts = [row.pk for row in listed], max(row.attempts for row in listed)
    if attempts >= MOST_ATTEMPTS:
        return mark_dead(token, ids, error)
    wait = max(after or timedelta(0), BACKOFF[attempts - 1])
    return _held(token, ids).update(
        state=Nudge.State.DUE, next_attempt_at=now + wait, last_error=error[:300], **_LET_GO
    )


def mark_dead(token: uuid.UUID, ids: Iterable[int], error: str, reason: str = "attempts") -> int:
    """A dead letter: an operator sees it, and may requeue it while it is worth sending."""
    return _held(token, ids).update(state=Nudge.State.DEAD, reason=reason, last_error=error[:300], **_LET_GO)


def give_back(token: uuid.UUID, ids: Iterable[int]) -> int:
    """Messages that were claimed and not begun: somebody else may have them at once."""
    return _held(token, ids).update(state=Nudge.State.DUE, **_LET_GO)


def sweep(now: datetime) -> tuple[int, int]:
    """Put away what is too late, and what died with its last attempt; how many rows of each."""
    waiting = Nudge.objects.filter(state=Nudge.State.DUE, expires_at__lte=now)
    late = waiting.update(state=Nudge.State.EXPIRED, reason="expired")
    clock = _WORDS[connection.vendor]["clock"]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_LOST_AND_LATE.format(clock=clock), [connection.ops.adapt_datetimefield_value(now)])
        late += cursor.rowcount
        cursor.execute(_LOST_FOR_GOOD.format(clock=clock), [MOST_ATTEMPTS, MOST_CLAIMS])
        dead = cursor.rowcount
    return late, dead


_LOST_AND_LATE = f"""
UPDATE {_TABLE} SET state = 'expired', reason = 'expired', token = NULL, lease_until = NULL
WHERE state = 'leased' AND lease_until < {{clock}} AND expires_at <= %s
"""  # noqa: S608 - no input
_LOST_FOR_GOOD = f"""
UPDATE {_TABLE}
SET state = 'dead', reason = 'attempts', last_error = 'the worker died', token = NULL, lease_until = NULL
WHERE state = 'leased' AND lease_until < {{clock}} AND (attempts >= %s OR claims >= %s)
"""  # noqa: S608 - no input
_LET_GO = {"token": None, "lease_until": None}


def _held(token: uuid.UUID, ids: Iterable[int]) -> NudgeQuerySet[Nudge]:
    return Nudge.objects.filter(pk__in=[*ids], state=Nudge.State.LEASED, token=token)


def _stored(token: uuid.UUID) -> uuid.UUID | str:
    """As the database keeps it."""
    return token if connection.vendor == "postgresql" else token.hex
