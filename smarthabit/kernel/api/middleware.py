"""What holds for every request under ``/api/``, whichever view or middleware answers it."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from smarthabit.kernel.api.problems import CONTENT_TYPE, problem_response

GetResponse = Callable[[HttpRequest], HttpResponse]

API_PREFIX = "/api/"
_FORM_OVERHEAD = 65_536  # the boundaries and headers around an uploaded file
_KEPT = ("Allow", "Retry-After", "WWW-Authenticate", "Vary", "Content-Language")


def api_contract(get_response: GetResponse) -> GetResponse:
    """Refuse what is too large or unreadable before anything reads it, and give every error the one shape.

    HEAD is answered as GET would be; the server leaves the body out.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(API_PREFIX):
            return get_response(request)
        response = _refusal(request) or _answer(request, get_response)
        if response.status_code < 400 or response.headers.get("Content-Type") == CONTENT_TYPE:
            return response
        return _as_problem(response)

    return middleware


def _answer(request: HttpRequest, get_response: GetResponse) -> HttpResponse:
    if request.method != "HEAD":
        return get_response(request)
    request.method = "GET"
    response = get_response(request)
    request.method = "HEAD"  # for the log, and for whoever leaves the body out
    return response


def _refusal(request: HttpRequest) -> HttpResponse | None:
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return problem_response(400, _("The request cannot be read."))
    if request.META.get("HTTP_CONTENT_ENCODING", "identity").lower() != "identity":
        return problem_response(415, _("Bodies are taken as they are, without a Content-Encoding."))
    upload = (request.content_type or "").startswith("multipart/")
    limit = settings.IMPORT_MAX_BYTES + _FORM_OVERHEAD if upload else settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    if length > limit:
        return problem_response(413, _("The request is larger than %(limit)d bytes.") % {"limit": limit})
    if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
        return problem_response(400, _("NUL characters are not taken."), code="nul_character")
    return None


def _as_problem(response: HttpResponse) -> HttpResponse:
    details = {404: _("The API has no such path."), 403: _("You may not do this.")}
    kept = {name: response.headers[name] for name in _KEPT if name in response.headers}
    dressed = problem_response(response.status_code, details.get(response.status_code, ""), headers=kept)
    dressed.cookies = response.cookies
    return dressed
