"""The palette (Ctrl-K), and the page that does the same without scripts."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from smarthabit.accounts.requests import SignedInRequest
from smarthabit.kernel import clock
from smarthabit.pages.finding import groups_for


@login_required
@require_safe
def find(request: SignedInRequest) -> HttpResponse:
    """Find something by its name, or something to do."""
    return render(request, "pages/find.html", _context(request, reverse("today")))


@login_required
@require_safe
def palette(request: SignedInRequest) -> HttpResponse:
    """The same as the content of a dialog."""
    return render(request, "pages/_palette.html", _palette(request))


@login_required
@require_safe
def options(request: SignedInRequest) -> HttpResponse:
    """The dialog's options alone, as what is typed changes."""
    return render(request, "pages/_found_in_palette.html", _palette(request))


def _palette(request: SignedInRequest) -> dict[str, Any]:
    return _context(request, request.htmx.current_url_abs_path or reverse("today"))


def _context(request: SignedInRequest, back: str) -> dict[str, Any]:
    text = request.GET.get("q", "").replace("\0", "").strip()
    groups = groups_for(request.user, clock.now(), text, back)
    count = sum(len(group.options) for group in groups)
    said = ngettext("%(count)d result", "%(count)d results", count) % {"count": count}
    return {"text": text, "groups": groups, "said": said}
