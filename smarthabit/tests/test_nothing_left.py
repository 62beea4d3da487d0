"""A deleted account leaves no row behind, wherever it stood and whatever table it stood in."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.core import serializers
from django.test import Client

from smarthabit.accounts.deletion import delete_account
from smarthabit.kernel import clock
from smarthabit.tests.world import make_world

pytestmark = pytest.mark.django_db

CANARY = "canary-81c2aa"


def _everything() -> dict[str, str]:
    return {
        model._meta.label: serializers.serialize("json", model._base_manager.all())
        for model in apps.get_models()
        if model._meta.managed
    }


def test_no_row_of_a_deleted_account_is_left() -> None:
    stays = make_world("eve@example.org", "somebody else's words")
    before = _everything()
    world = make_world("ada@example.org", CANARY)
    world.browser.get("/")
    Client().post("/api/v1/auth/token/", {"email": "ada@example.org", "password": "wrong"})
    tables = [label for label, rows in _everything().items() if CANARY in rows or "ada@example.org" in rows]
    assert len(tables) > 8
    delete_account(user=world.user, now=clock.now())
    after = _everything()
    assert [label for label, rows in after.items() if CANARY in rows or "ada@example.org" in rows] == []
    for label in before:
        if label != "accounts.AuditEvent":
            assert after[label] == before[label], label
    assert stays.browser.get("/").status_code == 200
