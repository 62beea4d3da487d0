"""Where a request comes from."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str | None:
    """The client's IP address, or None when there is none to know (a unix socket).

    ``X-Forwarded-For`` is believed only as far as ``settings.NUM_PROXIES`` trusted proxies have written it: each
    appends the peer it saw, so the client is that many entries from the right. What stands left of it anyone may claim.
    """
    peer = _parsed(request.META.get("REMOTE_ADDR", ""))
    proxies: int = settings.NUM_PROXIES
    forwarded = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    if not proxies or not forwarded:
        return peer
    return _parsed(forwarded[-min(proxies, len(forwarded))]) or peer


def _parsed(text: str) -> str | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return str(mapped or address)
