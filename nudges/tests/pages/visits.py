"""What the tests of the pages of nudges do again and again."""

from __future__ import annotations

from typing import Any

from django.test import Client

from nudges.domain import state
from nudges.models import Nudge, NudgeMemory
from nudges.tests.conftest import NOON, MakeNudge
from smarthabit.accounts.user import User

HTMX = {"HX-Request": "true"}


def visit(client: Client, path: str = "", **headers: str) -> str:
    """The text of a page that is there."""
    answer = client.get(f"/nudges/{path}", headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def send(make_nudge: MakeNudge, habit: Any = None, **fields: Any) -> Nudge:
    """A nudge that went out within the app."""
    return make_nudge(habit, **{"channel": "in_app", "state": "sent", "sent_at": NOON, **fields})


def learned(user: User, habit: Any, *, days: float = 20) -> None:
    """Something is known of a habit: half of its days are done around 17 h."""
    row = state.new_habit(4)
    row["at_risk"][0, 0], row["done"][0, 0, 4] = days, days / 2
    row["seen"][0, 4] = 11, 7, 9, 2
    NudgeMemory.objects.create(user=user, habit=habit, state=state.pack(row), chosen=4)
