"""What views ask of their request: all of them for the tab that wrote, those of the API for its body and its days."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar, cast

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from smarthabit.kernel.api.fields import DayField

S = TypeVar("S", bound=serializers.BaseSerializer[Any])
_TAB = re.compile(r"[A-Za-z0-9_-]{1,40}")


def checked(shape: type[S], request: Request) -> S:
    """The body in the given shape; ValidationError (400) for another one."""
    serializer = shape(data=request.data)
    if isinstance(serializer, serializers.Serializer):
        serializer.__dict__["fields"] = _fields_of(cast("Any", shape))
    serializer.is_valid(raise_exception=True)
    return serializer


@cache
def _fields_of(shape: Any) -> Any:
    """The fields of a shape, made once: each serializer would copy them anew, which takes longer than checking."""
    return shape().fields


def tab_of(request: Any) -> str:
    """The id of the browser tab that wrote, so that it can ignore its own echo; empty where there is none."""
    tab = request.headers.get("X-Tab-Id", "")
    return tab if _TAB.fullmatch(tab) else ""


def day_range(
    request: Request, first: dt.date, last: dt.date, *, most: int, names: tuple[str, str] = ("from", "to")
) -> tuple[dt.date, dt.date]:
    """``?from=`` and ``?to=`` (or what they are called) with these defaults.

    ValidationError for no days, for reversed ones, and for a range longer than ``most`` days.
    """
    query, (begin, end) = request.query_params, names
    first = _day_in(query, begin, first)
    last = _day_in(query, end, last)
    if last < first:
        raise ValidationError({end: [_("The last day comes before the first.")]})
    if (last - first).days >= most:
        raise ValidationError({end: [_("A range has up to %(most)d days.") % {"most": most}]})
    return first, last


def _day_in(query: Mapping[str, str], name: str, usual: dt.date) -> dt.date:
    if name not in query:
        return usual
    try:
        day: dt.date = DayField().run_validation(query[name])
    except ValidationError as error:
        raise ValidationError({name: error.detail}) from error
    return day
