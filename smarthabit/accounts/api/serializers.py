"""The shapes of the accounts API."""

import datetime as dt
from typing import Any

from rest_framework import serializers

from smarthabit.accounts.selectors import today_of
from smarthabit.accounts.services import Profile
from smarthabit.accounts.user import User
from smarthabit.kernel.api.fields import IdField, TimeOfDayField

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
