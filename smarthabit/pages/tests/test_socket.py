"""The live socket, spoken to as a browser or a script would, on a real server."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.test import Client
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from smarthabit.accounts.connections import issue_ticket
from smarthabit.accounts.services import bump_seq, deactivate
from smarthabit.accounts.user import User
from smarthabit.kernel import clock, fragments
from smarthabit.kernel.live import close_sockets, publish
from smarthabit.pages import hub
from smarthabit.testing.live import LiveSite, sign_in

pytestmark = pytest.mark.django_db(transaction=True)

LATE = 5.0


@pytest.fixture
def ada() -> User:
    return get_user_model().objects.create_user("ada@example.org")


@pytest.fixture
def bob() -> User:
    return get_user_model().objects.create_user("bob@example.org")


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """A renderer for keys ``leaf:<id>``; the list fills with the ids of each call."""
    calls: list[list[str]] = []

    def render(user: User, names: Any) -> dict[str, tuple[int, str]]:
        calls.append(list(names))
        return {f"leaf:{name}": (7, f"<b>{user.email} {name}</b>") for name in names if name != "foreign"}

    monkeypatch.setitem(fragments._renderers, "leaf", render)
    return calls


def hear(socket: ClientConnection, timeout: float = LATE) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(socket.recv(timeout))
    return message


def greeted(socket: ClientConnection) -> ClientConnection:
    assert hear(socket)["type"] == "hello"
    return socket


def close_code(socket: ClientConnection, timeout: float = LATE) -> int | None:
    """The code the server closes with; messages on the way are skipped."""
    deadline = time.monotonic() + timeout
    try:
        while True:
            socket.recv(max(0.01, deadline - time.monotonic()))
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else None


def stays_silent(socket: ClientConnection, seconds: float = 0.5) -> bool:
    try:
        socket.recv(seconds)
    except TimeoutError:
        return True
    return False


def change(user: User, *keys: str, tab: str = "", events: Any = ()) -> int:
    """One visible change of the user, published as a service would."""
    seq = bump_seq(user.pk)
    publish(user.pk, seq, keys, tab, events)
    return seq


# --- being let in ----------------------------------------------------------------------------------------------------


def test_hello_says_the_number_of_the_latest_change(live_site: LiveSite, ada: User) -> None:
    bump_seq(ada.pk)
    latest = bump_seq(ada.pk)
    with live_site.socket(ada) as socket:
        assert hear(socket) == {"type": "hello", "seq": latest}


def test_anonymous_is_accepted_and_then_closed_with_4401(live_site: LiveSite) -> None:
    with live_site.socket() as socket:
        assert close_code(socket) == 4401


def test_a_script_that_brings_nothing_is_closed_with_4401(live_site: LiveSite) -> None:
    with live_site.socket(origin=None) as socket:
        assert close_code(socket) == 4401


def test_a_session_of_a_user_who_was_switched_off_is_closed_with_4401(live_site: LiveSite, ada: User) -> None:
    session = sign_in(ada)
    User.objects.filter(pk=ada.pk).update(is_active=False)
    with live_site.socket(session=session) as socket:
        assert close_code(socket) == 4401


@pytest.mark.parametrize("origin", ["https://evil.example", "http://127.0.0.1:1", "null"])
def test_a_foreign_page_is_closed_with_4403(live_site: LiveSite, ada: User, origin: str) -> None:
    with live_site.socket(ada, origin=origin) as socket:
        assert close_code(socket) == 4403


def test_a_session_without_an_origin_is_closed_with_4403(live_site: LiveSite, ada: User) -> None:
    with live_site.socket(ada, origin=None) as socket:
        assert close_code(socket) == 4403


def test_a_host_that_is_not_ours_does_not_make_its_origin_ours(live_site: LiveSite, ada: User) -> None:
    origin = f"http://evil.example:{live_site.port}"
    with live_site.socket(ada, origin=origin, host="evil.example") as socket:
        assert close_code(socket) == 4403


def test_another_address_has_no_socket(live_site: LiveSite) -> None:
    from websockets.exceptions import InvalidStatus
    from websockets.sync.client import connect

    with pytest.raises(InvalidStatus) as refused:
        connect(f"ws://127.0.0.1:{live_site.port}/ws/other/", open_timeout=5)
    assert refused.value.response.status_code == 403


# --- tickets ---------------------------------------------------------------------------------------------------------


def test_a_ticket_from_the_api_opens_a_socket_without_origin_once(live_site: LiveSite, ada: User) -> None:
    client = Client()
    client.force_login(ada)
    answer = client.post("/api/v1/live/ticket/")
    assert answer.status_code == 201
    ticket = answer.json()["ticket"]
    with live_site.socket(query=f"ticket={ticket}", origin=None) as socket:
        assert hear(socket)["type"] == "hello"
    with live_site.socket(query=f"ticket={ticket}", origin=None) as again:
        assert close_code(again) == 4401


def test_a_ticket_does_not_excuse_a_foreign_page(live_site: LiveSite, ada: User) -> None:
    with live_site.socket(query=f"ticket={issue_ticket(ada)}", origin="https://evil.example") as socket:
        assert close_code(socket) == 4403


def test_a_made_up_ticket_is_closed_with_4401(live_site: LiveSite) -> None:
    with live_site.socket(query="ticket=guess", origin=None) as socket:
        assert close_code(socket) == 4401


def test_a_ticket_dies_with_the_session_that_asked_for_it(live_site: LiveSite, ada: User) -> None:
    session = sign_in(ada)
    ticket = issue_ticket(ada, session_key=session)
    Session.objects.filter(session_key=session).delete()
    with live_site.socket(query=f"ticket={ticket}", origin=None) as socket:
        assert close_code(socket) == 4401


def test_only_signed_in_callers_get_a_ticket(live_site: LiveSite) -> None:
    assert Client().post("/api/v1/live/ticket/").status_code == 401


# --- frames ----------------------------------------------------------------------------------------------------------


def test_a_change_brings_the_fragment_and_names_the_slots_to_fetch(
    live_site: LiveSite, ada: User, drawn: list[list[str]]
) -> None:
    with live_site.socket(ada) as socket:
        greeted(socket)
        seq = change(ada, "leaf:1", "list:today")
        assert hear(socket) == {
            "seq": seq,
            "after": seq - 1,
            "fragments": {"leaf:1": {"version": 7, "html": "<b>ada@example.org 1</b>"}},
            "refresh": ["list:today"],
        }


def test_a_key_the_user_does_not_own_is_only_named(live_site: LiveSite, ada: User, drawn: list[list[str]]) -> None:
    with live_site.socket(ada) as socket:
        greeted(socket)
        change(ada, "leaf:foreign")
        message = hear(socket)
        assert "fragments" not in message
        assert message["refresh"] == ["leaf:foreign"]


def test_a_renderer_that_fails_makes_the_tab_fetch(
    live_site: LiveSite, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(user: User, names: Any) -> dict[str, tuple[int, str]]:
        raise LookupError

    monkeypatch.setitem(fragments._renderers, "leaf", fail)
    with live_site.socket(ada) as socket:
        greeted(socket)
        change(ada, "leaf:1")
        assert hear(socket)["refresh"] == ["leaf:1"]


def test_a_tab_gets_only_the_number_of_its_own_change(live_site: LiveSite, ada: User, drawn: list[list[str]]) -> None:
    with live_site.socket(ada, query="tab=mine") as mine, live_site.socket(ada, query="tab=other") as other:
        greeted(mine)
        greeted(other)
        seq = change(ada, "leaf:1", tab="mine")
        assert hear(mine) == {"seq": seq, "after": seq - 1}
        assert "leaf:1" in hear(other)["fragments"]


def test_tabs_of_one_user_share_one_drawing(live_site: LiveSite, ada: User, drawn: list[list[str]]) -> None:
    with live_site.socket(ada) as one, live_site.socket(ada) as two:
        greeted(one)
        greeted(two)
        change(ada, "leaf:1")
        assert hear(one) == hear(two)
        assert drawn == [["1"]]


def test_a_burst_arrives_in_a_few_frames_and_in_full(live_site: LiveSite, ada: User, drawn: list[list[str]]) -> None:
    with live_site.socket(ada) as socket:
        greeted(socket)
        last = [change(ada, f"leaf:{number}") for number in range(50)][-1]
        keys: set[str] = set()
        frames = 0
        seq = 0
        while seq < last:
            message = hear(socket)
            assert message["after"] <= max(seq, message["seq"] - 1)
            seq, frames = message["seq"], frames + 1
            keys |= set(message["fragments"])
        assert keys == {f"leaf:{number}" for number in range(50)}
        assert frames < 50


def test_another_user_sees_nothing(live_site: LiveSite, ada: User, bob: User) -> None:
    with live_site.socket(bob) as his, live_site.socket(bob, query="format=json") as script:
        greeted(his)
        greeted(script)
        with live_site.socket(ada) as hers:
            greeted(hers)
            change(ada, "habit:1", events=[{"type": "check_in", "habit": 1}])
            hear(hers)
        assert stays_silent(his)
        assert stays_silent(script, 0.1)


def test_a_script_gets_the_events_as_json(live_site: LiveSite, ada: User, drawn: list[list[str]]) -> None:
    event = {"type": "streak", "habit": 3, "streak": 12, "strength": 0.5, "risk": None}
    with live_site.socket(ada, query="format=json") as socket:
        greeted(socket)
        seq = change(ada, "leaf:3", events=[event])
        assert hear(socket) == {"seq": seq, "after": seq - 1, "events": [event]}
    assert drawn == []


def test_a_lost_change_shows_as_a_gap_in_the_next_frame(live_site: LiveSite, ada: User) -> None:
    with live_site.socket(ada) as socket:
        start = hear(socket)["seq"]
        bump_seq(ada.pk)  # committed, and its message lost
        seq = change(ada, "list:today")
        message = hear(socket)
        assert message["seq"] == seq
        assert message["after"] > start


def test_a_lost_last_change_shows_as_a_heartbeat_that_is_ahead(live_site: LiveSite, ada: User) -> None:
    with live_site.socket(ada) as socket:
        start = hear(socket)["seq"]
        seq = bump_seq(ada.pk)
        assert hear(socket, 10) == {"type": "heartbeat", "seq": seq}
        assert seq > start


@pytest.mark.slow
def test_a_quiet_socket_hears_a_heartbeat_every_so_often(
    live_site: LiveSite, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert hub.HEARTBEAT_SECONDS == 20
    monkeypatch.setattr(hub, "HEARTBEAT_SECONDS", 1.0)
    monkeypatch.setattr(hub, "WATCH_SECONDS", 0.5)
    with live_site.socket(ada) as socket:
        seq = hear(socket)["seq"]
        assert hear(socket, 15) == {"type": "heartbeat", "seq": seq}
        assert hear(socket, 15) == {"type": "heartbeat", "seq": seq}


# --- being closed ----------------------------------------------------------------------------------------------------


def _sign_out(user: User, session: str) -> None:
    client = Client()
    client.cookies["session"] = session
    client.logout()


def _change_password(user: User, session: str) -> None:
    user.set_password("correct horse battery staple")
    user.save()


def _deactivate(user: User, session: str) -> None:
    deactivate(user=user, now=clock.now())


def _delete(user: User, session: str) -> None:
    user.delete()


@pytest.mark.parametrize("end", [_sign_out, _change_password, _deactivate, _delete])
def test_what_ends_the_sign_in_closes_the_socket_within_5_seconds(
    live_site: LiveSite, ada: User, end: Callable[[User, str], None]
) -> None:
    session = sign_in(ada)
    with live_site.socket(session=session) as socket:
        greeted(socket)
        end(ada, session)
        assert close_code(socket, 5) == 4401


def test_closing_one_session_leaves_the_others(live_site: LiveSite, ada: User) -> None:
    first, second = sign_in(ada), sign_in(ada)
    with live_site.socket(session=first) as ended, live_site.socket(session=second) as kept:
        greeted(ended)
        greeted(kept)
        close_sockets(ada.pk, first)
        assert close_code(ended, 2) == 4401
        assert stays_silent(kept, 0.3)


def test_closing_a_user_closes_tickets_too(live_site: LiveSite, ada: User) -> None:
    with live_site.socket(query=f"ticket={issue_ticket(ada)}", origin=None) as socket:
        greeted(socket)
        close_sockets(ada.pk)
        assert close_code(socket, 2) == 4401


def test_the_eleventh_socket_of_a_user_is_refused(live_site: LiveSite, ada: User, bob: User) -> None:
    session = sign_in(ada)
    with ExitStack() as nine:
        for _ in range(9):
            greeted(nine.enter_context(live_site.socket(session=session)))
        with live_site.socket(session=session) as tenth:
            greeted(tenth)
            with live_site.socket(session=session) as eleventh, live_site.socket(bob) as his:
                assert close_code(eleventh) == 4429
                greeted(his)
        with live_site.socket(session=session) as again:
            greeted(again)


@pytest.mark.parametrize("too_much", ["x" * (16 * 1024 + 1), "é" * (8 * 1024 + 1)], ids=["ascii", "two bytes each"])
def test_a_message_of_more_than_16_kib_closes_the_socket(live_site: LiveSite, ada: User, too_much: str) -> None:
    with live_site.socket(ada) as socket:
        greeted(socket)
        socket.send("x" * 16 * 1024)
        assert stays_silent(socket, 0.2)
        socket.send(too_much)
        assert close_code(socket) == 4413


def test_more_than_10_messages_a_second_close_the_socket(live_site: LiveSite, ada: User) -> None:
    with live_site.socket(ada) as socket:
        greeted(socket)
        for _ in range(11):
            socket.send("{}")
        assert close_code(socket) == 4420


def test_a_message_that_is_far_too_long_is_not_even_read(live_site: LiveSite, ada: User) -> None:
    with live_site.socket(ada) as socket:
        greeted(socket)
        socket.send("x" * 70_000)
        assert close_code(socket) != 4413


def test_a_socket_ends_after_12_hours(live_site: LiveSite, ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    with live_site.socket(ada) as socket:
        greeted(socket)
        monkeypatch.setattr("smarthabit.pages.hub.LIFE_SECONDS", 0.0)
        assert close_code(socket, 6) == 4408
