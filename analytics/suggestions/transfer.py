"""Suggestions in the export of an account. They are told, not read back: what they changed is in the habits' plans."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from analytics.models import Suggestion
from analytics.suggestions.measuring import effects_of
from habits.transfer.sections import Section
from smarthabit.accounts.user import User
from smarthabit.kernel.api.fields import instant_text

_AT_ONCE = 200


def export(user: User, habit_keys: Mapping[int, str]) -> Iterator[dict[str, Any]]:
    """Each suggestion with its answer and its effect, the oldest first."""
    for row in Suggestion.objects.owned_by(user).order_by("pk").iterator(chunk_size=_AT_ONCE):
        if row.habit_id in habit_keys:
            yield {
                "habit": habit_keys[row.habit_id],
                "kind": row.kind,
                "state": row.state,
                "made_on": row.made_on.isoformat(),
                "made_at": instant_text(row.made_at),
                "decided_on": row.decided_on.isoformat() if row.decided_on else None,
                "evidence": row.evidence,
                "change": row.patch,
                "cue": row.cue,
                "expected": row.expected,
                "effects": [
                    {"days": one.horizon, "done": one.done, "more_a_week": list(one.more)} for one in effects_of(row)
                ],
            }


def restore(user: User, listed: list[dict[str, Any]], habit_ids: Mapping[str, int], now: datetime) -> None:
    """Nothing is taken in: a suggestion belongs to the days on which it was made, and its plan came with its habit."""


SECTION = Section(export, restore)
