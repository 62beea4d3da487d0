"""The shapes of the accounts API."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from smarthabit.accounts.selectors import today_of
from smarthabit.accounts.services import Profile
from smarthabit.accounts.user import User
from smarthabit.kernel.api.fields import IdField

_PASSWORD_MAX = 1024  # hashing is slow on purpose; nobody types more


class RegistrationIn(serializers.Serializer[Any]):
    """What signing up takes."""

    email = serializers.EmailField(max_length=254)
    password = serializers.CharField(max_length=_PASSWORD_MAX, trim_whitespace=False, write_only=True)
    timezone = serializers.CharField(max_length=64, default="UTC")


class RegistrationOut(serializers.Serializer[User]):
    """The new account."""

    id = IdField(source="pk")
    email = serializers.EmailField()


class CredentialsIn(serializers.Serializer[Any]):
    """What signing in takes; ``code`` is the one-time code of accounts with two factors."""

    email = serializers.CharField(max_length=254)
    password = serializers.CharField(max_length=_PASSWORD_MAX, trim_whitespace=False, write_only=True)
    code = serializers.CharField(max_length=64, required=False, allow_blank=True, default="")


class RefreshIn(serializers.Serializer[Any]):
    """A refresh token."""

    refresh = serializers.CharField(max_length=4096)


class PairOut(serializers.Serializer[Any]):
    """A pair of tokens."""

    access = serializers.CharField()
    refresh = serializers.CharField()


@extend_schema_field({"type": "string", "example": "03:00"})
class TimeOfDayField(serializers.Field[dt.time, Any, str, Any]):
    """A time of day in hours and minutes, ``HH:MM``; seconds are taken when they are zero."""

    default_error_messages = {"invalid": _("A time of day is needed, written like 03:00.")}

    def to_internal_value(self, data: Any) -> dt.time:
        """The time; ValidationError for another shape."""
        if not isinstance(data, str) or not data.isascii() or len(data) not in (5, 8) or data[2] != ":":
            self.fail("invalid")
        try:
            value = dt.time.fromisoformat(data)
        except ValueError:
            self.fail("invalid")
        if value.second or value.tzinfo:
            self.fail("invalid")
        return value

    def to_representation(self, value: dt.time) -> str:
        """``HH:MM``."""
        return f"{value:%H:%M}"


class ProfileIn(serializers.Serializer[Any]):
    """Preferences to change; the service checks the rules."""

    timezone = serializers.CharField(max_length=64, required=False)
    day_starts_at = TimeOfDayField(required=False)
    week_starts_on = serializers.IntegerField(required=False, min_value=0, max_value=100)
    language = serializers.CharField(max_length=8, required=False, allow_blank=True)
    theme = serializers.CharField(max_length=5, required=False)
    compact = serializers.BooleanField(required=False)
    shortcuts = serializers.BooleanField(required=False)

    def change(self) -> Profile:
        """What was sent, for the service."""
        return Profile(**self.validated_data)


class DeletionIn(serializers.Serializer[Any]):
    """The password, where the sign-in is not recent."""

    password = serializers.CharField(max_length=_PASSWORD_MAX, trim_whitespace=False, required=False, write_only=True)


class ProfileOut(serializers.Serializer[User]):
    """The account as its owner sees it; ``today`` is their own."""

    id = IdField(source="pk")
    email = serializers.EmailField()
    timezone = serializers.CharField()
    day_starts_at = TimeOfDayField()
    week_starts_on = serializers.IntegerField()
    language = serializers.CharField()
    theme = serializers.CharField()
    compact = serializers.BooleanField()
    shortcuts = serializers.BooleanField()
    today = serializers.SerializerMethodField()

    def get_today(self, user: User) -> dt.date:
        """The date of the user's today."""
        return today_of(user, self.context["now"])
