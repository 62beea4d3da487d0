"""Feeds over the API: the answer that makes one is the only one that holds its address."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from habits.feeds.services import MOST_FEEDS
from habits.tests.api.conftest import Script
from habits.tests.conftest import MakeHabit

pytestmark = pytest.mark.once


def at(address: str) -> Any:
    return Client().get(address.removeprefix("http://localhost:8000"))


def test_one_is_made_read_and_ended(script: Script, make_habit: MakeHabit) -> None:
    make_habit(tags=("work",))
    made = script("POST", "feeds/", {"name": "Phone", "tag": "work"})
    assert made.status_code == 201
    told = made.json()
    address = told.pop("address")
    assert told == {
        "id": told["id"],
        "name": "Phone",
        "tag": "work",
        "created_at": "2026-03-18T12:00:00Z",
        "last_read_at": None,
    }
    assert at(address).status_code == 200
    read = {**told, "last_read_at": "2026-03-18T12:00:00Z"}
    assert script("GET", "feeds/").json()["results"] == [read]
    assert script("GET", f"feeds/{told['id']}/").json() == read
    assert script("DELETE", f"feeds/{told['id']}/").status_code == 204
    assert at(address).status_code == 404
    assert script("DELETE", f"feeds/{told['id']}/").status_code == 404
    assert script("GET", "feeds/").json()["results"] == []


def test_a_stranger_reaches_none(script: Script, strange_script: Script) -> None:
    made = script("POST", "feeds/", {"name": "Phone"}).json()
    assert made["tag"] is None
    assert strange_script("GET", "feeds/").json()["results"] == []
    assert strange_script("GET", f"feeds/{made['id']}/").status_code == 404
    assert strange_script("DELETE", f"feeds/{made['id']}/").status_code == 404
    assert at(made["address"]).status_code == 200


def test_a_repeated_request_makes_one(script: Script) -> None:
    first, again = (script("POST", "feeds/", {"name": "Phone"}, idempotency_key="k1") for _ in range(2))
    assert (first.status_code, first.content) == (again.status_code, again.content) == (201, again.content)
    assert len(script("GET", "feeds/").json()["results"]) == 1


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 400, "invalid"),
        ({"name": 7}, 400, "invalid"),
        ({"name": "x" * 61}, 400, "invalid"),
        ({"name": "Phone", "tag": "none such"}, 422, "unknown_tag"),
        ({"name": "Taken"}, 422, "name_taken"),
    ],
)
def test_what_cannot_be_is_refused(script: Script, body: Any, status: int, code: str) -> None:
    script("POST", "feeds/", {"name": "Taken"})
    refused = script("POST", "feeds/", body)
    assert (refused.status_code, refused.json()["code"]) == (status, code)


def test_one_too_many(script: Script) -> None:
    statuses = [script("POST", "feeds/", {"name": str(number)}).status_code for number in range(MOST_FEEDS + 1)]
    assert statuses == [201] * MOST_FEEDS + [422]


def test_an_export_names_them_and_holds_no_address(script: Script) -> None:
    address = script("POST", "feeds/", {"name": "Phone"}).json()["address"]
    document = b"".join(script("GET", "export/").streaming_content)
    assert json.loads(document)["feeds"] == [{"name": "Phone", "tag": "", "created_at": "2026-03-18T12:00:00Z"}]
    assert address.rpartition("/")[2].removesuffix(".ics").encode() not in document
