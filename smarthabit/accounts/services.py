"""What can be done to an account. Every write of accounts goes through here, ``tokens``, ``lockout`` or ``answers``."""

import datetime as dt
from dataclasses import dataclass, fields

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from smarthabit.accounts import audit, lockout, tokens
from smarthabit.accounts.events import PasswordChanged, ProfileChanged, UserDeactivated
from smarthabit.accounts.models import User, UserClock
from smarthabit.kernel import events
from smarthabit.kernel.errors import RuleError
from smarthabit.kernel.statements import Statement, run

_BUMP = """
INSERT INTO {table} (user_id, seq) VALUES (%s, 1)
ON CONFLICT (user_id) DO UPDATE SET seq = {table}.seq + 1
RETURNING seq
"""


class SignInRefused(Exception):
    """Email and password do not belong together, or the account is switched off; which of these is not said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Preferences to set; None leaves one as it is."""

    timezone: str | None = None
    day_starts_at: dt.time | None = None
    week_starts_on: int | None = None
    language: str | None = None
    theme: str | None = None
    compact: bool | None = None
    shortcuts: bool | None = None


def bump_seq(user_id: int) -> int:
    """The number of the user's next visible change. Serialises their writes until the transaction ends."""
    return int(run(next_seq(user_id))[0])


def next_seq(user_id: int) -> Statement[int]:
    """``bump_seq`` as a statement, to be run with others; best as the last of them, for it makes others wait."""
    return Statement(_BUMP.format(table=UserClock._meta.db_table), [user_id], lambda cursor: int(cursor.fetchone()[0]))


def set_next_rollover(user_id: int, *, at: dt.datetime | None) -> None:
    """Say when to close this user's day next; None: to be worked out, at once."""
    UserClock.objects.filter(user_id=user_id).update(next_rollover=at)


def register(*, email: str, password: str, now: dt.datetime, timezone: str = "UTC", address: str | None = None) -> User:
    """Create an account; raises RuleError when sign-up is closed, the email is taken or a field breaks a rule."""
    if not settings.REGISTRATION_OPEN:
        raise RuleError("registration_closed", _("Sign-up is closed here."))
    user = User(email=email.strip().lower(), timezone=timezone, date_joined=now)
    _check_fields(user, email=user.email, timezone=timezone)
    _check_password(password, user)
    try:
        with transaction.atomic():
            made = User.objects.create_user(user.email, password, timezone=timezone, date_joined=now)
            EmailAddress.objects.create(user=made, email=made.email, primary=True, verified=False)
            audit.record(audit.Kind.REGISTERED, now=now, user=made, address=address)
    except IntegrityError as error:
        raise RuleError("email_taken", _("There is an account with this email address already."), "email") from error
    return made


def check_credentials(
    *, email: str, password: str, now: dt.datetime, address: str | None
) -> tuple[User, lockout.Attempt]:
    """The active user with this email and password, and the attempt to be settled by ``lockout.succeeded``.

    Raises SignInRefused, or LockedOut after too many failures. Takes one password hashing whether the account exists or
    not, so that the time taken tells nothing.
    """
    attempt = lockout.attempt(email=email, address=address, now=now)
    user = User.objects.filter(email=email.strip().lower()).first()
    if user is None:
        make_password(password)
    if user is None or not user.check_password(password) or not user.is_active:
        audit.record(audit.Kind.SIGN_IN_FAILED, now=now, user=user, address=address, via="api")
        raise SignInRefused
    return user, attempt


def confirm_password(*, user: User, password: str, now: dt.datetime, address: str | None) -> None:
    """Return if ``password`` is the user's; raises RuleError if not, LockedOut after too many failures."""
    attempt = lockout.attempt(email=user.email, address=address, now=now)
    if not user.check_password(password):
        raise RuleError("password_wrong", _("That is not your password."), "password")
    lockout.succeeded(attempt)


def update_profile(*, user: User, change: Profile, tab: str = "") -> tuple[str, ...]:
    """Set preferences; returns the names of the fields that changed. Raises RuleError for what is not allowed."""
    wanted = {f.name: getattr(change, f.name) for f in fields(change) if getattr(change, f.name) is not None}
    changed = tuple(name for name, value in wanted.items() if getattr(user, name) != value)
    if not changed:
        return ()
    _check_fields(user, **{name: wanted[name] for name in changed})
    for name in changed:
        setattr(user, name, wanted[name])
    with transaction.atomic():
        user.save(update_fields=changed)
        events.publish(ProfileChanged(user.pk, bump_seq(user.pk), changed, tab))
    return changed


def finish_onboarding(*, user: User, now: dt.datetime) -> None:
    """Remember that the user has seen the welcome; doing it again changes nothing."""
    User.objects.filter(pk=user.pk, onboarded_at__isnull=True).update(onboarded_at=now)


def password_was_changed(*, user: User, now: dt.datetime, address: str | None = None) -> None:
    """What follows a new password: every token family ends, and so does every other session (by its hash)."""
    with transaction.atomic():
        tokens.end_families(user_id=user.pk, now=now)
        lockout.forget(user.email)
        audit.record(audit.Kind.PASSWORD_CHANGED, now=now, user=user, address=address)
        events.publish(PasswordChanged(user.pk))


def deactivate(*, user: User, now: dt.datetime, actor: str = "") -> None:
    """Switch an account off: sign-in is refused, its tokens end and its connections close."""
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(is_active=False)
        tokens.end_families(user_id=user.pk, now=now)
        audit.record(audit.Kind.DEACTIVATED, now=now, user=user, actor=actor)
        events.publish(UserDeactivated(user.pk))


def activate(*, user: User, now: dt.datetime, actor: str = "") -> None:
    """Switch an account on again; whoever it belongs to has to sign in anew."""
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(is_active=True)
        audit.record(audit.Kind.ADMIN_CHANGE, now=now, user=user, actor=actor, change="activated")


def _check_fields(user: User, **values: object) -> None:
    for name, value in values.items():
        field = User._meta.get_field(name)
        try:
            field.clean(value, user)  # type: ignore[union-attr]  # the names given are of plain columns
        except ValidationError as error:
            raise RuleError("invalid", " ".join(error.messages), name) from error


def _check_password(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise RuleError("weak_password", " ".join(error.messages), "password") from error
