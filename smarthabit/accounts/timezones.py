"""IANA time zones: which names we take."""

from functools import cache
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


@cache
def zone_names() -> tuple[str, ...]:
    """Every zone name we accept, sorted; without the internal ones that tzdata also ships."""
    return tuple(
        sorted(n for n in available_timezones() if not n.startswith(("posix/", "right/")) and n != "localtime")
    )


def validate_timezone(name: str) -> None:
    """Raise ValidationError unless ``name`` is an IANA zone we know."""
    if name not in zone_names():
        raise ValidationError(
            _("“%(name)s” is not a time zone we know."), code="unknown_timezone", params={"name": name[:64]}
        )
