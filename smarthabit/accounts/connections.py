"""Who a long-lived connection belongs to, and whether it may stay open.

A connection is opened by a session of the browser, or with a one-time ticket that a signed-in caller of the API asked
for. It stays bound to that sign-in: when the session or the token family ends, so does the connection.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from typing import TypeVar

from django.contrib.auth import get_user
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.http import HttpRequest

from smarthabit.accounts.models import TokenFamily, User
from smarthabit.kernel import clock

TICKET_SECONDS = 30

_CHUNK = 500

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Passenger:
    """Whose connection it is, and the sign-in it hangs on: a session key, or the id of a token family, or neither."""

    user_id: int
    password: str
    language: str
    session_key: str = ""
    family: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """What the database says now about some connections: each user's latest change, and which connections must go."""

    seqs: dict[int, int]
    expelled: frozenset[Passenger]


def issue_ticket(user: User, *, session_key: str = "", family: str = "") -> str:
    """A secret that opens one connection within 30 seconds; only its hash is kept."""
    ticket = secrets.token_urlsafe(32)
    cache.set(_ticket_key(ticket), [user.pk, session_key, family], timeout=TICKET_SECONDS)
    return ticket


def redeem_ticket(ticket: str) -> Passenger | None:
    """The passenger the ticket was issued to. It works once: of several that try at the same time, one gets in."""
    key = _ticket_key(ticket)
    content = cache.get(key)
    if content is None or not cache.delete(key):
        return None
    user_id, session_key, family = content
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        return None
    passenger = Passenger(user.pk, user.password, user.language, session_key, family)
    return None if passenger in standing([passenger]).expelled else passenger


def passenger_of(request: HttpRequest) -> Passenger | None:
    """The passenger the request's session stands for, or None for nobody."""
    user = get_user(request)
    if not isinstance(user, User) or not user.is_active:
        return None
    return Passenger(user.pk, user.password, user.language, session_key=request.session.session_key or "")


def standing(passengers: Collection[Passenger]) -> Standing:
    """Look the passengers up again; a handful of queries for every 500 of them."""
    users: dict[int, tuple[str, int]] = {}
    for ids in _chunks({each.user_id for each in passengers}):
        rows = User.objects.filter(pk__in=ids, is_active=True).values_list("pk", "password", "clock__seq")
        users |= {user_id: (password, seq or 0) for user_id, password, seq in rows}
    sessions = _living_sessions({each.session_key for each in passengers if each.session_key})
    families = _living_families({each.family for each in passengers if each.family})

    def may_stay(each: Passenger) -> bool:
        return (
            each.user_id in users
            and users[each.user_id][0] == each.password
            and (not each.session_key or each.session_key in sessions)
            and (not each.family or each.family in families)
        )

    return Standing(
        {user_id: seq for user_id, (_, seq) in users.items()},
        frozenset(each for each in passengers if not may_stay(each)),
    )


def _living_sessions(keys: Collection[str]) -> set[str]:
    found: set[str] = set()
    for chunk in _chunks(keys):
        living = Session.objects.filter(session_key__in=chunk, expire_date__gt=clock.now())
        found.update(living.values_list("session_key", flat=True))
    return found


def _living_families(ids: Collection[str]) -> set[str]:
    found: set[str] = set()
    for chunk in _chunks(ids):
        living = TokenFamily.objects.filter(pk__in=chunk, revoked_at__isnull=True)
        found.update(str(pk) for pk in living.values_list("pk", flat=True))
    return found


def _chunks(items: Collection[T]) -> list[list[T]]:
    listed = list(items)
    return [listed[start : start + _CHUNK] for start in range(0, len(listed), _CHUNK)]


def _ticket_key(ticket: str) -> str:
    return f"live-ticket:{hashlib.sha256(ticket.encode()).hexdigest()}"
