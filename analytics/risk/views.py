"""Pages about risk: what can still be saved, why a risk is what it is, and how right the forecasts were."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from analytics.risk.alerts import notices_of, see
from analytics.risk.panel import panel_of
from analytics.risk.record import record_of
from analytics.risk.saves import order_words, saves_of
from habits.selectors import habit_views
from smarthabit.accounts.requests import SignedInRequest
from smarthabit.accounts.selectors import seq_of
from smarthabit.accounts.user import User
from smarthabit.kernel import clock


@login_required
@require_safe
def board(request: SignedInRequest) -> HttpResponse:
    """All open units, first those that can still be saved today and have the most to lose."""
    return render(request, "analytics/risk/board.html", {"live_seq": seq_of(request.user), **_board(request.user)})


@login_required
@require_safe
def board_list(request: SignedInRequest) -> HttpResponse:
    """The list alone, for a page that is out of date."""
    return render(request, "analytics/risk/_board.html", _board(request.user))


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


@login_required
@require_safe
def record(request: SignedInRequest) -> HttpResponse:
    """How right the forecasts were."""
    return render(request, "analytics/risk/record.html", {"record": record_of(request.user, clock.now())})


@login_required
@require_safe
def notices(request: SignedInRequest) -> HttpResponse:
    """What a user is told once about streaks at risk, for the page that shows it."""
    return render(request, "analytics/risk/_notices.html", {"notices": notices_of(request.user, clock.now())})


@login_required
@require_POST
def seen(request: SignedInRequest, pk: int) -> HttpResponse:
    """The user has seen a notice. Repeating it changes nothing."""
    if not see(user=request.user, alert_id=pk, now=clock.now()):
        raise Http404
    return HttpResponse() if request.htmx else redirect("today")


def _board(user: User) -> dict[str, Any]:
    return {"saves": saves_of(user, clock.now()), "order": order_words()}
