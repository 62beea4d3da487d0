"""How allauth, which runs the pages of sign-in and security, behaves here."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest

from smarthabit.accounts import audit, lockout, qr, secrets_at_rest, services
from smarthabit.accounts.events import UserSignedOut
from smarthabit.accounts.models import User, UserClock
from smarthabit.kernel import clock, events
from smarthabit.kernel.api.address import client_address

NO_ADDRESS = "0.0.0.0"  # noqa: S104 - nothing is bound: it stands for an address that is not known


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up may be closed, guessing is counted in the database, and a new password ends every token."""

    _attempt: lockout.Attempt | None = None

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth's signature
        """Whether the operator lets people sign up."""
        return bool(settings.REGISTRATION_OPEN)

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address behind as many proxies as are trusted."""
        return client_address(request) or NO_ADDRESS

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """A new user with the time zone their browser named, and their clock."""
        user.timezone = form.cleaned_data.get("timezone") or user.timezone
        with transaction.atomic():
            super().save_user(request, user, form, commit)
            UserClock.objects.get_or_create(user=user)
            audit.record(audit.Kind.REGISTERED, now=clock.now(), user=user, address=client_address(request))
        return user

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the attempt; refuse it when there were too many."""
        try:
            self._attempt = lockout.attempt(
                email=credentials.get("email") or credentials.get("username") or "",
                address=client_address(request),
                now=clock.now(),
            )
        except lockout.LockedOut as error:
            raise self.validation_error("too_many_login_attempts") from error

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """The user with these credentials; a success starts the counting afresh."""
        user: User | None = super().authenticate(request, **credentials)
        if user is not None and self._attempt is not None:
            lockout.succeeded(self._attempt)
        return user

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Log the failure with the account it was meant for, if there is one."""
        user = User.objects.filter(email=(credentials.get("email") or "").strip().lower()).first()
        address = client_address(request)
        audit.record(audit.Kind.SIGN_IN_FAILED, now=clock.now(), user=user, address=address, via="browser")

    def set_password(self, user: User, password: str) -> None:
        """Set a password (change, first or reset) and end what was signed in under the old one."""
        with transaction.atomic():
            super().set_password(user, password)
            address = client_address(self.request) if self.request is not None else None
            services.password_was_changed(user=user, now=clock.now(), address=address)


class SessionsAdapter(DefaultUserSessionsAdapter):
    """Ending a session also closes what it has open."""

    def end_sessions(self, sessions: list[UserSession]) -> None:
        """End browser sessions and tell who listens."""
        for session in sessions:
            user_id, key = session.user_id, session.session_key
            session.end()
            events.publish(UserSignedOut(user_id, session_key=key))


class MFAAdapter(DefaultMFAAdapter):
    """Secrets of second factors are encrypted, and their QR code is our own drawing."""

    def encrypt(self, text: str) -> str:
        """``text`` as it is stored."""
        return secrets_at_rest.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        """What was stored, in the clear."""
        return secrets_at_rest.decrypt(encrypted_text)

    def build_totp_svg(self, url: str) -> str:
        """The QR code of ``url`` to be put inline into the page."""
        return qr.svg(url)
