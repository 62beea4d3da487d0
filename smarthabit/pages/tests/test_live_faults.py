"""The live view through faults of Redis: writes do not notice, sockets heal, nobody is sent what is not theirs."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from smarthabit.testing.servers import Postgres, Valkey
from smarthabit.testing.site import ROOT, ready
from smarthabit.testing.stack import Stack

pytestmark = [pytest.mark.services, pytest.mark.faults]

WRITER = """
import json, os, sys, time, django
django.setup()
from django.db import transaction
from smarthabit.accounts.services import bump_seq
from smarthabit.kernel.live import publish
for line in sys.stdin:
    user_id = int(line)
    begun = time.monotonic()
    with transaction.atomic():
        seq = bump_seq(user_id)
        transaction.on_commit(lambda: publish(user_id, seq, ["list:today"], events=[{"type": "x", "of": user_id}]))
    print(json.dumps({"seq": seq, "seconds": time.monotonic() - begun}), flush=True)
"""


PEOPLE = """
import json
from django.contrib.auth import get_user_model
from django.test import Client
found = {}
for name in ("ada", "bob", "eve"):
    user = get_user_model().objects.create_user(f"{name}@example.org")
    client = Client()
    client.force_login(user)
    found[name] = (user.pk, client.session.session_key)
print(json.dumps(found))
"""


class Writer:
    """A process apart from the server's that writes and publishes."""

    def __init__(self, env: dict[str, str]) -> None:
        command = [sys.executable, "-c", WRITER]
        self._process = subprocess.Popen(
            command, env=env, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def write(self, user_id: int) -> dict[str, Any]:
        """One change of the user; its number, and how long the write took."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{user_id}\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def end(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(20)
        self._process.stdout.close()


@pytest.fixture(scope="module")
def valkey() -> Iterator[Valkey]:
    with Valkey() as server:
        yield server


@pytest.fixture(scope="module")
def served(valkey: Valkey, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with (
        Postgres() as postgres,
        Stack(tmp_path_factory.mktemp("services"), postgres.url, valkey.url).migrate() as served,
    ):
        yield served


@pytest.fixture(scope="module")
def writer(served: Stack) -> Iterator[Writer]:
    writer = Writer(served.env)
    yield writer
    writer.end()


@pytest.fixture(scope="module")
def people(served: Stack) -> dict[str, tuple[int, str]]:
    """Ids and sessions of three users."""
    found: dict[str, tuple[int, str]] = json.loads(served.run(PEOPLE))
    return found


def listen(served: Stack, session: str) -> ClientConnection:
    return connect(
        f"ws://localhost:{served.port}/ws/live/?format=json",
        origin=Origin(served.url),
        additional_headers={"Cookie": f"session={session}"},
    )


def hear_up_to(socket: ClientConnection, seq: int, seconds: float) -> list[dict[str, Any]]:
    """Messages until one says that the user's changes have got to ``seq``."""
    deadline = time.monotonic() + seconds
    heard: list[dict[str, Any]] = []
    while not heard or heard[-1]["seq"] < seq:
        heard.append(json.loads(socket.recv(max(0.01, deadline - time.monotonic()))))
    return heard


def test_a_change_of_another_process_arrives_and_only_at_its_user(
    served: Stack, writer: Writer, people: dict[str, tuple[int, str]]
) -> None:
    (ada, her), (_bob, his) = people["ada"], people["bob"]
    with listen(served, her) as hers, listen(served, his) as other:
        hears = json.loads(hers.recv(5)), json.loads(other.recv(5))
        assert [message["type"] for message in hears] == ["hello", "hello"]
        seq = writer.write(ada)["seq"]
        assert hear_up_to(hers, seq, 5) == [{"seq": seq, "after": seq - 1, "events": [{"type": "x", "of": ada}]}]
        with pytest.raises(TimeoutError):
            other.recv(0.5)


def test_an_idle_socket_is_not_dropped_by_redis_clients_timeouts(
    served: Stack, writer: Writer, people: dict[str, tuple[int, str]]
) -> None:
    ada, session = people["ada"]
    with listen(served, session) as socket:
        json.loads(socket.recv(5))
        time.sleep(7)
        seq = writer.write(ada)["seq"]
        assert hear_up_to(socket, seq, 3)[-1]["events"]


@pytest.mark.parametrize("fault", ["freeze", "kill"])
def test_a_dead_redis_neither_fails_nor_slows_a_write_and_the_socket_heals(
    served: Stack, writer: Writer, valkey: Valkey, people: dict[str, tuple[int, str]], fault: str
) -> None:
    ada, session = people["ada"]
    with listen(served, session) as socket:
        json.loads(socket.recv(5))
        getattr(valkey, fault)()
        try:
            writes = [writer.write(ada) for _ in range(20)]
            assert max(write["seconds"] for write in writes) < 1
            assert hear_up_to(socket, writes[-1]["seq"], 10)
        finally:
            valkey.thaw() if fault == "freeze" else valkey.start()
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline:
            seq = writer.write(ada)["seq"]
            if any(message.get("events") for message in hear_up_to(socket, seq, 10)):
                return
        raise AssertionError("events did not come back")


def test_a_socket_opened_while_redis_is_down_is_served_from_the_database(
    served: Stack, writer: Writer, valkey: Valkey, people: dict[str, tuple[int, str]]
) -> None:
    bob, session = people["bob"]
    valkey.kill()
    try:
        with listen(served, session) as socket:
            assert json.loads(socket.recv(8))["type"] == "hello"
            seq = writer.write(bob)["seq"]
            assert hear_up_to(socket, seq, 10)
    finally:
        valkey.start()


def test_losing_the_message_does_not_keep_a_socket_open_after_the_session_has_ended(
    served: Stack, valkey: Valkey, people: dict[str, tuple[int, str]]
) -> None:
    _eve, session = people["eve"]
    with listen(served, session) as socket:
        json.loads(socket.recv(5))
        valkey.kill()
        try:
            begun = time.monotonic()
            served.run(
                "from django.contrib.sessions.models import Session\n"
                f"Session.objects.filter(session_key='{session}').delete()"
            )
            with pytest.raises(ConnectionClosed, match="4401"):
                hear_up_to(socket, 10**9, 15)
            assert time.monotonic() - begun < 15  # the query above starts a process, which takes its time
        finally:
            valkey.start()


def test_readiness_names_redis_and_heals_with_it(served: Stack, valkey: Valkey) -> None:
    valkey.kill()
    try:
        assert ready(served)[1]["checks"]["redis"] == "does not answer"
    finally:
        valkey.start()
    assert ready(served)[1]["checks"]["redis"] == "ok"


def test_it_stops_when_told_to(served: Stack) -> None:
    assert Path(served.folder / "log").exists()
    begun = time.monotonic()
    served.stop()
    assert time.monotonic() - begun < 8
    served.start()
