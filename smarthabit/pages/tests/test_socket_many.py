"""A change of many users at once: each screen hears of its own user's part."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from websockets.sync.client import ClientConnection

from smarthabit.accounts.services import bump_seq
from smarthabit.kernel import live
from smarthabit.testing.live import LiveSite

pytestmark = pytest.mark.django_db(transaction=True)


def hear(socket: ClientConnection) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(socket.recv(5))
    return message


def test_everybody_who_is_here_hears_their_part_and_nothing_else(live_site: LiveSite) -> None:
    people = [get_user_model().objects.create_user(f"{name}@example.org") for name in ("ada", "bob", "away")]
    ada, bob, _away = people
    with live_site.socket(ada) as hers, live_site.socket(bob, query="format=json") as his:
        assert [hear(socket)["type"] for socket in (hers, his)] == ["hello", "hello"]
        numbers = [bump_seq(user.pk) for user in people]
        changes = [
            live.Change([(user.pk, seq)], ["list:today"], [{"type": "x", "of": user.pk}])
            for user, seq in zip(people, numbers, strict=True)
        ]
        live.publish_to_many(changes, spread_seconds=0.2)
        assert hear(hers) == {"seq": numbers[0], "after": numbers[0] - 1, "refresh": ["list:today"]}
        assert hear(his) == {"seq": numbers[1], "after": numbers[1] - 1, "events": [{"type": "x", "of": bob.pk}]}
        for socket in (hers, his):
            with pytest.raises(TimeoutError):
                socket.recv(0.3)


def test_somebody_who_leaves_meanwhile_does_no_harm(live_site: LiveSite) -> None:
    ada = get_user_model().objects.create_user("ada@example.org")
    with live_site.socket(ada) as socket:
        hear(socket)
        live.publish_to_many([live.Change([(ada.pk, 1)], [], [])], spread_seconds=0.3)
    with live_site.socket(ada, query="format=json") as socket:
        hear(socket)
        seq = bump_seq(ada.pk)
        live.publish_to_many([live.Change([(ada.pk, seq)], [], [{"type": "x"}])], spread_seconds=0)
        while not (events := hear(socket).get("events")):
            pass
        assert events == [{"type": "x"}]
