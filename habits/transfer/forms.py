"""The upload, as the page takes it."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class ImportForm(forms.Form):
    """A file to look at."""

    file = forms.FileField(
        label=_("File"),
        allow_empty_file=True,
        max_length=255,
        help_text=_(
            "An export of SmartHabit, Loop Habit Tracker (or its backup), Beaver Habits or HabitTrove, "
            "or a table in CSV."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".zip,.db,.sqlite,.csv,.tsv,.txt,.json"}),
    )

    @property
    def most(self) -> int:
        """How large a file may be, in MiB."""
        return int(settings.IMPORT_MAX_BYTES) // 2**20
