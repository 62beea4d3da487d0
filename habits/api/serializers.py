"""The shapes of what comes in. Rules are the services'."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from habits.feeds.services import LONGEST_NAME
from habits.models import Habit
from habits.services import UNSET, EntryChange, HabitChange, HabitDraft
from smarthabit.kernel.api.fields import (
    DayField,
    IdField,
    InstantField,
    MilliField,
    StrictBoolean,
    StrictText,
    TimeOfDayField,
)


@extend_schema_field({"type": "object"})
class JSONValue(serializers.Field[Any, Any, Any, Any]):
    """Any JSON, checked by the service."""

    def to_internal_value(self, data: Any) -> Any:
        """The value as it came."""
        return data

    def to_representation(self, value: Any) -> Any:
        """The value as it is."""
        return value


class HabitShape(serializers.Serializer[Any]):
    """The fields of a habit that a client sets."""

    name = StrictText(max_length=120)
    why = StrictText(max_length=500, allow_blank=True, required=False)
    cue = StrictText(max_length=200, allow_blank=True, required=False)
    unit = StrictText(max_length=24, allow_blank=True, required=False)
    target = MilliField(required=False)
    schedule = JSONValue(required=False)
    freezes = StrictBoolean(required=False)
    preferred_time = TimeOfDayField(required=False, allow_null=True)
    tags = serializers.ListField(child=StrictText(max_length=40), max_length=12, required=False)
    colour = serializers.ChoiceField(choices=Habit.Colour.choices, required=False)
    icon = serializers.RegexField(r"^[a-z0-9-]{0,40}$", required=False, allow_blank=True)
    started_on = DayField(required=False)


_NAMES = {"target": "target_milli"}
DAILY = {"type": "weekdays", "days": [1, 2, 3, 4, 5, 6, 7]}


def _renamed(data: dict[str, Any]) -> dict[str, Any]:
    renamed = {_NAMES.get(name, name): value for name, value in data.items()}
    if "tags" in renamed:
        renamed["tags"] = tuple(renamed["tags"])
    return renamed


class HabitCreation(HabitShape):
    """A new habit: a name is enough for a daily check."""

    kind = serializers.ChoiceField(choices=Habit.Kind.choices, required=False)

    def draft(self) -> HabitDraft:
        """What the service takes."""
        data = _renamed(self.validated_data)
        data.setdefault("schedule", DAILY)
        data.setdefault("target_milli", 0 if data.get("kind") == Habit.Kind.LIMIT else 1000)
        return HabitDraft(**data)


class HabitPatch(HabitShape):
    """A change of a habit; ``kind`` is named only to be refused."""

    name = StrictText(max_length=120, required=False)
    effective_from = DayField(required=False)
    archived = StrictBoolean(required=False)
    kind = serializers.ChoiceField(choices=Habit.Kind.choices, required=False)

    def change(self) -> HabitChange:
        """What the service takes; the rest is the view's."""
        own = {"effective_from", "archived", "kind"}
        return HabitChange(**_renamed({name: value for name, value in self.validated_data.items() if name not in own}))


class EntryShape(serializers.Serializer[Any]):
    """What a write states about a day."""

    value = MilliField(required=False, allow_null=True)
    skipped = StrictBoolean(required=False)
    note = StrictText(required=False, allow_blank=True, trim_whitespace=False)
    performed_at = InstantField(required=False, allow_null=True)

    def change(self) -> EntryChange:
        """What the service takes."""
        data = self.validated_data
        return EntryChange(
            data.get("value", UNSET),
            data.get("skipped", UNSET),
            data.get("note", UNSET),
            data.get("performed_at", UNSET),
        )


class OpShape(EntryShape):
    """One operation of a device that was offline."""

    habit = IdField()
    day = DayField()
    base_version = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=2**31)
    client_ts = InstantField(required=False, allow_null=True)
    device = StrictText(max_length=64, required=False, allow_blank=True)
    deleted = StrictBoolean(required=False)


class FeedShape(serializers.Serializer[Any]):
    """A calendar feed to make."""

    name = StrictText(max_length=LONGEST_NAME)
    tag = StrictText(max_length=40, required=False, allow_null=True, allow_blank=True)


class PauseShape(serializers.Serializer[Any]):
    """A pause to be made."""

    habit = IdField(required=False, allow_null=True)
    to = DayField(required=False, allow_null=True)
    reason = StrictText(max_length=200, required=False, allow_blank=True)

    def get_fields(self) -> dict[str, Any]:
        """``from`` is a word of Python's, so it is named here."""
        return {**super().get_fields(), "from": DayField()}
