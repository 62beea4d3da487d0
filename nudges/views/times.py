"""What was learned about a user's best times, in words and one chart."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from nudges.picture import picture_of
from nudges.selectors.times import learned
from smarthabit.accounts.requests import SignedInRequest


@login_required
@require_safe
def times(request: SignedInRequest) -> HttpResponse:
    """One habit at a time; the others a click away."""
    asked = request.GET.get("habit", "")
    habit_id = int(asked) if asked.isdecimal() and asked.isascii() and len(asked) < 19 else None
    found = learned(request.user, habit_id)
    if habit_id is not None and found.habit_id is None:
        raise Http404
    picture = picture_of(found.times) if found.times else None
    context = {"habits": found.habits, "habit_id": found.habit_id, "picture": picture}
    return render(request, "nudges/times.html", context)
