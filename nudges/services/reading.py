"""Looking through the inbox."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from nudges.events import NudgesChanged
from nudges.models import Nudge
from smarthabit.accounts.services import bump_seq
from smarthabit.accounts.user import User
from smarthabit.kernel.events import publish


@transaction.atomic
def see_all(*, user: User, now: datetime, tab: str = "") -> int:
    """Everything that was sent was looked at; says how many rows were not before. Repeating it changes nothing."""
    seen = Nudge.objects.owned_by(user).filter(state=Nudge.State.SENT, seen_at=None).update(seen_at=now)
    if seen:
        publish(NudgesChanged(user.pk, bump_seq(user.pk), tab, "seen"))
    return seen
