"""What the ledger says went out to users in their last days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from nudges.domain.counting import Sent
from nudges.models import Nudge

PROMPT = timedelta(minutes=5)
"""A message that went out this soon after its time counts as from its time, so that a slow minute costs no slot."""


def sent_lately(user_ids: Iterable[int], since: date) -> dict[int, list[Sent]]:
    """For each user what went out, or is about to, on the local day ``since`` and after; one query."""
    rows = Nudge.objects.filter(user_id__in=[*user_ids], day__gte=since).counting()
    found: defaultdict[int, list[Sent]] = defaultdict(list)
    for user_id, habit_id, day, slot, due_at, sent_at in rows.values_list(
        "user_id", "habit_id", "day", "slot", "due_at", "sent_at"
    ):
        at = due_at if sent_at is None or sent_at - due_at <= PROMPT else sent_at
        found[user_id].append(Sent(habit_id, day, slot, at))
    return found
