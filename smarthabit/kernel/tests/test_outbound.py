"""Requests to addresses that users name: to the public internet, to the checked address, and never for long."""

from __future__ import annotations

import ipaddress
import os
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smarthabit.kernel import clock, outbound
from smarthabit.kernel.outbound import MOST_BYTES, Policy, Refused, Unreachable, check_url, is_public, post
from smarthabit.testing.receivers import Receiver, Reply, certificate

PUBLIC_ADDRESS = "93.184.215.14"
HERE = Policy(schemes=frozenset({"http", "https"}), admits=lambda address: address.is_loopback, seconds=5)


@pytest.fixture(scope="module")
def canary() -> Iterator[Receiver]:
    """A server within our own network, which nobody outside may make us speak to: no test may connect to it."""
    with Receiver() as receiver:
        yield receiver


def _resolving(*answers: list[str]) -> Policy:
    left = list(answers)
    return Policy(resolve=lambda _host, _port: left.pop(0) if len(left) > 1 else left[0])


PRIVATE = [
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",  # noqa: S104
    "10.1.2.3",
    "100.64.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:93.184.215.14",
    "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::7f00:1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:db8::1",
    "2002:7f00:1::",
    "3fff::1",
    "4000::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_that_is_not_public_is_refused_however_it_is_written(address: str, canary: Receiver) -> None:
    assert not is_public(ipaddress.ip_address(address))
    with pytest.raises(Refused):
        post(f"https://evil.example:{canary.port}/", b"", {}, _resolving([address]))
    assert canary.connections == 0


@pytest.mark.parametrize("address", [PUBLIC_ADDRESS, "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "1.1.1.1"])
def test_a_public_address_is_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@given(st.ip_addresses(v=4))
def test_no_address_gets_through_by_being_wrapped_into_an_ipv6_one(address: ipaddress.IPv4Address) -> None:
    number = int(address)
    wrapped = [number, (0xFFFF << 32) | number, (0x64FF9B << 96) | number, (0x2002 << 112) | (number << 80)]
    assert not any(is_public(ipaddress.IPv6Address(one)) for one in wrapped)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.1", "0", "localhost", "localhost.", "[::1]",
     "[::ffff:127.0.0.1]", "[::ffff:7f00:1]"],
)  # fmt: skip
def test_the_machine_itself_is_not_reached_by_any_of_its_names(host: str, canary: Receiver) -> None:
    with pytest.raises((Refused, Unreachable)):
        post(f"https://{host}:{canary.port}/", b"", {})
    assert canary.connections == 0


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "ftp://example.org/",
        "file:///etc/passwd",
        "gopher://example.org/",
        "https://",
        "https:///path",
        "example.org",
        "",
        "https://user:secret@example.org/",
        "https://user@example.org/",
        "https://example.org/\r\nX-Injected: 1",
        "https://exa mple.org/",
        "https://example.org:99999/",
        "https://example.org/" + "a" * 2000,
        "https://127.0.0.1/",
        "https://[::1]/",
    ],
)
def test_a_url_that_is_not_a_public_https_address_is_refused_before_anybody_is_asked(url: str) -> None:
    def nobody(_host: str, _port: int) -> list[str]:
        raise AssertionError("asked")

    with pytest.raises(Refused):
        check_url(url)
    with pytest.raises(Refused):
        post(url, b"", {}, Policy(resolve=nobody))


def test_one_private_address_among_public_ones_refuses_the_name(canary: Receiver) -> None:
    with pytest.raises(Refused):
        post(f"https://evil.example:{canary.port}/", b"", {}, _resolving([PUBLIC_ADDRESS, "127.0.0.1"]))
    assert canary.connections == 0


