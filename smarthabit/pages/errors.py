"""What a page says when it cannot be shown."""

from __future__ import annotations

import sys

from django.http import HttpRequest, HttpResponse
from django.template import loader

from smarthabit.kernel.api.problems import unavailable


def server_error(_request: HttpRequest) -> HttpResponse:
    """503 while the database takes or gives nothing (away, full, locked), else 500. No context: it may fail as well."""
    error = sys.exc_info()[1]
    if isinstance(error, Exception) and unavailable(error):
        return HttpResponse(loader.render_to_string("503.html"), status=503, headers={"Retry-After": "2"})
    return HttpResponse(loader.render_to_string("500.html"), status=500)
