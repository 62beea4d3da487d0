"""What a page asks of the database does not depend on how many habits there are."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from django.test import Client

from smarthabit.accounts.services import bump_seq
from smarthabit.accounts.user import User
from smarthabit.kernel import clock
from smarthabit.tests.many_habits import add_habits, operators, queries_of, shown
from smarthabit.tests.world import make_world

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.thorough]

FEW, MORE = 60, 220
"""Both more than a page shows; the second more than anything counts."""


def test_no_address_takes_more_queries_for_more_habits() -> None:
    now = clock.now()
    world = make_world("ada@example.org", "plain")
    operator = Client()
    operator.force_login(User.objects.create_superuser("grace@example.org", "a long enough secret"))
    asks = [(world.browser, [*shown(world)]), (operator, [*operators()])]
    add_habits(world.user, FEW, now)
    few = _counted(asks)
    assert len(few) > 60
    add_habits(world.user, MORE, now)
    bump_seq(world.user.pk)
    assert {name: (few[name], count) for name, count in _counted(asks).items() if count > few[name]} == {}


def _counted(asks: Iterable[tuple[Client, list[tuple[str, str]]]]) -> dict[str, int]:
    return {
        name: count
        for client, addresses in asks
        for name, address in addresses
        if (count := queries_of(client, address)) is not None
    }
