"""Nobody reads or changes what is another's: every address, every method, by everybody who should not be there."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.core import serializers
from django.test import Client
from django.urls import reverse

from smarthabit.accounts.user import User
from smarthabit.tests.addresses import ADDRESSES, ANYONE, OWN, names_of
from smarthabit.tests.world import World, make_world, owner_of

pytestmark = [pytest.mark.django_db, pytest.mark.once]

SECRET = "canary-6f1e0b"
METHODS = ("get", "post", "put", "patch", "delete")
TO_SIGN_IN = {401, 403, 405}
NOT_THERE = {404, 405}
SHOWING = ("today", "day", "habits:", "goals:", "analytics:", "nudges:", "api:", "settings_security")


@pytest.fixture
def world() -> World:
    return make_world("ada@example.org", SECRET)


def test_every_address_is_registered_here() -> None:
    routed = set(names_of())
    assert routed - set(ADDRESSES) == set(), "say in smarthabit/tests/addresses.py who may be there"
    assert set(ADDRESSES) - routed == set(), "these are gone"


def test_the_owner_finds_the_canary(world: World) -> None:
    """Otherwise the other tests of this file would look for something that is shown to nobody."""
    shown = [
        name
        for name, address in _addresses(world)
        if name.startswith(SHOWING) and SECRET in _read(world.browser.get(address))
    ]
    assert {"analytics:reviews", "analytics:review", "analytics:review_step"} <= set(shown)
    assert {"habits:list", "habits:detail", "goals:detail", "api:habit", "api:entries", "api:export"} <= set(shown)


def test_without_a_sign_in_nothing_is_shown_or_changed(world: World) -> None:
    before = _rows(world.user)
    faults = []
    for name, address in _addresses(world):
        for method in METHODS:
            answer = _ask(Client(), method, address)
            if SECRET in _read(answer) or (ADDRESSES[name] != ANYONE and not _turned_away(answer)):
                faults.append((name, method, answer.status_code))
    assert not faults, faults[:20]
    assert _rows(world.user) == before


@pytest.mark.parametrize(
    "staff", [pytest.param(False, id="stranger"), pytest.param(True, id="operator", marks=pytest.mark.thorough)]
)
def test_a_stranger_finds_none_of_it(world: World, staff: bool) -> None:
    before = _rows(world.user)
    faults = []
    eve = User.objects.create_user("eve@example.org", "a long enough secret", is_staff=staff)
    client = Client()
    for name, address in _addresses(world):
        client.force_login(eve)  # again, because some addresses sign out
        for method in METHODS:
            answer = _ask(client, method, address)
            if SECRET in _read(answer) or not _as_if_not_there(client, method, name, answer, world):
                faults.append((name, method, answer.status_code))
    assert not faults, faults[:20]
    assert _rows(world.user) == before


def test_operators_pages_are_for_operators(world: World) -> None:
    addresses = [reverse("admin:index")]
    for model in admin.site._registry:
        of = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        addresses += [reverse(f"{of}_changelist"), reverse(f"{of}_add")]
    for client in (Client(), world.browser):
        for address in addresses:
            answer = client.get(address)
            assert (answer.status_code, _leads_to(answer)) == (302, reverse("admin:login"))


def _addresses(world: World) -> Iterator[tuple[str, str]]:
    for name, kind in ADDRESSES.items():
        if kind == ANYONE and name not in {"today", "metrics", "readyz", "api:schema"}:
            continue
        yield name, reverse(name, kwargs=None if kind in {ANYONE, OWN} else world.address_of(kind))


def _ask(client: Client, method: str, address: str) -> Any:
    how = {} if method == "get" else {"data": "{}", "content_type": "application/json"}
    if method == "post" and not address.startswith("/api/"):
        how = {}
    return getattr(client, method)(address, **how)


def _as_if_not_there(client: Client, method: str, name: str, answer: Any, world: World) -> bool:
    """Whether a thing of somebody else's is answered like one that nobody has."""
    kind = ADDRESSES[name]
    if kind in {ANYONE, OWN, "day", "own week", "channel"} or answer.status_code in NOT_THERE:
        return True
    nobodys = {key: _nobodys(value) for key, value in world.address_of(kind).items()}
    other = _ask(client, method, reverse(name, kwargs=nobodys))
    return (other.status_code, _leads_to(other)) == (answer.status_code, _leads_to(answer))


def _leads_to(answer: Any) -> str:
    return str(answer.headers.get("Location", "")).partition("?")[0]


def _nobodys(value: Any) -> Any:
    return 987_654_321 if isinstance(value, int) else uuid.uuid4() if isinstance(value, uuid.UUID) else value


def _turned_away(answer: Any) -> bool:
    if answer.status_code == 302:
        return _leads_to(answer) == reverse("account_login")
    return answer.status_code in TO_SIGN_IN


def _read(answer: Any) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return str(content, "utf-8", "replace") + str(answer.headers)


def _rows(user: User) -> str:
    """All that is the user's, as text."""
    found = [
        row
        for model in apps.get_models()
        if (owner := owner_of(model))
        for row in model._default_manager.filter(**{owner: user.pk}).order_by("pk")
    ]
    return str(serializers.serialize("json", found))
