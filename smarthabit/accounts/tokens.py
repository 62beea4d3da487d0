"""Tokens of the API: short-lived access tokens, and refresh tokens that work exactly once.

Both are signed with ``JWT_SIGNING_KEY``. A family is one sign-in; its refresh tokens follow each other, and using one a
second time - which only a thief or a victim would - revokes the family, and with it every access token that names it.
"""

import datetime as dt
import hashlib
import secrets
import uuid
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from django.conf import settings
from django.db import transaction
from django.utils.crypto import constant_time_compare
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.exceptions import TokenBackendError

from smarthabit.accounts import audit
from smarthabit.accounts.events import UserSignedOut
from smarthabit.accounts.models import RefreshToken, TokenFamily, User
from smarthabit.kernel import events
from smarthabit.kernel.statements import KeptQuery

_ALGORITHM = "HS256"
_ANY_TIME = dt.timedelta(days=365_000)
"""The library would judge expiry by the machine's clock; ours is handed in, so it is told to let that pass."""


class TokenRefused(Exception):
    """The token is not one of ours, has run out, was used before or was revoked; which of these is not said."""


@dataclass(frozen=True, slots=True)
class Pair:
    """What a client holds after signing in or refreshing."""

    access: str
    refresh: str
    family: uuid.UUID


@dataclass(frozen=True, slots=True)
class Claims:
    """The verified content of a token."""

    user_id: int
    family: uuid.UUID
    jti: str
    stamp: str


def issue(*, user: User, now: dt.datetime, user_agent: str = "", address: str | None = None) -> Pair:
    """Begin a family for a user who has just proved who they are."""
    with transaction.atomic():
        family = TokenFamily.objects.create(
            user=user, created_at=now, last_used_at=now, user_agent=user_agent[:200], address=address
        )
        pair = _next_pair(family, user, now)
        audit.record(audit.Kind.TOKEN_ISSUED, now=now, user=user, address=address, family=str(family.id))
    return pair


def rotate(*, refresh: str, now: dt.datetime, address: str | None = None) -> Pair:
    """Exchange a refresh token for the next pair; raises TokenRefused, and revokes the family if it was used before."""
    claims = _read(refresh, "refresh", now)
    with transaction.atomic():
        family = _locked_family(claims)
        if family is None or family.revoked_at is not None or not _current(family.user, claims):
            raise TokenRefused
        if _consume(claims, now):
            TokenFamily.objects.filter(pk=family.pk).update(last_used_at=now)
            return _next_pair(family, family.user, now)
        _end(family, now)
        audit.record(audit.Kind.TOKEN_REPLAYED, now=now, user=family.user, address=address, family=str(family.id))
    raise TokenRefused


def revoke(*, refresh: str, now: dt.datetime) -> None:
    """End the family of a refresh token, used or not; raises TokenRefused when the token is not ours at all."""
    claims = _read(refresh, "refresh", now)
    end_families(user_id=claims.user_id, now=now, family=claims.family)


def end_families(*, user_id: int, now: dt.datetime, family: uuid.UUID | None = None) -> int:
    """Revoke one family of a user, or all of them; returns how many were still alive."""
    alive = TokenFamily.objects.filter(user_id=user_id, revoked_at__isnull=True)
    if family is not None:
        alive = alive.filter(pk=family)
    with transaction.atomic():
        ended = list(alive.select_for_update().select_related("user"))
        for each in ended:
            _end(each, now)
            audit.record(audit.Kind.TOKEN_REVOKED, now=now, user=each.user, family=str(each.id))
    return len(ended)


def authenticated(access: str, now: dt.datetime) -> TokenFamily:
    """The living family, with its user, that an access token speaks for: one query. Raises TokenRefused."""
    claims = _read(access, "access", now)
    family = next(iter(_family_and_user(claims.family, claims.user_id)), None)
    if family is None or family.revoked_at is not None or not _current(family.user, claims):
        raise TokenRefused
    return family


_family_and_user = KeptQuery(
    lambda family, user: TokenFamily.objects.select_related("user").filter(pk=family, user_id=user),
    uuid.UUID(int=1),
    1,
    remember=500,
)