def test_a_name_that_changes_its_answer_is_asked_once_and_the_checked_address_is_dialled(
    canary: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialled: list[tuple[str, int]] = []

    def dial(address: tuple[str, int], timeout: float) -> socket.socket:
        dialled.append(address)
        raise OSError("nobody there")

    monkeypatch.setattr(socket, "create_connection", dial)
    policy = _resolving([PUBLIC_ADDRESS], ["127.0.0.1"])
    with pytest.raises(Unreachable):
        post(f"https://evil.example:{canary.port}/", b"", {}, policy)
    assert dialled == [(PUBLIC_ADDRESS, canary.port)]
    with pytest.raises(Refused):
        post(f"https://evil.example:{canary.port}/", b"", {}, policy)
    assert dialled == [(PUBLIC_ADDRESS, canary.port)]
    assert canary.connections == 0


def test_a_redirect_is_an_answer_and_is_not_followed(canary: Receiver) -> None:
    with Receiver(Reply(302, {"Location": canary.url})) as receiver:
        answer = post(receiver.url, b"x", {}, HERE)
    assert (answer.status, answer.ok) == (302, False)
    assert (len(receiver.received), canary.connections) == (1, 0)


def test_the_environment_names_no_proxy(canary: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setitem(os.environ, name, canary.url)
    with Receiver() as receiver:
        assert post(receiver.url, b"x", {}, HERE).ok
    assert canary.connections == 0


def test_what_is_sent_arrives_under_the_hosts_name() -> None:
    with Receiver(Reply(201, {"X-Said": "yes"}, b"taken")) as receiver:
        policy = Policy(HERE.schemes, HERE.admits, lambda _host, _port: ["127.0.0.1"])
        url = f"http://hooks.example:{receiver.port}/a/b?c=d"
        answer = post(url, b"body", {"X-Own": "1"}, policy)
    assert (answer.status, answer.body, answer.headers["x-said"], answer.ok) == (201, b"taken", "yes", True)
    (got,) = receiver.received
    assert (got.path, got.body, got.headers["x-own"]) == ("/a/b?c=d", b"body", "1")
    assert got.headers["host"] == f"hooks.example:{receiver.port}"


def test_of_several_addresses_the_first_that_answers_is_taken() -> None:
    with Receiver() as receiver:
        policy = Policy(HERE.schemes, HERE.admits, lambda _host, _port: ["127.0.0.9", "::1", "127.0.0.1"])
        assert post(f"http://hooks.example:{receiver.port}/", b"", {}, policy).ok


@pytest.mark.parametrize("named", [True, False])
def test_the_certificate_must_be_the_hosts_although_an_address_is_dialled(tmp_path: Path, named: bool) -> None:
    server, client = certificate(tmp_path, "hooks.example" if named else "other.example", clock.now())
    policy = Policy(admits=HERE.admits, resolve=lambda _host, _port: ["127.0.0.1"], trust=lambda: client)
    with Receiver(tls=server) as receiver:
        url = f"https://hooks.example:{receiver.port}/"
        if named:
            assert post(url, b"x", {}, policy).ok
        else:
            with pytest.raises(Unreachable, match="SSLCertVerificationError"):
                post(url, b"x", {}, policy)
    assert len(receiver.received) == int(named)


def test_a_certificate_nobody_vouches_for_is_not_believed(tmp_path: Path) -> None:
    server, _client = certificate(tmp_path, "hooks.example", clock.now())
    policy = Policy(admits=HERE.admits, resolve=lambda _host, _port: ["127.0.0.1"])
    with Receiver(tls=server) as receiver, pytest.raises(Unreachable, match="SSLCertVerificationError"):
        post(f"https://hooks.example:{receiver.port}/", b"x", {}, policy)
    assert receiver.received == []


def test_a_long_answer_is_read_up_to_a_limit() -> None:
    with Receiver(Reply(200, {}, b"x" * (3 * MOST_BYTES))) as receiver:
        assert len(post(receiver.url, b"", {}, HERE).body) == MOST_BYTES


def test_a_compressed_answer_is_left_as_it_is() -> None:
    import gzip

    bomb = gzip.compress(b"0" * 1_000_000)
    with Receiver(Reply(200, {"Content-Encoding": "gzip"}, bomb)) as receiver:
        assert post(receiver.url, b"", {}, HERE).body == bomb


def test_a_server_that_sends_a_byte_now_and_then_is_cut_off_at_the_end_of_the_time() -> None:
    """Every single read stays within its own limit; only the whole takes too long."""
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            line, _peer = server.accept()
            with line:
                line.sendall(b"HTTP/1.1 200 OK\r\nX-Long: ")
                try:
                    while not stop.wait(0.02):
                        line.sendall(b"a")
                except OSError:
                    return

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        policy = Policy(HERE.schemes, HERE.admits, seconds=0.3)
        with pytest.raises(Unreachable):
            post(f"http://127.0.0.1:{server.getsockname()[1]}/", b"", {}, policy)
        thread.join(5)
        still_dripping = thread.is_alive()
        stop.set()
    assert not still_dripping


def test_a_resolver_that_does_not_answer_is_not_waited_for() -> None:
    asked = threading.Event()

    def slow(_host: str, _port: int) -> list[str]:
        asked.wait(30)
        return ["127.0.0.1"]

    with pytest.raises(Unreachable, match="not resolved in time"):
        post("https://slow.example/", b"", {}, Policy(resolve=slow, seconds=0.05))
    asked.set()


@pytest.mark.parametrize("found", [OSError("no such name"), UnicodeError("label too long")])
def test_a_name_that_does_not_resolve_may_do_so_later(found: Exception) -> None:
    def fail(_host: str, _port: int) -> list[str]:
        raise found

    with pytest.raises(Unreachable, match="does not resolve"):
        post("https://gone.example/", b"", {}, Policy(resolve=fail))
    with pytest.raises(Unreachable):
        post("https://gone.example/", b"", {}, Policy(resolve=lambda _host, _port: []))
    with pytest.raises(Refused):
        post("https://gone.example/", b"", {}, Policy(resolve=lambda _host, _port: ["what"]))


def test_a_server_that_hangs_up_or_talks_nonsense_may_answer_later() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def talk() -> None:
            for said in (b"", b"nonsense\r\n\r\n"):
                line, _peer = server.accept()
                with line:
                    line.sendall(said)

        thread = threading.Thread(target=talk, daemon=True)
        thread.start()
        for _ in range(2):
            with pytest.raises(Unreachable):
                post(f"http://127.0.0.1:{server.getsockname()[1]}/", b"", {}, HERE)
        thread.join(5)


def test_the_usual_limits_are_those_the_product_promises() -> None:
    assert (outbound.PUBLIC.seconds, MOST_BYTES) == (10, 65536)
    assert outbound.PUBLIC.schemes == {"https"}
    assert outbound.PUBLIC.trust().verify_mode == ssl.CERT_REQUIRED
    assert outbound.look_up("localhost", 443)[0] in {"127.0.0.1", "::1"}
