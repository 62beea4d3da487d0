"""Path converters."""

from datetime import date

from django.urls import register_converter
from django.urls.converters import IntConverter

from smarthabit.kernel.ids import ID


class IdConverter(IntConverter):
    """An id in a path; what cannot be one does not match, so that it ends as a plain 404."""

    regex = ID


class DayConverter:
    """A day in a path, written YYYY-MM-DD. A date that does not exist is a plain 404."""

    regex = "[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        """The date; Django takes the ValueError of an impossible one for no match."""
        return date.fromisoformat(value)

    def to_url(self, value: date | str) -> str:
        """The date as it stands in the path."""
        return value if isinstance(value, str) else value.isoformat()


register_converter(IdConverter, "id")
register_converter(DayConverter, "day")
