"""Problem documents (RFC 9457): the one shape of everything the API refuses or fails at."""

import logging
import math
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import set_rollback

from smarthabit.kernel import errors

log = logging.getLogger(__name__)

CONTENT_TYPE = "application/problem+json"
Problem = dict[str, Any]


def problem(
    status: int, detail: str = "", *, code: str = "", by_field: Mapping[str, list[str]] | None = None, **extra: Any
) -> Problem:
    """A problem document as a mapping. ``code`` is for programs, ``detail`` for people, ``by_field`` says where."""
    phrase = HTTPStatus(status).phrase
    code = code or phrase.lower().replace(" ", "_").replace("-", "_")
    document: Problem = {
        "type": f"urn:smarthabit:problem:{code}",
        "title": phrase,
        "status": status,
        "detail": detail or phrase,
        "code": code,
    }
    if by_field:
        document["errors"] = dict(by_field)
    return {**document, **extra}


def problem_response(
    status: int, detail: str = "", *, code: str = "", headers: Mapping[str, str] | None = None, **extra: Any
) -> HttpResponse:
    """A problem document as a plain Django answer, for places outside of REST framework's views."""
    body = JSONRenderer().render(problem(status, detail, code=code, **extra))
    return HttpResponse(body, status=status, content_type=CONTENT_TYPE, headers=dict(headers or {}))


def exception_handler(exc: Exception, context: Mapping[str, Any]) -> Response | None:
    """Turn what a view raised into a problem document; None (for Django to log and answer 500) for the unforeseen."""
    document = _document(exc)
    if document is None:
        return None
    set_rollback()
    if request := context.get("request"):  # a view of YAML would render its refusals so, too
        request.accepted_renderer, request.accepted_media_type = JSONRenderer(), JSONRenderer.media_type
    return Response(document, status=document["status"], headers=_headers(exc, document), content_type=CONTENT_TYPE)


def _document(exc: Exception) -> Problem | None:
    if isinstance(exc, errors.ServiceError):
        return _of_service(exc)
    if isinstance(exc, exceptions.APIException):
        return _of_framework(exc)
    return _of_django(exc)


def _of_service(exc: errors.ServiceError) -> Problem | None:
    match exc:
        case errors.RuleError():
            by_field = {exc.field: [str(exc.message)]} if exc.field else None
            return problem(422, str(exc.message), code=exc.code, by_field=by_field)
        case errors.VersionConflict():
            return problem(412, _("Someone changed this in the meantime."), code="stale", current=exc.current)
        case errors.NotFound():
            return problem(404, _("There is nothing here."))
    return None


def _of_framework(exc: exceptions.APIException) -> Problem:
    if isinstance(exc, exceptions.ValidationError):
        by_field = dict(flattened(exc.detail))
        return problem(400, _("The request is not well formed."), code="invalid", by_field=by_field)
    detail = exc.detail
    code = getattr(detail, "code", "") if isinstance(detail, str) else ""
    text = str(detail) if isinstance(detail, str) else ""
    return problem(exc.status_code, text, code=code)


def _of_django(exc: Exception) -> Problem | None:
    match exc:
        case Http404():
            return problem(404, _("There is nothing here."))
        case DjangoPermissionDenied():
            return problem(403, str(exc) or _("You may not do this."))
        case DjangoValidationError():
            by_field = exc.message_dict if hasattr(exc, "error_dict") else {"non_field_errors": exc.messages}
            return problem(422, _("A rule forbids this."), code="invalid", by_field=by_field)
        case RequestDataTooBig():
            return problem(413, _("The request is too large."))
        case SuspiciousOperation() | UnreadablePostError():
            return problem(400, _("The request cannot be read."))
        case DatabaseError() | InterfaceError() if unavailable(exc):
            log.error("database unavailable", exc_info=exc)
            return problem(503, _("The service cannot store anything right now. Please try again soon."))
    return None


def unavailable(exc: Exception) -> bool:
    """Whether a database error says "not now" (down, locked, full) rather than that the program is wrong."""
    return isinstance(exc, (OperationalError, InterfaceError))


def _headers(exc: Exception, document: Problem) -> dict[str, str]:
    headers: dict[str, str] = {}
    if challenge := getattr(exc, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    wait = getattr(exc, "wait", None)
    if wait is not None:
        headers["Retry-After"] = str(max(1, math.ceil(wait)))
    elif document["status"] == 503:
        headers["Retry-After"] = "2"
    return headers


def flattened(detail: Any, path: str = "") -> Iterator[tuple[str, list[str]]]:
    """REST framework's nested error detail as pairs of dotted path and messages: ``ops.3.day`` -> [...]."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            yield from flattened(inner, f"{path}.{name}" if path else str(name))
    elif isinstance(detail, list) and any(isinstance(item, (Mapping, list)) for item in detail):
        for index, inner in enumerate(detail):
            yield from flattened(inner, f"{path}.{index}" if path else str(index))
    else:
        messages = detail if isinstance(detail, list) else [detail]
        yield path or api_settings.NON_FIELD_ERRORS_KEY, [str(message) for message in messages]


@csrf_exempt
def unknown_path(request: HttpRequest) -> HttpResponse:
    """The answer to a path of the API that does not exist."""
    return problem_response(404, _("The API has no such path."), code="unknown_path", instance=request.path)
