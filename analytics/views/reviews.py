"""The weekly review: three questions and a finish, and all reviews to be read again."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from analytics import words
from analytics.domain.reviews import last_of
from analytics.forms import ChangeForm, MissesForm, WinsForm
from analytics.models import Review
from analytics.selectors.reviews import (
    LISTED,
    ReviewView,
    changeable,
    fresh_figures,
    review_of,
    reviews_of,
    week_to_review,
)
from analytics.services import ReviewWords, check_week, delete_review, finish_review, write_review
from habits.forms.amounts import place_error
from habits.selectors.records import first_day_of
from smarthabit.accounts.requests import SignedInRequest
from smarthabit.accounts.selectors import seq_of
from smarthabit.accounts.user import User
from smarthabit.kernel import clock
from smarthabit.kernel.api.requests import tab_of
from smarthabit.kernel.errors import NotFound, RuleError
from smarthabit.kernel.lists import page_number

STEPS = ("wins", "misses", "change", "finish")


@login_required
@require_safe
def past(request: SignedInRequest) -> HttpResponse:
    """All reviews, the latest first, and the week that waits for one."""
    user, page, now = request.user, page_number(request), clock.now()
    seq = seq_of(user)
    found = reviews_of(user, offset=(page - 1) * LISTED, limit=LISTED + 1)
    week = week_to_review(user, now)
    finished = any(one.week == week and one.finished_at for one in found) or page > 1
    since = first_day_of(user)
    context = {
        "listed": [(one, words.week_words(one.week)) for one in found[:LISTED]],
        "due": None if finished or since is None or since > last_of(week) else week,
        "due_words": words.week_words(week),
        "page": page,
        "more": len(found) > LISTED,
        "live_seq": seq,
    }
    return render(request, "analytics/reviews.html", context)


@login_required
@require_safe
def review(request: SignedInRequest, week: date) -> HttpResponse:
    """A finished review to be read; one that is not begins with its first question."""
    view = review_of(request.user, week, clock.now())
    if view is None or view.review.finished_at is None:
        return redirect("analytics:review_step", week, STEPS[0])
    return render(request, "analytics/review.html", _shown(view))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: SignedInRequest, week: date, step: str) -> HttpResponse:
    """One question of the review, or its finish. Raises Http404 for a step that there is not."""
    if step not in STEPS:
        raise Http404
    user, now = request.user, clock.now()
    view = _begun(user, week, now)
    form = _form(request, step, view.review)
    if request.method != "POST" or (form is not None and not form.is_valid()):
        return _step_page(request, step, view, form)
    try:
        if form is None:
            finish_review(user=user, week=week, now=now, tab=tab_of(request))
        else:
            write_review(user=user, week=week, words=ReviewWords(**form.cleaned_data), now=now, tab=tab_of(request))
    except RuleError as error:
        if form is None or error.field not in form.fields:
            raise Http404 from error
        place_error(form, error, {})
        return _step_page(request, step, view, form)
    if view.review.finished_at is None and form is not None:
        return redirect("analytics:review_step", week, STEPS[STEPS.index(step) + 1])
    messages.success(request, _("The review is kept.") if form is None else _("Saved."))
    return redirect("analytics:review", week)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: SignedInRequest, week: date) -> HttpResponse:
    """Ask whether to delete a review for good, and do it."""
    view = review_of(request.user, week, clock.now())
    if view is None:
        raise Http404
    if request.method != "POST":
        return render(request, "analytics/review_delete.html", _shown(view))
    try:
        delete_review(user=request.user, week=week, tab=tab_of(request))
    except NotFound as error:
        raise Http404 from error
    messages.success(request, _("The review is deleted."))
    return redirect("analytics:reviews")


def _begun(user: User, week: date, now: datetime) -> ReviewView:
    """The review as far as it goes; an empty one is not stored before something is written.

    Raises Http404 for a week that cannot be reviewed.
    """
    found = review_of(user, week, now)
    if found is not None:
        return found
    try:
        check_week(user, week, now)
    except RuleError as error:
        raise Http404 from error
    return ReviewView(Review(user=user, week=week), last_of(week), fresh_figures(user, week, now), None)


def _form(request: SignedInRequest, step: str, found: Review) -> forms.Form | None:
    """The question of a step; None for the finish, which asks nothing."""
    data = request.POST if request.method == "POST" else None
    match step:
        case "wins":
            return WinsForm(data, initial={"wins": found.wins})
        case "misses":
            return MissesForm(data, initial={"misses": found.misses})
        case "change":
            habits = changeable(request.user)
            if found.habit and found.habit not in habits:
                habits.append(found.habit)
            return ChangeForm(data, initial={"change": found.change, "habit": found.habit_id}, habits=habits)
        case _:
            return None


def _step_page(request: SignedInRequest, step: str, view: ReviewView, form: forms.Form | None) -> HttpResponse:
    at = STEPS.index(step)
    context = {
        **_shown(view),
        "form": form,
        "step": step,
        "number": at + 1,
        "steps": len(STEPS),
        "before": STEPS[at - 1] if at else None,
        "listed": [words.line_words(line) for line in _lines(step, view)],
    }
    return render(request, "analytics/review_step.html", context, status=422 if form and form.is_bound else 200)


def _lines(step: str, view: ReviewView) -> Any:
    return {"wins": view.figures.wins, "misses": view.figures.misses}.get(step, ())


def _shown(view: ReviewView) -> dict[str, Any]:
    figures, found = view.figures, view.review
    return {
        "review": found,
        "week": view.week,
        "week_words": words.week_words(view.week),
        "total_words": words.week_total_words(figures),
        "moved_words": words.week_total_words(view.moved) if view.moved else "",
        "wins": [words.line_words(line) for line in figures.wins],
        "misses": [words.line_words(line) for line in figures.misses],
        "others": [words.line_words(line) for line in figures.lines if not line.won and not line.lost],
    }
