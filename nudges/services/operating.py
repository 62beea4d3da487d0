"""What an operator can do about the ledger."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from nudges.models import Nudge


@transaction.atomic
def requeue(*, ids: Iterable[int], now: datetime) -> tuple[int, int]:
    """Try dead letters again; how many were put back, and how many are left because their window is over.

    All rows of a message go together. What is too late stays dead: nobody wants yesterday's reminder.
    """
    chosen = Nudge.objects.filter(pk__in=[*ids], state=Nudge.State.DEAD)
    dead = Nudge.objects.filter(
        state=Nudge.State.DEAD, message_key__in=list(chosen.values_list("message_key", flat=True))
    )
    late = dead.filter(expires_at__lte=now).count()
    put_back = dead.filter(expires_at__gt=now).update(
        state=Nudge.State.DUE, reason="", attempts=0, claims=0, next_attempt_at=now, token=None, lease_until=None
    )
    return put_back, late
