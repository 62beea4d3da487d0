"""What people write stays text: on pages, in fragments and frames, and under a policy that would run none of it."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from habits.models import Habit
from smarthabit.kernel import fragments
from smarthabit.tests.addresses import ADDRESSES, ANYONE, OWN
from smarthabit.tests.world import make_world

pytestmark = [pytest.mark.django_db, pytest.mark.once]

PAYLOADS = (
    "\"'><img src=x onerror=alert(1) data-alive><script data-alive>alert(1)</script>x{{7*7}}x",
    "</textarea></title><svg/onload=alert(1) data-alive>",
    "' onmouseover='alert(1)' data-alive='",
    "javascript:alert(1)//",
)
each_payload = pytest.mark.parametrize(
    "payload",
    [
        pytest.param(PAYLOADS[0], id="element"),
        pytest.param(PAYLOADS[1], id="way out", marks=pytest.mark.thorough),
        pytest.param(PAYLOADS[2], id="attribute", marks=pytest.mark.thorough),
        pytest.param(PAYLOADS[3], id="address"),
    ],
)
POLICY = "default-src 'self'; script-src 'self'; style-src 'self'"
LEFT_OUT = ("mfa_", "account_")  # allauth's own pages show an address and ask for codes


class Nodes(HTMLParser):
    """Collects what would run."""

    def __init__(self) -> None:
        super().__init__()
        self.alive: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Every element with its attributes, as a browser would read them."""
        for name, value in attrs:
            runs = name.startswith("on") or name == "data-alive" or (value or "").strip().startswith("javascript:")
            if runs and not (name in {"value", "title", "content"} or name.startswith(("data-name", "aria-"))):
                self.alive.append(f"<{tag} {name}={value!r}>")


def alive_in(html: str) -> list[str]:
    parser = Nodes()
    parser.feed(html)
    parser.close()
    return parser.alive + (["a template within the text"] if "x49x" in html else [])


def test_the_test_sees_what_would_run() -> None:
    assert all(alive_in(f"<p>{payload}") for payload in PAYLOADS[:2])
    assert alive_in(f"<p title='{PAYLOADS[2]}'>")
    assert alive_in(f"<a href='{PAYLOADS[3]}'>")


@each_payload
def test_nothing_that_is_written_runs(payload: str) -> None:
    world = make_world("ada@example.org", payload)
    faults = []
    shown = 0
    for name, kind in ADDRESSES.items():
        if kind == ANYONE or name.startswith(LEFT_OUT):
            continue
        answer = world.browser.get(reverse(name, kwargs=None if kind == OWN else world.address_of(kind)))
        faults += [(name, fault) for fault in _faults(answer)]
        shown += not answer.streaming and payload[:20] in answer.content.decode().replace("&quot;", '"').replace(
            "&#x27;", "'"
        ).replace("&lt;", "<").replace("&gt;", ">")
    assert not faults, faults[:10]
    assert shown > 10


@each_payload
def test_nothing_runs_in_what_sockets_carry(payload: str) -> None:
    world = make_world("ada@example.org", payload)
    keys = [f"habit:{pk}" for pk in Habit.objects.owned_by(world.user).values_list("pk", flat=True)]
    keys += [f"goal:{world.address_of('goal')['pk']}"]
    drawn, fetched = fragments.render(world.user, keys)
    assert set(drawn) == set(keys)
    assert fetched == []
    assert [fault for _version, html in drawn.values() for fault in alive_in(html)] == []


def test_errors_stand_under_the_policy_too(client: Client) -> None:
    for address in ("/nowhere/", "/api/v1/nowhere/", "/api/v1/habits/", "/healthz", "/accounts/login/", "/docs/"):
        assert client.get(address).headers["Content-Security-Policy"].startswith(POLICY)
    refused = Client(enforce_csrf_checks=True).post("/accounts/login/")
    assert refused.status_code == 403
    assert refused.headers["Content-Security-Policy"].startswith(POLICY)


def _faults(answer: Any) -> list[str]:
    policy = answer.headers.get("Content-Security-Policy", "none")
    faults = [] if policy.startswith(POLICY) and "unsafe" not in policy else [f"policy: {policy}"]
    if answer.headers.get("X-Content-Type-Options") != "nosniff":
        faults.append("its kind may be guessed")
    if not answer.streaming and answer.headers.get("Content-Type", "").startswith("text/html"):
        faults += alive_in(answer.content.decode())
    return faults
