"""What makes the site an app: its manifest, its service worker, and the page that stands in for all that is not kept.

The worker is one file at the root, because a worker serves the pages below its own address. It only loads its parts,
which are static files with their content's hash in their names. So the file changes, and browsers take the new worker,
exactly when a part does.
"""

from __future__ import annotations

import hashlib
import json

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

PARTS = ("js/worker-push.js", "js/worker-offline.js")
SHELL = (
    "css/app.css",
    "js/app.js",
    "js/live.js",
    "js/offline.js",
    "icons/icon.svg",
    "django_htmx/htmx-2.min.js",
)
"""What Today needs besides itself."""


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """The worker of this site. Browsers ask for it again each time, or they would keep an old one for a day."""
    assets = [static(name) for name in SHELL]
    language = getattr(request, "LANGUAGE_CODE", "")
    version = hashlib.sha256("".join([*assets, language]).encode()).hexdigest()[:12]
    shell = json.dumps({"version": version, "assets": assets, "offline": reverse("offline")})
    parts = ", ".join(json.dumps(static(part)) for part in PARTS)
    script = f"self.SHELL = {shell};\nimportScripts({parts});\n"
    headers = {"Cache-Control": "no-cache"}
    return HttpResponse(script, content_type="text/javascript; charset=utf-8", headers=headers)


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """What is shown instead of a page while there is no connection; the same for everybody."""
    return render(request, "pages/offline.html")


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - a view
    """How the site is installed as an app."""
    told = {
        "name": "SmartHabit",
        "short_name": "SmartHabit",
        "id": "/",
        "start_url": reverse("today"),
        "scope": "/",
        "display": "standalone",
        "background_color": "#f7f9fa",
        "theme_color": "#0b6d86",
        "icons": [
            {"src": static("icons/icon-192.png"), "sizes": "192x192", "type": "image/png", "purpose": "any"},
            {"src": static("icons/icon-512.png"), "sizes": "512x512", "type": "image/png", "purpose": "any maskable"},
            {"src": static("icons/icon.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"},
        ],
        "shortcuts": [
            {"name": _("Today"), "url": reverse("today")},
            {"name": _("New habit"), "url": reverse("habits:new")},
            {"name": _("Insights"), "url": reverse("analytics:insights")},
        ],
    }
    return JsonResponse(told, content_type="application/manifest+json", headers={"Cache-Control": "no-cache"})
