"""How the ledger stands, for a look every few seconds: by the index of what waits, and by a bounded number of rows."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, Min

from nudges.models import Nudge

LATEST = 10_000
"""Rows that are counted by how they ended; the ledger keeps more than a year of them."""
_WAITING = (Nudge.State.DUE, Nudge.State.LEASED)


def waiting() -> dict[str, int]:
    """How many rows are to go out, now or later, and how many a worker has."""
    rows = Nudge.objects.filter(state__in=_WAITING).order_by().values_list("state").annotate(n=Count("pk"))
    return {**dict.fromkeys(map(str, _WAITING), 0), **dict(rows)}


def lag(now: datetime) -> float:
    """For how many seconds the row that waits longest has been due; 0 when none is."""
    late = Nudge.objects.filter(state__in=_WAITING, state=Nudge.State.DUE, next_attempt_at__lte=now)
    first = late.aggregate(first=Min("next_attempt_at"))["first"]
    return (now - first).total_seconds() if first else 0.0


def latest() -> dict[tuple[str, ...], float]:
    """The latest rows by channel and state: sent, called off, too late, failed for good."""
    newest = Nudge.objects.order_by("-pk").values("pk")[:LATEST]
    rows = Nudge.objects.filter(pk__in=newest).order_by().values_list("channel", "state").annotate(n=Count("pk"))
    return {(channel, state): float(n) for channel, state, n in rows}
