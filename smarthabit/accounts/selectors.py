"""Reading accounts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import NamedTuple

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from smarthabit.accounts.models import TokenFamily, User, UserClock
from smarthabit.kernel.days import day_of


@dataclass(frozen=True, slots=True)
class SecondFactors:
    """What protects an account besides its password."""

    app: bool
    passkeys: int
    recovery_codes: bool


def today_of(user: User, now: dt.datetime) -> dt.date:
    """The user's own today at the instant ``now``."""
    return day_of(now, user.zone, user.day_starts_at)


def active_user(user_id: int) -> User | None:
    """The user with this id, unless they are gone or may not sign in."""
    return User.objects.filter(pk=user_id, is_active=True).first()


def has_verified_email(user: User) -> bool:
    """Whether it was shown that the user reads the mail of their address."""
    return bool(EmailAddress.objects.filter(user_id=user.pk, email__iexact=user.email, verified=True).exists())


def living_families(user: User) -> QuerySet[TokenFamily]:
    """The devices and scripts that hold tokens of the user, the latest used first."""
    return TokenFamily.objects.filter(user=user, revoked_at__isnull=True).order_by("-last_used_at")


def active_ids() -> list[int]:
    """The ids of all active users."""
    return list(User.objects.filter(is_active=True).order_by("pk").values_list("pk", flat=True))


def user_of(pk: int) -> User | None:
    """The user of this id, if there still is one."""
    return User.objects.filter(pk=pk).first()


def seq_of(user: User) -> int:
    """The number of the user's latest visible change; 0 before the first."""
    return UserClock.objects.filter(user_id=user.pk).values_list("seq", flat=True).first() or 0


class UserDay(NamedTuple):
    """A user's own today; minutes are those of their clock, ``starts`` the one at which their day begins."""

    pk: int
    today: dt.date
    minute: int
    starts: int


def days_after(now: dt.datetime, pk: int, *, limit: int) -> list[UserDay]:
    """The next active users by their ids, each with their own today: for jobs that go through everybody."""
    users = User.objects.filter(is_active=True, pk__gt=pk).order_by("pk")
    days: dict[tuple[str, dt.time], UserDay] = {}
    found = []
    for user_id, name, starts in users.values_list("pk", "timezone", "day_starts_at")[:limit]:
        if (name, starts) not in days:
            days[name, starts] = _day_now(User(timezone=name, day_starts_at=starts), now)
        found.append(UserDay(user_id, *days[name, starts][1:]))
    return found


def _day_now(user: User, now: dt.datetime) -> UserDay:
    clock = now.astimezone(user.zone)
    starts = user.day_starts_at
    return UserDay(0, today_of(user, now), clock.hour * 60 + clock.minute, starts.hour * 60 + starts.minute)


def living_sessions(user: User, now: dt.datetime) -> QuerySet[UserSession]:
    """The browsers in which the user is signed in, the latest first."""
    alive = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=now)
    sessions: QuerySet[UserSession] = UserSession.objects.filter(Exists(alive), user=user).order_by("-created_at")
    return sessions


def second_factors(user: User) -> SecondFactors:
    """Which second factors the user has set up."""
    kind = Authenticator.Type
    found = Authenticator.objects.filter(user=user).aggregate(
        app=Count("pk", filter=Q(type=kind.TOTP)),
        passkeys=Count("pk", filter=Q(type=kind.WEBAUTHN)),
        recovery_codes=Count("pk", filter=Q(type=kind.RECOVERY_CODES)),
    )
    return SecondFactors(bool(found["app"]), found["passkeys"], bool(found["recovery_codes"]))
