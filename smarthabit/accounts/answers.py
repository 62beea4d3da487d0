"""Stored answers to POSTs that carried an Idempotency-Key.

A key is claimed in a transaction of its own, so that a second request sees at once that the first still runs. The
effect and its answer are then stored in one transaction: a process killed before its reply leaves both or neither. A
claim whose process died is free again when its lease has run out; whoever lost the lease meanwhile cannot store, and
rolls back.
"""

import datetime as dt
from dataclasses import dataclass
from enum import Enum, auto

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from smarthabit.accounts.models import IdempotentAnswer

# Short, because a client waits this long after a crash. A request that takes longer is safe all the same: whoever comes
# second to storing an answer rolls back.
LEASE = dt.timedelta(seconds=5)
KEPT_FOR = dt.timedelta(hours=24)


class Refusal(Enum):
    """Why a key cannot be used for this request now."""

    RUNNING = auto()
    OTHER_REQUEST = auto()


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to run the request under a key, until ``lease_until``."""

    id: int
    lease_until: dt.datetime


@dataclass(frozen=True, slots=True)
class Stored:
    """What was answered the first time; ``sealed`` is the body."""

    status: int
    headers: dict[str, str]
    sealed: bytes


def claim(*, scope: str, key: str, fingerprint: str, now: dt.datetime) -> Claim | Stored | Refusal:
    """Claim the key for a request, or say what stands in its way."""
    # Looking first keeps a retry from waiting for the writer that runs the first request.
    known = _find(scope, key)
    if known is None:
        try:
            with transaction.atomic():
                made = IdempotentAnswer.objects.create(
                    scope=scope, key=key, fingerprint=fingerprint, created_at=now, lease_until=now + LEASE
                )
            return Claim(made.pk, made.lease_until)
        except IntegrityError:
            known = _find(scope, key)
    return _judged(known, fingerprint, now) if known else Refusal.RUNNING


def _judged(known: IdempotentAnswer, fingerprint: str, now: dt.datetime) -> Claim | Stored | Refusal:
    if known.fingerprint != fingerprint:
        return Refusal.OTHER_REQUEST
    if known.status is not None:
        return Stored(known.status, known.headers, bytes(known.body))
    mine = Claim(known.pk, now + LEASE)
    if known.lease_until < now and _of(Claim(known.pk, known.lease_until)).update(lease_until=mine.lease_until):
        return mine
    return Refusal.RUNNING


def finish(mine: Claim, *, status: int, headers: dict[str, str], sealed: bytes) -> bool:
    """Store the answer; False when the lease has passed to another request, whose answer then counts."""
    return bool(_of(mine).update(status=status, headers=headers, body=sealed))


def release(mine: Claim) -> None:
    """Free the key: the request had no effect worth remembering."""
    _of(mine).delete()


def forget_running() -> int:
    """Free every key whose request still runs: for the start of a process that has the database to itself."""
    return IdempotentAnswer.objects.filter(status__isnull=True).delete()[0]


def purge(now: dt.datetime) -> int:
    """Delete answers older than a day; returns how many."""
    return IdempotentAnswer.objects.filter(created_at__lt=now - KEPT_FOR).delete()[0]


def _find(scope: str, key: str) -> IdempotentAnswer | None:
    return IdempotentAnswer.objects.filter(scope=scope, key=key).first()


def _of(claimed: Claim) -> QuerySet[IdempotentAnswer]:
    return IdempotentAnswer.objects.filter(pk=claimed.id, status__isnull=True, lease_until=claimed.lease_until)
