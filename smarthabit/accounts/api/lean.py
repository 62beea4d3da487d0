"""The short way to the hottest views of the API, for the ordinary request of a script.

REST framework takes about half a millisecond to negotiate, to parse and to render, and the middleware for browsers -
sessions, CSRF, messages - nearly as much. An ordinary request needs neither: it carries a bearer token, JSON and no
wish for anything else. The view is the same function either way, and so is every answer; whatever is not ordinary goes
through REST framework.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from functools import wraps
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import resolve
from django.utils import translation
from rest_framework.decorators import api_view
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from smarthabit.accounts.api.authentication import bearer
from smarthabit.accounts.models import TokenFamily
from smarthabit.kernel.api.idempotency import HEADER as IDEMPOTENCY_KEY
from smarthabit.kernel.api.middleware import API_PREFIX
from smarthabit.kernel.api.parsing import StrictJSONParser
from smarthabit.kernel.api.problems import exception_handler
from smarthabit.kernel.api.throttling import UserThrottle

GetResponse = Callable[[HttpRequest], HttpResponseBase]
View = Callable[..., Response]

_JSON = "application/json"
_ANY_ACCEPT = frozenset({"", "*/*", _JSON})
_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
_MARK = "smarthabit_lean"


class LeanHeaders:
    """A request's headers, looked up as they are asked for: Django's would name them all anew first."""

    __slots__ = ("_meta",)

    def __init__(self, meta: Mapping[str, Any]) -> None:
        self._meta = meta

    def get(self, name: str, usual: str | None = None) -> str | None:
        """The header of this name, in any case of letters; not for those that describe the body."""
        value: str | None = self._meta.get(f"HTTP_{name.upper().replace('-', '_')}", usual)
        return value


class LeanRequest:
    """As much of REST framework's request as lean views use."""

    __slots__ = ("_request", "auth", "data", "headers", "method", "query_params", "user")

    def __init__(self, request: HttpRequest, family: TokenFamily) -> None:
        self._request = request
        self.method = request.method
        self.headers = LeanHeaders(request.META)
        self.query_params = request.GET
        self.user = family.user
        self.auth = family
        self.data: Any = None


def lean_api_view(methods: Sequence[str]) -> Callable[[View], Callable[..., HttpResponseBase]]:
    """REST framework's ``api_view`` for a view that uses no more of its request than LeanRequest has."""

    def decorate(view: View) -> Callable[..., HttpResponseBase]:
        framework: Any = api_view([*methods])(view)
        allowed = ", ".join(framework.cls().allowed_methods)

        @wraps(framework)
        def either(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            family = _ordinary(request) if request.method in methods else None
            if family is None:
                whole: HttpResponseBase = framework(request, *args, **kwargs)
                return whole
            try:
                answer = view(cast("Request", _admitted(request, family)), *args, **kwargs)
            except Exception as error:
                refusal = exception_handler(error, {})
                if refusal is None:
                    raise
                answer = refusal
            return _rendered(answer, allowed)

        setattr(either, _MARK, True)
        return either

    return decorate


def scripts_first(get_response: GetResponse) -> GetResponse:
    """Middleware: take scripts to lean views past whatever stands below it for the sake of browsers."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if not _is_script(request):
            return get_response(request)
        match = resolve(request.path_info)
        if not getattr(match.func, _MARK, False):
            return get_response(request)
        request.get_host()  # refuses a host that is not ours
        request.resolver_match = match
        language = translation.get_language_from_request(request)
        with translation.override(language):
            response: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
            if isinstance(response, Response):
                response.render()
        response.headers.setdefault("Content-Language", language)
        response.headers.setdefault("X-Frame-Options", "DENY")
        if isinstance(response, HttpResponse):
            response.headers.setdefault("Content-Length", str(len(response.content)))
        return response

    return middleware


def _is_script(request: HttpRequest) -> bool:
    return (
        request.path_info.startswith(API_PREFIX)
        and request.META.get("HTTP_AUTHORIZATION", "")[:7].lower() == "bearer "
        and not (request.method == "POST" and IDEMPOTENCY_KEY in request.headers)
    )


def _ordinary(request: HttpRequest) -> TokenFamily | None:
    """Who sends an ordinary request; None for a request that REST framework has to look at."""
    meta = request.META
    if meta.get("HTTP_ACCEPT", "") not in _ANY_ACCEPT or meta.get("QUERY_STRING"):
        return None
    if request.method in _WITH_BODY and request.content_type != _JSON:
        return None
    try:
        return bearer(request)
    except AuthenticationFailed:
        return None


def _admitted(request: HttpRequest, family: TokenFamily) -> LeanRequest:
    """The request within its rate, and read."""
    lean = LeanRequest(request, family)
    throttle = UserThrottle()
    if not throttle.allow_request(cast("Request", lean), cast("Any", None)):
        raise Throttled(throttle.wait())
    body = request.body if request.method in _WITH_BODY else b""
    lean.data = StrictJSONParser().parse(io.BytesIO(body)) if body else {}
    return lean


def _rendered(answer: Response, allowed: str) -> HttpResponse:
    body = JSONRenderer().render(answer.data)
    response = HttpResponse(body, status=answer.status_code, content_type=answer.content_type or _JSON)
    for name, value in answer.items():
        if name != "Content-Type":
            response.headers[name] = value
    if not body:
        del response.headers["Content-Type"]
    response.headers["Allow"] = allowed
    return response
