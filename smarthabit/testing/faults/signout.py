"""Promise 9: signing out, a new password and deactivation reach the sockets of every process."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from smarthabit.testing.faults import Figure, all_of, at_most
from smarthabit.testing.load import Person, people
from smarthabit.testing.servers import Postgres, Valkey
from smarthabit.testing.stack import Stack

TITLE = "9: sign-out, a new password and deactivation close the sockets"
SIGNED_OUT = 4401

_CHANGES = {
    "a new password": """
user.set_password("another long enough secret")
user.save()
services.password_was_changed(user=user, now=clock.now())
""",
    "deactivation": "services.deactivate(user=user, now=clock.now())",
}


def run(folder: Path, *, long: bool) -> list[Figure]:
    """Two socket processes, and Redis alive or - in the long form - also away."""
    with (
        Postgres() as postgres,
        Valkey() as valkey,
        Stack(folder, postgres.url, valkey.url, web=1, sockets=2).migrate() as stack,
    ):
        persons = people(stack, 6, habits=0, name="signout")
        figures = prove(stack, persons[:3], "with Redis")
        if long:
            valkey.kill()
            figures += prove(stack, persons[3:], "without Redis")
    return figures


def prove(stack: Stack, persons: Sequence[Person], how: str) -> list[Figure]:
    """Four sockets of each of three people, spread over the processes, for each way of ending a sign-in."""
    figures = []
    for what, person in zip(("sign-out", *_CHANGES), persons, strict=True):
        with ExitStack() as opened:
            sockets = [opened.enter_context(listen(stack, person)) for _ in range(4)]
            for socket in sockets:
                assert json.loads(socket.recv(10))["type"] == "hello"
            begun = time.monotonic()
            if what == "sign-out":
                _sign_out(stack, person)
            else:
                begun += _change(stack, person, _CHANGES[what])
            ended = [_closed_after(socket) for socket in sockets]
        figures.append(all_of(f"sockets closed by {what} ({how})", len([at for at in ended if at]), len(sockets)))
        figures.append(at_most(f"seconds until closed by {what} ({how})", max(ended) - begun, 5))
    return figures


def listen(stack: Stack, person: Person) -> ClientConnection:
    """Open a live socket of ``person``, in whichever process is next."""
    return connect(
        f"ws://localhost:{stack.port}/ws/live/?format=json",
        origin=Origin(stack.url),
        additional_headers={"Cookie": f"session={person.session}"},
        open_timeout=20,
    )


def _sign_out(stack: Stack, person: Person) -> None:
    token = "a" * 32
    headers = {"Cookie": f"session={person.session}; csrf={token}", "X-CSRFToken": token, "Host": stack.url[7:]}
    connection = http.client.HTTPConnection("127.0.0.1", stack.port, timeout=20)
    connection.request("POST", "/accounts/logout/", b"", headers)
    status = connection.getresponse().status
    connection.close()
    assert status == 302, status


def _change(stack: Stack, person: Person, code: str) -> float:
    """Carry out ``code`` on the account in a further process; seconds from here until it was done."""
    begun = time.monotonic()
    said = stack.run(
        f"""
import time
from django.contrib.auth import get_user_model
from smarthabit.accounts import services
from smarthabit.kernel import clock
user = get_user_model().objects.get(pk={person.pk})
{code}
print(time.monotonic())
time.sleep(1)  # for the thread that publishes
"""
    )
    return float(said.splitlines()[-1]) - begun


def _closed_after(socket: ClientConnection) -> float:
    """The moment (monotonic) at which the server closed it for want of a sign-in; 0 when it did not."""
    try:
        while True:
            socket.recv(10)
    except ConnectionClosed as closed:
        return time.monotonic() if closed.rcvd is not None and closed.rcvd.code == SIGNED_OUT else 0.0
    except TimeoutError:
        return 0.0
