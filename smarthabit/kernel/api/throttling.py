"""How many requests a user or an address may make. Rates are settings; the counters live in the cache.

The counters are windows of fixed length, counted with an atomic increment: parallel requests cannot slip through.
Without a cache nothing is counted: limits protect from load, and an outage of Redis must not become one of the product.
What must hold even then - failed sign-ins - is counted in the database (``smarthabit.accounts.lockout``).
"""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.throttling import BaseThrottle

from smarthabit.kernel.api.address import client_address

if TYPE_CHECKING:  # importing it here would close a circle: views read the throttles from the settings
    from rest_framework.views import APIView

log = logging.getLogger(__name__)

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def parse_rate(rate: str) -> tuple[int, int]:
    """``"600/min"`` as (600, 60): how many, in how many seconds. Raises ValueError for what is no rate."""
    count, _, period = rate.partition("/")
    if period[:1] not in _SECONDS:
        raise ValueError(f"{rate!r} is no rate: write it like 600/min")
    return int(count), _SECONDS[period[0]]


def wait_of(scope: str, subject: str) -> float | None:
    """Count one more of ``subject`` under the rate that ``scope`` names in the settings.

    Returns None if it is within the rate, and otherwise in how many seconds the next may be asked for.
    """
    if not settings.RATE_LIMITED:
        return None
    limit, seconds = parse_rate(str(api_settings.DEFAULT_THROTTLE_RATES[scope]))
    now = time.time()
    window = int(now // seconds)
    if _count(f"throttle:{scope}:{subject}:{window}", seconds) <= limit:
        return None
    return (window + 1) * seconds - now


class WindowThrottle(BaseThrottle):
    """Counts requests by ``subject`` within windows; ``scope`` names the rate in the settings."""

    scope = ""
    _wait: float | None = None

    def subject(self, request: Request) -> str | None:
        """Who is counted; None leaves the request uncounted."""
        raise NotImplementedError

    def allow_request(self, request: Request, view: APIView) -> bool:  # noqa: ARG002 - DRF's signature
        """Whether this request is within the rate."""
        subject = self.subject(request)
        self._wait = None if subject is None else wait_of(self.scope, subject)
        return self._wait is None

    def wait(self) -> float | None:
        """Seconds until the window ends."""
        return self._wait


class UserThrottle(WindowThrottle):
    """Counts what signed-in people ask for, by person."""

    scope = "user"

    def subject(self, request: Request) -> str | None:
        return str(request.user.pk) if request.user and request.user.is_authenticated else None


class AddressThrottle(WindowThrottle):
    """Counts what strangers ask for, by address."""

    scope = "address"

    def subject(self, request: Request) -> str | None:
        if request.user and request.user.is_authenticated:
            return None
        return client_address(request._request) or "unknown"


class AuthThrottle(WindowThrottle):
    """Counts sign-in and sign-up, by address."""

    scope = "auth"

    def subject(self, request: Request) -> str | None:
        return client_address(request._request) or "unknown"


def _count(key: str, seconds: int) -> int:
    """One more under ``key``: the new count, or 0 when the cache cannot say."""
    try:
        return _one_more(key, seconds)
    except ValueError:  # the window's counter went away between two looks
        return 1
    except Exception:  # whatever a cache backend raises, the request goes on
        log.warning("throttle could not count, letting the request pass", exc_info=True)
        return 0


def _one_more(key: str, seconds: int) -> int:
    count = getattr(cache, "count", None)
    if count is not None:  # our Redis cache
        counted: int = count(key, seconds + 1)
        return counted
    try:
        return cache.incr(key)
    except ValueError:  # nothing is counted yet
        return 1 if cache.add(key, 1, timeout=seconds + 1) else cache.incr(key)
