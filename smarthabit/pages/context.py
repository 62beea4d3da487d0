"""What every template knows."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

_PLACES = (
    ("today", _("Today"), "circle-check"),
    ("habits:list", _("Habits"), "sprout"),
    ("goals:list", _("Goals"), "target"),
    ("analytics:insights", _("Insights"), "trending-up"),
    ("settings", _("Settings"), "settings"),
)
"""URL name, label and icon of each place in the main navigation; one whose address does not exist is left out."""


@dataclass(frozen=True, slots=True)
class Place:
    """One link of the main navigation."""

    url: str
    label: str
    icon: str
    current: bool
    """Whether the page shown lies within it."""


def site(request: HttpRequest) -> dict[str, Any]:
    """The operator's switches that decide what a page offers, and where one can go from it."""
    return {
        "admin_enabled": settings.ADMIN_ENABLED,
        "registration_open": settings.REGISTRATION_OPEN,
        "live_seq": request.META.get("smarthabit.live_seq"),
        "places": lambda: places(request.path),
    }


def places(path: str) -> list[Place]:
    """The main navigation, as seen from `path`."""
    found = []
    for name, label, icon in _PLACES:
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        within = path == url or path.startswith("/day/") if name == "today" else path.startswith(url)
        found.append(Place(url, str(label), icon, within))
    return found
