"""Preferences of nudges as forms: they check shape, services check the rules."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from nudges import channels
from nudges.models import HabitPreference, NudgePreferences
from nudges.services import PreferenceChange
from nudges.words import slot_words


def _time() -> forms.TimeInput:
    return forms.TimeInput(attrs={"type": "time", "class": "input--short"}, format="%H:%M")


class PreferencesForm(forms.Form):
    """Which channels, when not, how often at most, and in which tone."""

    quiet_from = forms.TimeField(label=_("Quiet from"), widget=_time())
    quiet_to = forms.TimeField(label=_("until"), widget=_time())
    daily_budget = forms.TypedChoiceField(
        label=_("At most a day"), coerce=int, choices=[(n, str(n)) for n in (1, 2)], widget=forms.RadioSelect
    )
    weekly_budget = forms.TypedChoiceField(
        label=_("At most a week"),
        coerce=int,
        choices=[(n, str(n)) for n in range(1, 8)],
        widget=forms.Select(attrs={"class": "input--short"}),
    )
    tone = forms.ChoiceField(label=_("Tone"), choices=NudgePreferences.Tone.choices, widget=forms.RadioSelect)
    no_experiments = forms.BooleanField(
        label=_("No experiments"),
        required=False,
        help_text=_(
            "Now and then a draw decides whether to nudge, because only so can be told whether nudges help you. "
            "With this on, nothing is drawn: you get what looks best so far."
        ),
    )

    @classmethod
    def of(cls, row: NudgePreferences) -> PreferencesForm:
        """The form with the preferences in it."""
        return cls(initial={name: getattr(row, name) for name in cls.base_fields})

    def change(self, kinds: list[str]) -> PreferenceChange:
        """What was chosen, for the service; of the channels those that exist."""
        known = tuple(kind for kind in kinds if kind in channels.kinds())
        return PreferenceChange(channels=known, **self.cleaned_data)


class HabitForm(forms.Form):
    """What is wanted for one habit; the prefix tells the habits of a page apart."""

    slot = forms.TypedChoiceField(label=_("Best time"), required=False, coerce=int, empty_value=None)
    reminders = forms.ChoiceField(label=_("How often"), choices=HabitPreference.Reminders.choices)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        slots = [(number, slot_words(number)) for number in range(6)]
        self.fields["slot"].choices = [("", _("As in its plan")), *slots]  # type: ignore[attr-defined]  # a ChoiceField
