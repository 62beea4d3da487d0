"""Serializer fields for what the API promises: decimal strings, days, instants with their offset, exact types."""

import datetime as dt
import re
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from smarthabit.kernel.ids import id_of

_DECIMAL = re.compile(r"-?\d{1,12}(\.\d{1,3})?", re.ASCII)
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d(:00)?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d{1,30})?)?([Zz]|[+-]\d{2}:\d{2})", re.ASCII)


def milli_text(milli: int) -> str:
    """Thousandths as the shortest decimal: 2500 -> "2.5", 30000 -> "30"."""
    whole, rest = divmod(abs(milli), 1000)
    sign = "-" if milli < 0 else ""
    return f"{sign}{whole}.{rest:03d}".rstrip("0").rstrip(".")


def instant_text(instant: dt.datetime) -> str:
    """An aware instant as RFC 3339 in UTC."""
    return instant.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")


@extend_schema_field({"type": "string", "format": "decimal", "example": "2.5"})
class MilliField(serializers.Field[int, Any, str, Any]):
    """An amount with up to 3 decimals, held in thousandths; taken as a decimal string or a JSON number."""

    default_error_messages = {
        "invalid": _("A number with up to 3 decimals is needed, such as “2.5”."),
        "negative": _("The number cannot be below 0."),
    }

    def __init__(self, *, signed: bool = False, **options: Any) -> None:
        self.signed = signed
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> int:
        """Thousandths; ValidationError for anything that is not such a number."""
        if isinstance(data, bool) or not isinstance(data, (str, int, float)):
            self.fail("invalid")
        text = data.strip() if isinstance(data, str) else _plain(data)
        if not _DECIMAL.fullmatch(text):
            self.fail("invalid")
        milli = int(Decimal(text) * 1000)
        if milli < 0 and not self.signed:
            self.fail("negative")
        return milli

    def to_representation(self, value: int) -> str:
        """The shortest decimal string."""
        return milli_text(value)


def _plain(number: float) -> str:
    try:
        return f"{Decimal(repr(number)).normalize():f}"
    except InvalidOperation:
        return ""


@extend_schema_field(OpenApiTypes.DATE)
class DayField(serializers.Field[dt.date, Any, str, Any]):
    """A day, ``YYYY-MM-DD`` and nothing else."""

    default_error_messages = {"invalid": _("A day is needed, written like 2026-01-31.")}

    def to_internal_value(self, data: Any) -> dt.date:
        """The date; ValidationError for another shape or a day that no calendar has."""
        if not isinstance(data, str) or not _DAY.fullmatch(data):
            self.fail("invalid")
        try:
            return dt.date.fromisoformat(data)
        except ValueError:
            self.fail("invalid")

    def to_representation(self, value: dt.date) -> str:
        """``YYYY-MM-DD``."""
        return value.isoformat()


@extend_schema_field({"type": "string", "pattern": _TIME.pattern, "example": "03:00"})
class TimeOfDayField(serializers.Field[dt.time, Any, str, Any]):
    """A time of day in hours and minutes, ``HH:MM``; seconds are taken when they are zero."""

    default_error_messages = {"invalid": _("A time of day is needed, written like 03:00.")}

    def to_internal_value(self, data: Any) -> dt.time:
        """The time; ValidationError for another shape."""
        if not isinstance(data, str) or not _TIME.fullmatch(data):
            self.fail("invalid")
        return dt.time.fromisoformat(data)

    def to_representation(self, value: dt.time) -> str:
        """``HH:MM``."""
        return f"{value:%H:%M}"


@extend_schema_field(OpenApiTypes.DATETIME)
class InstantField(serializers.Field[dt.datetime, Any, str, Any]):
    """An instant, RFC 3339 with its offset; given out in UTC."""

    default_error_messages = {"invalid": _("An instant with its offset is needed, such as 2026-01-31T08:00:00Z.")}

    def to_internal_value(self, data: Any) -> dt.datetime:
        """The instant in UTC; ValidationError without an offset or outside of the years 1 to 9999."""
        if not isinstance(data, str) or not _INSTANT.fullmatch(data):
            self.fail("invalid")
        try:
            return dt.datetime.fromisoformat(data.upper()).astimezone(dt.UTC)
        except (ValueError, OverflowError):
            self.fail("invalid")

    def to_representation(self, value: dt.datetime) -> str:
        """RFC 3339, UTC, ending in Z."""
        return instant_text(value)


@extend_schema_field(OpenApiTypes.STR)
class IdField(serializers.Field[int, Any, str, Any]):
    """An id: an opaque string outside, a number inside."""

    default_error_messages = {"invalid": _("This is not an id we gave out.")}

    def to_internal_value(self, data: Any) -> int:
        """The row's number; ValidationError for what cannot be one."""
        text = str(data) if isinstance(data, (str, int)) and not isinstance(data, bool) else ""
        found = id_of(text)
        if found is None:
            self.fail("invalid")
        return found

    def to_representation(self, value: int) -> str:
        """The number as a string."""
        return str(value)


class StrictBoolean(serializers.BooleanField):
    """``true`` or ``false``, not words or numbers for them."""

    def to_internal_value(self, data: Any) -> bool:
        """The flag; ValidationError for anything but JSON's two."""
        if not isinstance(data, bool):
            self.fail("invalid", input=str(data)[:40])
        return data


class StrictText(serializers.CharField):
    """Text, not a number that looks like one."""

    def to_internal_value(self, data: Any) -> str:
        """The text; ValidationError for anything else."""
        if not isinstance(data, str):
            self.fail("invalid")
        return str(super().to_internal_value(data))
