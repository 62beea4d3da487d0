"""Messages to be sent in tests, and what their parts may hold at worst."""

from __future__ import annotations

import datetime as dt
from typing import Any

from nudges.channels import Action, Item, Message
from nudges.services.tokens import ACTIONS, action_token
from nudges.words import action_words
from smarthabit.accounts.user import User

HOUR = dt.timedelta(hours=1)
PAYLOAD = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>\r\nBcc: eve@example.org"


def message(user: User, *, title: str = "Read", text: str = "A good moment for “Read”.", **fields: Any) -> Message:
    """A message about one habit, with its three actions."""
    actions = tuple(Action(kind, action_words(kind), action_token(1, kind)) for kind in ACTIONS)
    told: dict[str, Any] = {
        "user_id": user.pk,
        "key": f"{user.pk}:20260318:2",
        "day": dt.date(2026, 3, 18),
        "slot": 2,
        "title": title,
        "body": text,
        "url": "/nudges/",
        "items": (Item(1, 1, title, "plan", text, actions),),
        "actions": actions,
        **fields,
    }
    return Message(**told)
