"""Idempotency-Key for every POST of the API, whichever view answers it."""

import hashlib
import logging
from collections.abc import Callable

from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from rest_framework.exceptions import AuthenticationFailed

from smarthabit.accounts import answers
from smarthabit.accounts.api.authentication import bearer
from smarthabit.accounts.deletion import answer_scope
from smarthabit.kernel import clock
from smarthabit.kernel.api import idempotency as keys
from smarthabit.kernel.api.address import client_address
from smarthabit.kernel.api.middleware import API_PREFIX
from smarthabit.kernel.api.problems import problem_response, unavailable

log = logging.getLogger(__name__)

GetResponse = Callable[[HttpRequest], HttpResponse]

_ANONYMOUS_PREFIX = "/api/v1/auth/"
# Answers about the moment or the caller rather than the request: trying again may well succeed.
_NOT_KEPT = frozenset({401, 403, 405, 408, 409, 413, 415, 429})


def idempotency(get_response: GetResponse) -> GetResponse:
    """Answer a repeated POST with the stored answer of the first, byte for byte, without running it again."""

    def middleware(request: HttpRequest) -> HttpResponse:
        key = request.headers.get(keys.HEADER)
        if key is None or request.method != "POST" or not request.path.startswith(API_PREFIX):
            return get_response(request)
        if not keys.valid_key(key):
            detail = _("An Idempotency-Key is 1 to 255 printable ASCII characters.")
            return problem_response(400, detail, code="idempotency_key_invalid")
        scope = _scope(request)
        if scope is None:  # nobody we know: the view says so
            return get_response(request)
        return _guarded(request, key, scope, get_response)

    return middleware


def _scope(request: HttpRequest) -> str | None:
    try:
        family = bearer(request)
    except AuthenticationFailed:
        return None
    if family is not None:
        return answer_scope(family.user_id)
    if request.user.is_authenticated:
        return answer_scope(request.user.pk)
    if request.path.startswith(_ANONYMOUS_PREFIX):
        return "anonymous:" + hashlib.sha256((client_address(request) or "").encode()).hexdigest()
    return None


def _guarded(request: HttpRequest, key: str, scope: str, get_response: GetResponse) -> HttpResponse:
    try:
        content = keys.content_hash(request)
    except RequestDataTooBig:
        return problem_response(413)
    except (UnreadablePostError, MultiPartParserError):
        return problem_response(400, _("The request cannot be read."))
    try:
        return _once(request, key, scope, content, get_response)
    except DatabaseError as error:
        if not unavailable(error):
            raise
        log.exception("database unavailable")
        detail = _("The service cannot store anything right now. Please try again soon.")
        return problem_response(503, detail, headers={"Retry-After": "2"})


def _once(request: HttpRequest, key: str, scope: str, content: bytes, get_response: GetResponse) -> HttpResponse:
    found = answers.claim(scope=scope, key=key, fingerprint=keys.fingerprint(request, content), now=clock.now())
    if isinstance(found, answers.Claim):
        return _first(request, key, content, found, get_response)
    if isinstance(found, answers.Stored):
        return _again(found, key, content)
    if found is answers.Refusal.OTHER_REQUEST:
        return problem_response(
            422, _("This Idempotency-Key was used for another request."), code="idempotency_key_reused"
        )
    return _running()


def _first(
    request: HttpRequest, key: str, content: bytes, mine: answers.Claim, get_response: GetResponse
) -> HttpResponse:
    settled = False
    try:
        with transaction.atomic():
            response = get_response(request)
            lost = False
            if _worth_keeping(response):
                headers = keys.kept_headers(dict(response.headers))
                sealed = keys.seal(response.content, key, content)
                settled = answers.finish(mine, status=response.status_code, headers=headers, sealed=sealed)
                lost = not settled
            if lost or response.status_code >= 500:
                transaction.set_rollback(True)
    except BaseException:
        settled = False
        raise
    finally:
        if not settled:
            answers.release(mine)
    return _running() if lost else response


def _worth_keeping(response: HttpResponse) -> bool:
    return not response.streaming and response.status_code < 500 and response.status_code not in _NOT_KEPT


def _again(stored: answers.Stored, key: str, content: bytes) -> HttpResponse:
    headers = {**stored.headers, "Idempotency-Replayed": "true"}
    return HttpResponse(keys.unseal(stored.sealed, key, content), status=stored.status, headers=headers)


def _running() -> HttpResponse:
    detail = _("The first request with this Idempotency-Key is still running.")
    return problem_response(409, detail, code="idempotency_key_running", headers={"Retry-After": "1"})
