"""Forgetting what no one will ask for again."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Model, Q, QuerySet

from habits.models import EntryRevision, ImportJob, OpResult

OP_ANSWERS = timedelta(days=90)
"""How long a device may stay away and still have its operations recognised."""
REVISIONS = timedelta(days=365)
IMPORTS = timedelta(days=90)
_AT_ONCE = 5_000


def purge(now: datetime) -> int:
    """Delete old answers to operations, replaced versions and import reports; says how many rows went.

    Records of deletions stay: versions go on from them.
    """
    replaced = ~Q(outcome=EntryRevision.Outcome.DELETED)
    stale: tuple[QuerySet[Model], ...] = (
        OpResult.objects.filter(created_at__lt=now - OP_ANSWERS),
        EntryRevision.objects.filter(replaced, recorded_at__lt=now - REVISIONS),
        ImportJob.objects.filter(finished_at__lt=now - IMPORTS),
    )
    gone = 0
    for rows in stale:
        ids = list(rows.order_by("pk").values_list("pk", flat=True)[:_AT_ONCE])
        gone += rows.filter(pk__in=ids).delete()[0]
    return gone
