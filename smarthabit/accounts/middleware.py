"""Each request speaks its user's language, and each page knows which change it was drawn from."""

from collections.abc import Callable
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from smarthabit.accounts.selectors import seq_of
from smarthabit.accounts.user import User


def preferences(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Activate the language the user chose, or else the one the browser asks for."""

    def middleware(request: HttpRequest) -> HttpResponse:
        chosen = getattr(request.user, "language", "")
        language = chosen or translation.get_language_from_request(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            if _is_page(request):
                # Read before the page's data, so that nothing that changes in between is taken for shown.
                request.META["smarthabit.live_seq"] = seq_of(cast("User", request.user))
            response = get_response(request)
            response.headers.setdefault("Content-Language", language)
            return response

    return middleware


def _is_page(request: HttpRequest) -> bool:
    whole = request.method == "GET" and "HX-Request" not in request.headers
    return whole and not request.path.startswith("/api/") and request.user.is_authenticated
