"""What a page states about one day."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from habits.forms.amounts import AmountField
from habits.services import EntryChange


class EntryForm(forms.Form):
    """An entry's fields, each of them optional: one that was not sent keeps its value."""

    value = AmountField(
        label=_("Amount"), required=False, widget=forms.NumberInput(attrs={"step": "any", "class": "input--short"})
    )
    skipped = forms.BooleanField(label=_("Skip this day"), required=False)
    note = forms.CharField(
        label=_("Note"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"})
    )
    performed_at = forms.DateTimeField(required=False, widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    instead = forms.BooleanField(required=False, widget=forms.HiddenInput)
    clear = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def change(self, day: date, today: date, now: datetime) -> EntryChange:
        """What was stated. An amount ends a skip, and one stated for today was done now.

        `instead` is a skip in place of what was done: a day that is done cannot be skipped as well.
        """
        said: dict[str, Any] = {
            name: self.cleaned_data[name] for name in ("skipped", "note", "performed_at") if name in self.data
        }
        if self.cleaned_data["instead"]:
            said.update(skipped=True, value_milli=None, performed_at=None)
        elif "value" in self.data:
            said["value_milli"] = self.cleaned_data["value"]
            stated = said["value_milli"] is not None
            if stated:
                said.setdefault("skipped", False)
            if day == today or not stated:
                said.setdefault("performed_at", now if stated else None)
        return EntryChange(**said)
