"""What every template knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """The operator's switches that decide what a page offers."""
    return {"admin_enabled": settings.ADMIN_ENABLED, "registration_open": settings.REGISTRATION_OPEN}
