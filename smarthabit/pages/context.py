"""What every template knows."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from nudges.rows import unread_words
from nudges.selectors.inbox import count_unread
from smarthabit.kernel import clock, tick

_PLACES = (
    ("today", _("Today"), "circle-check", "t"),
    ("habits:list", _("Habits"), "sprout", "h"),
    ("goals:list", _("Goals"), "target", "g"),
    ("analytics:insights", _("Insights"), "trending-up", "i"),
    ("settings", _("Settings"), "settings", "s"),
)
"""URL name, label, icon and key (after g) of each place in the navigation."""

_ALSO_WITHIN = {"today": ("/day/",), "analytics:insights": ("/risk/",), "settings": ("/nudges/preferences/",)}
"""Addresses that belong to a place although they do not begin like it."""


@dataclass(frozen=True, slots=True)
class Place:
    """One link of the main navigation."""

    url: str
    label: str
    icon: str
    key: str
    """What leads there from the keyboard, after g."""
    current: bool
    """Whether the page shown lies within it."""


def site(request: HttpRequest) -> dict[str, Any]:
    """The operator's switches that decide what a page offers, and where one can go from it."""
    return {
        "admin_enabled": settings.ADMIN_ENABLED,
        "registration_open": settings.REGISTRATION_OPEN,
        "live_seq": request.META.get("smarthabit.live_seq"),
        "places": lambda: places(request.path),
        "jobs_silent": lambda: tick.has_stopped(clock.now()),
        "unread": SimpleLazyObject(lambda: _unread(request)),
    }


def _unread(request: HttpRequest) -> str:
    """What the bell says on a page of somebody signed in; one small query, and only where a bell is drawn."""
    user = request.user
    return unread_words(count_unread(user)) if user.is_authenticated else ""


def places(path: str) -> list[Place]:
    """The main navigation, as seen from `path`."""
    found = []
    for name, label, icon, key in _PLACES:
        url = reverse(name)
        within = path == url if name == "today" else path.startswith(url)
        within = within or path.startswith(_ALSO_WITHIN.get(name, ()))
        found.append(Place(url, str(label), icon, key, within))
    return found
