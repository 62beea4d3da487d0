"""Pages about risk: why a habit's is what it is."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from analytics.risk.panel import panel_of
from habits.selectors import habit_views
from smarthabit.accounts.requests import SignedInRequest
from smarthabit.kernel import clock


@login_required
@require_safe
def why(request: SignedInRequest, pk: int) -> HttpResponse:
    """What is said about a habit's risk in one click: a sheet over the list, or a page of its own."""
    now = clock.now()
    views = habit_views(request.user, now, ids=[pk])
    if not views:
        raise Http404
    context = {"panel": panel_of(request.user, views[0], now), "in_sheet": bool(request.htmx)}
    template = "analytics/risk/_why.html" if request.htmx else "analytics/risk/why.html"
    return render(request, template, context)
