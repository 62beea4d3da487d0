"""The one question of each step of a weekly review."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from analytics.models.reviews import WORDS

if TYPE_CHECKING:
    from habits.models import Habit

NO_HABIT = ""


def _words(label: Any, help_text: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=WORDS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
    )


class WinsForm(forms.Form):
    """What went well."""

    wins = _words(_("What went well?"), _("In your own words, as much or as little as you like."))


class MissesForm(forms.Form):
    """What was hard."""

    misses = _words(_("What was hard, and what got in the way?"), _("No need to judge it: what happened is enough."))


class ChangeForm(forms.Form):
    """The one change."""

    change = _words(
        _("One thing to do differently this week"), _("Small and definite works best. Or leave all as it is.")
    )
    habit = forms.TypedChoiceField(label=_("Which habit is it about?"), required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, habits: Sequence[Habit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["habit"]
        assert isinstance(field, forms.TypedChoiceField)  # noqa: S101 - declared above
        field.choices = [(NO_HABIT, _("No one habit")), *((str(habit.pk), habit.name) for habit in habits)]
