"""Whatever the schema allows, and whatever it does not: the API answers, and never with a failure of its own.

A short run asks each operation a few things. FUZZ_EXAMPLES=100 asks as many of each, and every value that is worth
trying for each parameter besides:

    FUZZ_EXAMPLES=100 .venv/bin/pytest -n 2 smarthabit/tests/test_fuzz.py
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import schemathesis
from django.db import transaction
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, settings

from smarthabit.tests.world import World, make_world

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "0"))
pytestmark = pytest.mark.once
PHASES = [*Phase] if EXAMPLES else [Phase.generate]

_Generator: Any = SchemaGenerator
schema = schemathesis.openapi.from_dict(_Generator(api_version="v1").get_schema(request=None, public=True))


@pytest.fixture(scope="module")
def lasting(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """One for all operations: each test has its own transaction within this one, and takes back what it did."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_world("ada@example.org", "words")
        transaction.set_rollback(True)


@pytest.fixture
def world(lasting: World, db: None) -> World:
    return lasting


@schema.parametrize()
@settings(
    max_examples=EXAMPLES or 3, phases=PHASES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)
def test_no_request_makes_the_api_fail(case: Any, world: World) -> None:
    case.headers["Authorization"] = f"Bearer {world.token}"
    answer = _sent(case)
    assert answer.status_code < 500, case.as_curl_command()
    if answer.status_code >= 400:
        assert answer.headers["Content-Type"] == "application/problem+json"


def _sent(case: Any) -> Any:
    """What the product answers, asked by Django's own client: another one would end the test's transaction."""
    asked = case.as_transport_kwargs(base_url="http://testserver")
    ready: Any = requests.Request(**{name: value for name, value in asked.items() if name in _ASKED}).prepare()
    headers = {name: value for name, value in ready.headers.items() if name not in {"Content-Type", "Content-Length"}}
    kind = ready.headers.get("Content-Type", "")
    return Client(raise_request_exception=False).generic(
        ready.method, ready.path_url, ready.body or b"", kind, headers=headers
    )


_ASKED = {"method", "url", "params", "data", "json", "files", "headers", "cookies"}
