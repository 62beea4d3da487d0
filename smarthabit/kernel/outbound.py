"""The one way out: HTTPS to addresses of the public internet, and nowhere else.

Users name the addresses (webhooks, push services), so each request may be an attempt to make this server speak to its
own network. The name is resolved once, every address found is checked, and the connection goes to the checked address:
a name that answers differently a moment later changes nothing. Redirects are not followed, proxies of the environment
are not asked, and neither a slow nor a long answer holds a worker for longer than the whole request may take.
"""

from __future__ import annotations

import ipaddress
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from http.client import HTTPException
from typing import Final

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, LocationParseError
from urllib3.util import Url, parse_url

SECONDS: Final = 10.0
"""What one request may take, from the look-up of the name to the last byte."""
MOST_BYTES: Final = 64 * 1024
"""How much of an answer is read."""
MOST_URL: Final = 2_000

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_UNICAST: Final = ipaddress.ip_network("2000::/3")
"""All that IANA has given out for the internet of IPv6; mapped, translated and local addresses lie outside of it."""
# Within what is global by its look: protocol assignments (Teredo among them), documentation, and tunnels to IPv4.
_NEVER: Final = tuple(
    ipaddress.ip_network(block)
    for block in ("192.0.0.0/24", "192.88.99.0/24", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
)


class Refused(Exception):
    """We do not speak to this address, today or tomorrow. The message says why, without naming what was found."""


class Unreachable(Exception):
    """Nobody answered in time, or not in a way that can be trusted. Another try may succeed."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the status, the headers by lower-case name, and the first `MOST_BYTES` of the body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def ok(self) -> bool:
        """Whether the other side took it (2xx)."""
        return 200 <= self.status < 300


def is_public(address: Address) -> bool:
    """Whether packets to it leave for the public internet, whatever is hidden within it."""
    if isinstance(address, ipaddress.IPv6Address) and (address.scope_id or address not in _UNICAST):
        return False
    if any(address in block for block in _NEVER):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved)


def look_up(host: str, port: int) -> list[str]:
    """The addresses of a host by this machine's resolver; OSError when there are none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@lru_cache(maxsize=1)
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()


@dataclass(frozen=True, slots=True)
class Policy:
    """Whom we speak to, and how. Only code makes one: no setting and nothing a user sends can loosen `PUBLIC`."""

    schemes: frozenset[str] = frozenset({"https"})
    admits: Callable[[Address], bool] = is_public
    resolve: Callable[[str, int], list[str]] = look_up
    trust: Callable[[], ssl.SSLContext] = _trust
    seconds: float = SECONDS


PUBLIC: Final = Policy()


def check_url(url: str, policy: Policy = PUBLIC) -> Url:
    """The parsed address, as far as it can be judged without asking anyone; raises Refused."""
    try:
        parts = parse_url(url)
    except LocationParseError as error:
        raise Refused("the address cannot be read") from error
    if len(url) > MOST_URL or any(ord(char) < 0x21 or ord(char) == 0x7F for char in url):
        raise Refused("the address cannot be read")
    if parts.scheme not in policy.schemes or not parts.host:
        raise Refused("only https addresses are taken")
    if parts.auth is not None:
        raise Refused("the address must not hold a user name or password")
    literal = _literal(parts.host)
    if literal is not None and not policy.admits(literal):
        raise Refused("the address is not on the public internet")
    return parts


def post(url: str, body: bytes, headers: Mapping[str, str], policy: Policy = PUBLIC) -> Answer:
    """Send `body` once. Any status is an `Answer`, redirects too; raises Refused or Unreachable when there is none."""
    parts = check_url(url, policy)
    ends = time.monotonic() + policy.seconds
    port = parts.port or (443 if parts.scheme == "https" else 80)
    host = (parts.host or "").strip("[]")
    addresses = _checked(_within(lambda: policy.resolve(host, port), ends), policy)
    connection = _connection(parts, port, addresses, ends, policy)
    try:
        return _exchange(connection, parts.request_uri, body, headers, ends)
    except (HTTPError, HTTPException, OSError, ValueError) as error:
        raise Unreachable(type(error).__name__) from error
    finally:
        connection.hang_up()


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return None


def _checked(found: Iterable[str], policy: Policy) -> list[str]:
    """All of them, in their order. One that is not public refuses the name: whoever publishes it means no good."""
    addresses = list(found)
    for text in addresses:
        address = _literal(text)
        if address is None or not policy.admits(address):
            raise Refused("the address is not on the public internet")
    if not addresses:
        raise Unreachable("no address")
    return addresses


def _within(ask: Callable[[], list[str]], ends: float) -> list[str]:
    """What `ask` answers before `ends`. The system's resolver knows no time limit, so it is asked in a thread."""
    answers: queue.SimpleQueue[list[str] | Exception] = queue.SimpleQueue()

    def run() -> None:
        try:
            answers.put(ask())
        except (OSError, ValueError) as error:  # ValueError: a name that cannot be encoded
            answers.put(error)

    threading.Thread(target=run, name="resolver", daemon=True).start()
    try:
        answer = answers.get(timeout=max(0.0, ends - time.monotonic()))
    except queue.Empty as error:
        raise Unreachable("the name was not resolved in time") from error
    if isinstance(answer, Exception):
        raise Unreachable("the name does not resolve") from answer
    return answer


def _dial(addresses: list[str], port: int, ends: float) -> socket.socket:
    """A connection to the first of these addresses that takes it. They are numbers: nothing is resolved again."""
    failed: OSError = OSError("no address")
    for address in addresses:
        try:
            return socket.create_connection((address, port), timeout=max(0.05, ends - time.monotonic()))
        except OSError as error:
            failed = error
    raise failed


class _Pinned(HTTPConnection):
    """A connection to addresses that were checked; the host's name serves `Host`, SNI and the certificate only."""

    addresses: list[str]
    ends: float
    _cut: threading.Timer | None = None
    _line: socket.socket | None = None

    def _new_conn(self) -> socket.socket:
        line = _dial(self.addresses, self.port or 0, self.ends)
        # A time limit on each read does not stop a server that sends a byte at a time: the line is cut at the end.
        # By a second handle, because TLS takes the first one over.
        self._line = line.dup()
        self._cut = threading.Timer(max(0.05, self.ends - time.monotonic()), _cut, [self._line])
        self._cut.daemon = True
        self._cut.start()
        return line

    def hang_up(self) -> None:
        """Close everything, also what the time limit still holds."""
        if self._cut is not None:
            self._cut.cancel()
        self.close()
        if self._line is not None:
            self._line.close()


class _PinnedTLS(_Pinned, HTTPSConnection):
    """The same, within TLS."""


def _cut(line: socket.socket) -> None:
    try:
        line.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it has ended by itself


def _connection(parts: Url, port: int, addresses: list[str], ends: float, policy: Policy) -> _Pinned:
    host = (parts.host or "").strip("[]")
    left = max(0.05, ends - time.monotonic())
    connection: _Pinned
    if parts.scheme == "https":
        connection = _PinnedTLS(host, port, timeout=left, ssl_context=policy.trust())
    else:
        connection = _Pinned(host, port, timeout=left)
    connection.addresses, connection.ends = addresses, ends
    return connection


def _exchange(connection: _Pinned, target: str, body: bytes, headers: Mapping[str, str], ends: float) -> Answer:
    sent = {"User-Agent": "SmartHabit", "Accept-Encoding": "identity", **headers}
    connection.request("POST", target, body=body, headers=sent, preload_content=False, decode_content=False)
    response = connection.getresponse()
    taken = b""
    while len(taken) < MOST_BYTES and (piece := response.read(min(8192, MOST_BYTES - len(taken)))):
        taken += piece
    if time.monotonic() >= ends:
        raise Unreachable("the answer took too long")
    return Answer(response.status, {name.lower(): value for name, value in response.headers.items()}, taken)
