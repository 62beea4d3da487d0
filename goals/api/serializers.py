"""The shapes of what comes in. Rules are the services'."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from goals.models import Goal
from goals.services import GoalChange, GoalDraft
from goals.services.rules import MOST_HABITS, MOST_MILESTONES
from smarthabit.kernel.api.fields import DayField, IdField, MilliField, StrictBoolean, StrictText


class LinkShape(serializers.Serializer[Any]):
    """A habit that feeds a goal; its weight is 1 unless told."""

    id = IdField()
    weight = MilliField(required=False)


class GoalShape(serializers.Serializer[Any]):
    """The fields of a goal that a client sets."""

    title = StrictText(max_length=120)
    measure = serializers.ChoiceField(choices=Goal.Measure.choices)
    target = MilliField()
    unit = StrictText(max_length=24, allow_blank=True, required=False)
    starts_on = DayField(required=False)
    deadline = DayField(required=False, allow_null=True)
    habits = serializers.ListField(child=LinkShape(), max_length=MOST_HABITS, required=False)
    milestones = serializers.ListField(child=MilliField(), max_length=MOST_MILESTONES, required=False)

    def told(self) -> dict[str, Any]:
        """The fields that were sent, as the services call them."""
        data = dict(self.validated_data)
        if "target" in data:
            data["target_milli"] = data.pop("target")
        if "habits" in data:
            data["habits"] = tuple((link["id"], link.get("weight", 1000)) for link in data["habits"])
        if "milestones" in data:
            data["milestones"] = tuple(data["milestones"])
        return data

    def draft(self) -> GoalDraft:
        """The goal to be made."""
        return GoalDraft(**self.told())


class GoalPatch(GoalShape):
    """A change of a goal."""

    title = StrictText(max_length=120, required=False)
    measure = serializers.ChoiceField(choices=Goal.Measure.choices, required=False)
    target = MilliField(required=False)
    abandoned = StrictBoolean(required=False)

    def change(self) -> GoalChange:
        """What the service takes; giving up is another one's."""
        return GoalChange(**{name: value for name, value in self.told().items() if name != "abandoned"})


class ProgressShape(serializers.Serializer[Any]):
    """An amount for a day; one below zero takes something back."""

    day = DayField()
    amount = MilliField(signed=True)
    note = StrictText(max_length=500, allow_blank=True, required=False)
