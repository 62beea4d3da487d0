"""Forgetting what no one will ask for again, so that the log of decisions does not grow for ever."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from nudges.models import Decision, Nudge, NudgePool

PLAIN_DAYS = timedelta(days=14)
"""For how long decisions are kept that no draw settled: refusals, and silence by choice."""
DRAWN_DAYS = timedelta(days=90)
"""For how long those are kept that effects are estimated from."""
LEDGER_DAYS = timedelta(days=400)
_AT_ONCE = 1_000


def purge(now: datetime) -> int:
    """Delete old decisions, old rows of the ledger, and versions of the pool that nothing rests on; how many."""
    plain = Decision.objects.filter(made_at__lt=now - PLAIN_DAYS, randomised=False)
    drawn = Decision.objects.filter(made_at__lt=now - DRAWN_DAYS)
    rows = Nudge.objects.filter(due_at__lt=now - LEDGER_DAYS)
    newest = NudgePool.objects.values_list("pk", flat=True).first()
    used = Decision.objects.filter(pool=OuterRef("pk"))
    pools = NudgePool.objects.filter(~Exists(used), pk__lt=newest or 0).order_by()
    return _delete(plain) + _delete(drawn) + _delete(rows) + _delete(pools)


def _delete(rows: QuerySet[Any]) -> int:
    deleted = 0
    while ids := list(rows.values_list("pk", flat=True)[:_AT_ONCE]):
        rows.filter(pk__in=ids).delete()
        deleted += len(ids)
    return deleted
