"""Forms of sign-up and settings. They check shape; the services check the rules."""

import datetime as dt
from typing import Any

from allauth.account import forms as allauth_forms
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from smarthabit.accounts.services import Profile
from smarthabit.accounts.timezones import validate_timezone, zone_names
from smarthabit.accounts.user import User

_NOT_PLACES = ("Etc/", "SystemV/", "US/", "Canada/", "Brazil/", "Chile/", "Mexico/")


class SignupForm(allauth_forms.SignupForm):
    """Email and password; the time zone is guessed by the browser and may be put right in the settings."""

    timezone = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput({"data-guess-timezone": ""}))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _advise(self)

    def clean_timezone(self) -> str:
        """The zone the browser named, or UTC: a wrong guess is nothing to bother a newcomer with."""
        name: str = self.cleaned_data["timezone"]
        try:
            validate_timezone(name)
        except ValidationError:
            return "UTC"
        return name


class ChangePasswordForm(allauth_forms.ChangePasswordForm):
    """The old password and a new one."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _advise(self)


class SetPasswordForm(allauth_forms.SetPasswordForm):
    """A first password."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _advise(self)


class ResetPasswordKeyForm(allauth_forms.ResetPasswordKeyForm):
    """A new password for a forgotten one."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _advise(self)


def _advise(form: forms.BaseForm) -> None:
    # One sentence instead of allauth's list, which no paragraph of help can hold.
    form.fields["password1"].help_text = _("At least 12 characters. A few unrelated words make a good one.")


class ProfileForm(forms.Form):
    """What "today" and "this week" mean, and how the pages look."""

    timezone = forms.CharField(
        label=_("Time zone"),
        max_length=64,
        help_text=_("Start typing a city. Your days begin and end by this clock."),
        widget=forms.TextInput({"list": "zones", "autocomplete": "off", "spellcheck": "false"}),
    )
    day_starts_at = forms.TimeField(
        label=_("A new day starts at"),
        help_text=_("Up to 06:00. If you go to bed at two, set 03:00: what you do before then counts for the evening."),
        widget=forms.TimeInput({"type": "time", "min": "00:00", "max": "06:00", "step": "900"}, format="%H:%M"),
    )
    week_starts_on = forms.TypedChoiceField(
        label=_("The week starts on"), coerce=int, choices=User.Weekday.choices, empty_value=None
    )
    language = forms.ChoiceField(label=_("Language"), required=False)
    theme = forms.ChoiceField(label=_("Colours"), choices=User.Theme.choices)
    compact = forms.BooleanField(label=_("Compact rows"), required=False)
    shortcuts = forms.BooleanField(
        label=_("Keyboard shortcuts"), required=False, help_text=_("Single keys, such as j, k and x. ? lists them all.")
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        languages = [(code, get_language_info(code)["name_local"]) for code, _name in settings.LANGUAGES]
        self.fields["language"].choices = [("", _("Like the browser")), *languages]  # type: ignore[attr-defined]  # a ChoiceField

    @classmethod
    def of(cls, user: User) -> "ProfileForm":
        """The form with the user's preferences in it."""
        return cls(initial={name: getattr(user, name) for name in cls.base_fields})

    def change(self) -> Profile:
        """What was chosen, for the service."""
        return Profile(**self.cleaned_data)

    def clean_day_starts_at(self) -> dt.time:
        """Whole minutes."""
        value: dt.time = self.cleaned_data["day_starts_at"]
        return value.replace(second=0, microsecond=0)


class DeletionForm(forms.Form):
    """The password, to show that it is meant."""

    password = forms.CharField(
        label=_("Your password"),
        max_length=1024,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )


def zone_suggestions() -> list[str]:
    """The zones worth suggesting: places, and UTC; other names are taken as well."""
    return [name for name in zone_names() if name == "UTC" or ("/" in name and not name.startswith(_NOT_PLACES))]
