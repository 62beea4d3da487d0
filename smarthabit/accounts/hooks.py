"""What Django tells only by signals: that a browser was signed in or out, whichever page did it."""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.http import HttpRequest

from smarthabit.accounts import audit
from smarthabit.accounts.events import UserSignedOut
from smarthabit.accounts.user import User
from smarthabit.kernel import clock, events
from smarthabit.kernel.api.address import client_address


def connect() -> None:
    """Listen; called once, when the app is ready."""
    user_logged_in.connect(_signed_in, dispatch_uid="accounts.signed_in")
    user_logged_out.connect(_signed_out, dispatch_uid="accounts.signed_out")


def _signed_in(request: HttpRequest, user: User, **_: Any) -> None:
    audit.record(audit.Kind.SIGNED_IN, now=clock.now(), user=user, address=client_address(request))


def _signed_out(request: HttpRequest, user: User | None, **_: Any) -> None:
    if user is None:
        return
    audit.record(audit.Kind.SIGNED_OUT, now=clock.now(), user=user, address=client_address(request))
    key = request.session.session_key or ""
    # Django ends the session only after this signal: a tab that is told and reloads at once would find it still there.
    request.session.delete()
    events.publish(UserSignedOut(user.pk, session_key=key))