def purge(now: dt.datetime) -> int:
    """Delete families that nobody can use any more, and used tokens that a replay would not need to be recognised."""
    spent = now - settings.REFRESH_TOKEN_LIFETIME
    families, _ = TokenFamily.objects.filter(last_used_at__lt=spent).delete()
    # A used token whose row is gone is still refused, as unknown to its family: see _consume.
    tokens, _ = RefreshToken.objects.filter(consumed_at__lt=now - dt.timedelta(days=1)).delete()
    return families + tokens


def _consume(claims: Claims, now: dt.datetime) -> bool:
    unused = RefreshToken.objects.filter(
        jti_hash=_hashed(claims.jti), family_id=claims.family, consumed_at__isnull=True
    )
    return unused.update(consumed_at=now) == 1


def _locked_family(claims: Claims) -> TokenFamily | None:
    mine = TokenFamily.objects.filter(pk=claims.family, user_id=claims.user_id)
    return mine.select_for_update(of=("self",)).select_related("user").first()


def _end(family: TokenFamily, now: dt.datetime) -> None:
    TokenFamily.objects.filter(pk=family.pk).update(revoked_at=now)
    events.publish(UserSignedOut(family.user_id, family=str(family.id)))


def _next_pair(family: TokenFamily, user: User, now: dt.datetime) -> Pair:
    jti = secrets.token_hex(16)
    expires = now + settings.REFRESH_TOKEN_LIFETIME
    RefreshToken.objects.create(family=family, jti_hash=_hashed(jti), created_at=now, expires_at=expires)
    access = _signed(family, user, now, now + settings.ACCESS_TOKEN_LIFETIME, typ="access", jti=secrets.token_hex(16))
    return Pair(access, _signed(family, user, now, expires, typ="refresh", jti=jti), family.id)


def _signed(family: TokenFamily, user: User, now: dt.datetime, expires: dt.datetime, *, typ: str, jti: str) -> str:
    claims = {
        "typ": typ,
        "sub": str(user.pk),
        "fam": str(family.id),
        "ver": _stamp(user.get_session_auth_hash()),
        "jti": jti,
        "iat": int(now.timestamp()),
        "exp": int(expires.timestamp()),
    }
    return str(_backend().encode(claims))


def _backend() -> TokenBackend:
    return TokenBackend(_ALGORITHM, settings.JWT_SIGNING_KEY, leeway=_ANY_TIME)


def _read(raw: str, typ: str, now: dt.datetime) -> Claims:
    kind, expires, claims = _verified(raw, settings.JWT_SIGNING_KEY)
    if expires <= now.timestamp() or kind != typ:
        raise TokenRefused
    return claims


@lru_cache(maxsize=2000)
def _verified(raw: str, key: str) -> tuple[str, int, Claims]:
    """Type, expiry and claims of a token that ``key`` has signed.

    Kept for tokens that come again: what is signed does not change. Whether it still holds is asked every time.
    """
    try:
        claims: dict[str, Any] = TokenBackend(_ALGORITHM, key, leeway=_ANY_TIME).decode(cast("Any", raw))  # see there
        read = Claims(int(claims["sub"]), uuid.UUID(claims["fam"]), str(claims["jti"]), str(claims["ver"]))
        return str(claims["typ"]), int(claims["exp"]), read
    except (TokenBackendError, KeyError, ValueError, TypeError, AttributeError) as error:
        raise TokenRefused from error


def _current(user: User, claims: Claims) -> bool:
    """Whether the account is active and its password still the one the token was issued under."""
    hashes = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return user.is_active and any(constant_time_compare(_stamp(known), claims.stamp) for known in hashes)


def _stamp(session_hash: str) -> str:
    # A hash of Django's keyed hash of the password hash: it changes with the password and tells nothing about it.
    return hashlib.sha256(session_hash.encode()).hexdigest()[:16]


def _hashed(jti: str) -> str:
    return hashlib.sha256(jti.encode()).hexdigest()
