"""The shapes of what comes in. Rules are the services'."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from nudges.services import PreferenceChange
from smarthabit.kernel.api.fields import IdField, StrictBoolean, StrictText, TimeOfDayField

MOST_WISHES = 200
"""Habits in one change of preferences: each is a few statements while the user's preferences are locked."""


class SnoozeShape(serializers.Serializer[Any]):
    """For how long; an hour unless told."""

    minutes = serializers.IntegerField(required=False, min_value=1, max_value=10_000)


class HabitWish(serializers.Serializer[Any]):
    """What is wanted for one habit; a slot of null is the time of its plan."""

    habit = IdField()
    slot = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=99)
    reminders = StrictText(required=False, max_length=20)


class PreferencesPatch(serializers.Serializer[Any]):
    """Preferences to change; what is left out keeps its value."""

    channels = serializers.ListField(child=StrictText(max_length=16), max_length=20, required=False)
    quiet_from = TimeOfDayField(required=False)
    quiet_to = TimeOfDayField(required=False)
    daily_budget = serializers.IntegerField(required=False, min_value=0, max_value=1_000)
    weekly_budget = serializers.IntegerField(required=False, min_value=0, max_value=1_000)
    tone = StrictText(max_length=20, required=False)
    no_experiments = StrictBoolean(required=False)
    habits = serializers.ListField(child=HabitWish(), max_length=MOST_WISHES, required=False)

    def change(self) -> PreferenceChange:
        """What the service takes; single habits are another one's."""
        told = {name: value for name, value in self.validated_data.items() if name != "habits"}
        if "channels" in told:
            told["channels"] = tuple(told["channels"])
        return PreferenceChange(**told)


class PushKeys(serializers.Serializer[Any]):
    """The keys a message is encrypted with, as PushSubscription.toJSON() names them."""

    p256dh = StrictText(max_length=200)
    auth = StrictText(max_length=100)


class PushShape(serializers.Serializer[Any]):
    """A browser's subscription, as PushSubscription.toJSON() gives it."""

    endpoint = StrictText(max_length=2_000)
    keys = PushKeys()
    device = StrictText(max_length=120, required=False, allow_blank=True)


class WebhookShape(serializers.Serializer[Any]):
    """Where to post."""

    url = StrictText(max_length=2_000)
