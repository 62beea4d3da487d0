"""What every answer carries: security headers, and one line in the log."""

import logging
import time
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from smarthabit.kernel import metrics

log = logging.getLogger("smarthabit.request")

GetResponse = Callable[[HttpRequest], HttpResponse]

_CSP = (
    "default-src 'self'; "
    "script-src 'self'; "
    "style-src 'self'; "
    "img-src 'self' data:; "
    "object-src 'none'; "
    "base-uri 'none'; "
    "form-action 'self'; "
    "frame-ancestors 'none'"
)


def security_headers(get_response: GetResponse) -> GetResponse:
    """Set the content security policy on everything, and keep private pages out of every cache.

    ``no-cache`` that a view set for its ETag is left alone; anything else of a signed-in person is ``no-store``.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", _CSP)
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()")
        if "Cache-Control" not in response.headers and not request.path.startswith("/static/"):
            response.headers["Cache-Control"] = "private, no-store"
        return response

    return middleware


def request_log(get_response: GetResponse) -> GetResponse:
    """Give each request an id, echo it in ``X-Request-Id``, and log method, path, status and milliseconds."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request_id = uuid.uuid4().hex
        request.META["smarthabit.request_id"] = request_id
        started = time.perf_counter()
        response = get_response(request)
        seconds = time.perf_counter() - started
        match = request.resolver_match
        metrics.count_request(_known(request.method), match.view_name if match else "", response.status_code, seconds)
        response.headers["X-Request-Id"] = request_id
        log.info(
            "request",
            extra={
                "id": request_id,
                "method": request.method,
                "path": request.path,
                "status": response.status_code,
                "ms": round(seconds * 1000, 1),
            },
        )
        return response

    return middleware


def _known(method: str | None) -> str:
    """The method, unless a client made it up: each would be a series of its own."""
    return method if method in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} else "other"
