"""The service worker: one file at the root of the site, because a worker serves the pages below its own address.

It only loads its parts, which are static files with their content's hash in their names. So the file changes, and
browsers take the new worker, exactly when a part does.
"""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django.views.decorators.http import require_safe

PARTS = ("js/worker-push.js",)


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - a view
    """The worker of this site. Browsers ask for it again each time, or they would keep an old one for a day."""
    parts = ", ".join(json.dumps(static(part)) for part in PARTS)
    headers = {"Cache-Control": "no-cache"}
    return HttpResponse(f"importScripts({parts});\n", content_type="text/javascript; charset=utf-8", headers=headers)
