"""A new feed, as the page asks for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from habits.feeds.services import LONGEST_NAME


class FeedForm(forms.Form):
    """A name, and which habits."""

    name = forms.CharField(
        label=_("Name"),
        max_length=LONGEST_NAME,
        help_text=_("What your calendar program calls it."),
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )
    tag = forms.ChoiceField(label=_("Which habits"), required=False)

    def __init__(self, *args: Any, tags: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tag: Any = self.fields["tag"]
        tag.choices = [("", _("All of them")), *((name, name) for name in tags)]
        if not tags and not self.is_bound:  # what was sent is shown with what is wrong with it
            tag.widget = forms.HiddenInput()
