"""What was learned about a user's best times, in words and one chart."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from nudges.picture import picture_of
from nudges.selectors.times import learned
from smarthabit.accounts.requests import SignedInRequest
from smarthabit.kernel.ids import id_of


@login_required
@require_safe
def times(request: SignedInRequest) -> HttpResponse:
    """One habit at a time; the others a click away."""
    habit_id = id_of(request.GET.get("habit", ""))
    found = learned(request.user, habit_id)
    if habit_id is not None and found.habit_id is None:
        raise Http404
    picture = picture_of(found.times) if found.times else None
    context = {"habits": found.habits, "habit_id": found.habit_id, "picture": picture}
    return render(request, "nudges/times.html", context)
