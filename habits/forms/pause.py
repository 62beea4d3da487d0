"""Days on which nothing is asked, as a form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

PLACES = {"from": "starts_on", "to": "ends_on"}
"""Where the form shows a rule breach of these fields."""


class PauseForm(forms.Form):
    """From a day on, to a day or until further notice."""

    starts_on = forms.DateField(label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    ends_on = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Leave empty to pause until you come back."),
    )
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=200, widget=forms.TextInput(attrs={"dir": "auto"})
    )

    def fields_of_service(self) -> dict[str, Any]:
        """The form's content, as the service calls it."""
        return {name: self.cleaned_data[name] for name in ("starts_on", "ends_on", "reason")}
