"""What every API view asks of its request."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, TypeVar

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
    serializer.is_valid(raise_exception=True)
    return serializer


def tab_of(request: Any) -> str:
    """The id of the browser tab that wrote, so that it can ignore its own echo; empty where there is none."""
    tab = request.headers.get("X-Tab-Id", "")
    return tab if _TAB.fullmatch(tab) else ""


def day_range(request: Request, first: dt.date, last: dt.date, *, most: int) -> tuple[dt.date, dt.date]:
    """``?from=`` and ``?to=`` with these defaults; ValidationError when reversed or longer than ``most`` days."""
    query = request.query_params
    first = DayField().run_validation(query["from"]) if "from" in query else first
    last = DayField().run_validation(query["to"]) if "to" in query else last
    if last < first:
        raise ValidationError({"to": [_("The last day comes before the first.")]})
    if (last - first).days >= most:
        raise ValidationError({"to": [_("A range has up to %(most)d days.") % {"most": most}]})
    return first, last
