"""Pages travel compressed; what scripts and sockets fetch by the thousand does not pay for it."""

from django.http import HttpRequest, HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class PageCompression(GZipMiddleware):
    """Django's gzip, for HTML alone.

    Pages show a visitor's words beside a token, which an attacker could guess by the length of what is compressed
    (BREACH). The token is masked anew in each answer, and Django adds a random number of bytes.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Compress a page, and leave anything else as it is."""
        if response.headers.get("Content-Type", "").startswith("text/html"):
            return super().process_response(request, response)
        return response
