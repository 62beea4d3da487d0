"""How the API knows who asks: a bearer token, or the browser's session with its CSRF token."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import authentication, exceptions
from rest_framework.request import Request

from smarthabit.accounts import tokens
from smarthabit.accounts.models import TokenFamily, User
from smarthabit.kernel import clock

_CACHED = "_smarthabit_bearer"
_CHALLENGE = 'Bearer realm="SmartHabit"'


def bearer(request: HttpRequest) -> TokenFamily | None:
    """The family behind the request's bearer token, None without one; looked up once per request.

    Raises AuthenticationFailed for a token that does not hold.
    """
    if not hasattr(request, _CACHED):
        setattr(request, _CACHED, _looked_up(request.META.get("HTTP_AUTHORIZATION", "")))
    found = getattr(request, _CACHED)
    if isinstance(found, exceptions.AuthenticationFailed):
        raise found
    return found if isinstance(found, TokenFamily) else None


def _looked_up(header: str) -> TokenFamily | exceptions.AuthenticationFailed | None:
    scheme, _space, token = header.partition(" ")
    if scheme.lower() != "bearer":
        return None
    try:
        return tokens.authenticated(token.strip(), clock.now())
    except tokens.TokenRefused:
        return exceptions.AuthenticationFailed(_("The token is not valid."), code="token_invalid")


class TokenAuthentication(authentication.BaseAuthentication):
    """``Authorization: Bearer <access token>``; ``request.auth`` is then the token's family."""

    def authenticate(self, request: Request) -> tuple[User, TokenFamily] | None:
        """The user and the family, or None when there is no bearer token."""
        family = bearer(request._request)
        return (family.user, family) if family else None

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002 - DRF's signature
        """The challenge of a 401."""
        return _CHALLENGE


class NobodyYet(authentication.BaseAuthentication):
    """For the views that sign people in: whatever the request carries, it speaks for nobody."""

    def authenticate(self, request: Request) -> None:
        """Always None."""

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002 - DRF's signature
        """The challenge of a 401; without one DRF would answer 403."""
        return _CHALLENGE


class SessionAuthentication(authentication.SessionAuthentication):
    """The browser's session; every method that writes needs the CSRF token."""


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # the library's metaclass hook is untyped
    """Tells the OpenAPI schema about the bearer token."""

    target_class = TokenAuthentication
    name = "bearer"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:  # noqa: ARG002 - the library's signature
        """The scheme in OpenAPI's words."""
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # the library's metaclass hook is untyped
    """Tells the OpenAPI schema about the session cookie."""

    target_class = SessionAuthentication
    name = "session"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:  # noqa: ARG002 - the library's signature
        """The scheme in OpenAPI's words."""
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}
