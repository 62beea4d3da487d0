"""The pages that compose the apps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from analytics.risk.alerts import notices_of
from analytics.selectors.reviews import review_due
from analytics.suggestions.places import PLACES, suggestion_of_the_day
from habits import words
from habits.domain.calendar import day_closes_at
from habits.presets import PRESETS, drafts_of
from habits.rows import progress_of, rows_of
from habits.selectors import LISTED, HabitView, habit_views, has_habits
from habits.selectors.records import pause_of_all
from habits.selectors.tally import cells_beside
from habits.services import create_habit
from smarthabit.accounts.requests import SignedInRequest
from smarthabit.accounts.selectors import seq_of, today_of
from smarthabit.accounts.services import finish_onboarding
from smarthabit.accounts.user import User
from smarthabit.kernel import clock
from smarthabit.kernel.api.requests import tab_of
from smarthabit.kernel.lists import page_number

EARLIEST = date(1900, 1, 1)


@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """Today's list; for whoever is not signed in, what this is."""
    user = request.user
    if not user.is_authenticated:
        return render(request, "pages/landing.html")
    if user.onboarded_at is None and not has_habits(user):
        return redirect("welcome")
    return _day_page(request, user, today_of(user, clock.now()))


@login_required
@require_safe
def day(request: SignedInRequest, day: date) -> HttpResponse:
    """The list of any day up to today."""
    latest = today_of(request.user, clock.now())
    if not EARLIEST <= day <= latest:
        return render(
            request, "pages/not_yet.html", {"early": day < EARLIEST, "day": words.long_date(day, latest)}, status=404
        )
    return _day_page(request, request.user, day)


@login_required
@require_safe
def pick_day(request: SignedInRequest) -> HttpResponse:
    """Go to the day chosen in the date field."""
    try:
        return redirect("day", date.fromisoformat(request.GET.get("day", "")))
    except ValueError:
        return redirect("today")


@login_required
@require_safe
def day_rows(request: SignedInRequest, day: date) -> HttpResponse:
    """The list alone, for a page that is out of date."""
    return render(request, "pages/_day_rows.html", _day_context(request, request.user, day))


def _day_page(request: HttpRequest, user: User, shown: date) -> HttpResponse:
    context = _day_context(request, user, shown)
    if context["page"] > 1 and not (context["asked"] or context["unasked"]):
        return redirect(request.path)  # a page that there was before
    return render(request, "pages/today.html", context)


def _day_context(request: HttpRequest, user: User, shown: date) -> dict[str, Any]:
    now = clock.now()
    latest = today_of(user, now)
    page = page_number(request)
    views = habit_views(user, now, day=shown, offset=(page - 1) * LISTED, limit=LISTED + 1)
    rows = rows_of(user, views[:LISTED])
    pages = page > 1 or len(views) > LISTED
    beside = cells_beside(user, now, shown, [row.habit_id for row in rows]) if pages else ()
    counted = progress_of(rows, beside or ())
    asked = [row for row in rows if row.asked]
    return {
        "day": shown,
        "latest": latest,
        "is_today": shown == latest,
        "ends_at": int(day_closes_at(shown, user.zone, user.day_starts_at).timestamp()),
        "heading": words.day_words(shown, latest),
        "date": words.long_date(shown, latest),
        "before": shown - timedelta(days=1),
        "after": shown + timedelta(days=1) if shown < latest else None,
        "progress": counted,
        "beside": counted.less(progress_of(rows)),
        "whole_day": beside is not None,
        "notices": notices_of(user, now) if shown == latest else [],
        "asked": asked,
        "pause": pause_of_all(user, shown) if rows and not asked else None,
        "unasked": [row for row in rows if not row.asked],
        "review_due": _review_due(user, views, now) if shown == latest and page == 1 else None,
        "page": page,
        "more": len(views) > LISTED,
        "place": PLACES["today"],
        "suggestion": suggestion_of_the_day(user, now) if shown == latest else None,
        "live_seq": views[0].version if views else seq_of(user),
    }


def _review_due(user: User, views: Sequence[HabitView], now: datetime) -> date | None:
    """The week to be looked back on, where one of the habits was there in it."""
    since = min((view.habit.started_on for view in views), default=None)
    return review_due(user, now, since=since) if since else None


@login_required
@require_safe
def welcome(request: SignedInRequest) -> HttpResponse:
    """The first page after sign-up: pick some habits and go."""
    return render(request, "pages/welcome.html", {"presets": PRESETS})


@login_required
@require_POST
def begin(request: SignedInRequest) -> HttpResponse:
    """Make the picked habits, if any, and go to Today."""
    now = clock.now()
    for draft in drafts_of(request.POST.getlist("preset")):
        create_habit(user=request.user, draft=draft, now=now, tab=tab_of(request))
    finish_onboarding(user=request.user, now=now)
    return redirect("today")
