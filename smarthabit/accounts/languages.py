"""The languages the product speaks."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


def validate_language(code: str) -> None:
    """Raise ValidationError unless ``code`` is one of ours."""
    if code not in dict(settings.LANGUAGES):
        raise ValidationError(_("SmartHabit does not speak that language yet."), code="unknown_language")
