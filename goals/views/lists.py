"""The list of goals."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from goals.cards import card_of
from goals.selectors import goal_views
from goals.selectors.views import LISTED
from smarthabit.accounts.requests import SignedInRequest
from smarthabit.accounts.selectors import seq_of
from smarthabit.kernel import clock
from smarthabit.kernel.lists import page_number


@login_required
@require_safe
def goals(request: SignedInRequest) -> HttpResponse:
    """All goals, those that go on first."""
    return render(request, "goals/list.html", _context(request))


@login_required
@require_safe
def rows(request: SignedInRequest) -> HttpResponse:
    """The list alone, for a page that is out of date."""
    return render(request, "goals/_list.html", _context(request))


def _context(request: SignedInRequest) -> dict[str, Any]:
    page = page_number(request)
    seq = seq_of(request.user)
    views = goal_views(request.user, clock.now(), offset=(page - 1) * LISTED, limit=LISTED + 1)
    shown = views[:LISTED]
    return {
        "going_on": [card_of(view) for view in shown if not view.over],
        "over": [card_of(view) for view in shown if view.over],
        "page": page,
        "more": len(views) > LISTED,
        "live_seq": seq,
    }
