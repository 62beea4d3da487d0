"""Lists by cursor: a page costs the same wherever it lies, and rows that come and go shift nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import DataError
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from rest_framework import pagination
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

if TYPE_CHECKING:  # importing it here would close a circle: views read the pagination from the settings
    from rest_framework.views import APIView

M = TypeVar("M", bound=Model)


class CursorPagination(pagination.CursorPagination):
    """``results``, ``next``, ``previous``; ``?limit=`` asks for 1 to 200 rows a page."""

    page_size = 50
    max_page_size = 200
    page_size_query_param = "limit"
    ordering: Any = "id"

    def paginate_queryset(self, queryset: Any, request: Request, view: APIView | None = None) -> list[Any] | None:
        """The rows of the page the request asks for; a cursor we did not make is a 404."""
        try:
            return super().paginate_queryset(queryset, request, view)
        except (ValueError, ValidationError, DataError, OverflowError) as error:
            raise NotFound(_("There is no such page."), code="unknown_page") from error


class Page(CursorPagination):
    """One page of a list, for function views: ``page = Page(request, rows, "-at")``, then ``page.respond(shown)``."""

    def __init__(self, request: Request, rows: QuerySet[M], *ordering: str) -> None:
        self.ordering = ordering
        self.rows: list[Any] = self.paginate_queryset(rows, request) or []

    def respond(self, results: Sequence[Any]) -> Response:
        """The answer with ``results`` (one for each of ``rows``, or fewer) and the links to the neighbours."""
        return self.get_paginated_response(list(results))

    def get_ordering(self, request: Request, queryset: Any, view: APIView | None) -> tuple[str, ...]:  # noqa: ARG002 - DRF's signature
        """The ordering this page was made with."""
        return tuple(self.ordering)
