"""Insights: how much of what was asked was done, when, and what goes together."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from analytics.board import board
from analytics.domain.trends import Figures
from analytics.ranges import Asked, asked_range
from analytics.selectors import LONGEST_DAYS, every_habit, figures_of_habit, overview_of, owned_habit
from analytics.tables import figures_csv
from smarthabit.accounts.requests import SignedInRequest
from smarthabit.accounts.selectors import seq_of, today_of
from smarthabit.kernel import clock
from smarthabit.kernel.errors import NotFound

if TYPE_CHECKING:
    from habits.models import Habit


@login_required
@require_safe
def insights(request: SignedInRequest) -> HttpResponse:
    """Everything about all habits."""
    return render(request, "analytics/insights.html", _overview(request))


@login_required
@require_safe
def insights_figures(request: SignedInRequest) -> HttpResponse:
    """The figures alone, for a page that is out of date."""
    return render(request, "analytics/_figures.html", _overview(request))


@login_required
@require_safe
def insights_csv(request: SignedInRequest) -> HttpResponse:
    """What the page shows as a table."""
    asked = _asked(request)
    found = overview_of(request.user, clock.now(), asked.first, asked.last)
    return _table(found, {habit.pk: habit for habit in every_habit(request.user)}, asked)


@login_required
@require_safe
def habit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Everything about one habit."""
    return render(request, "analytics/habit.html", _one(request, pk))


@login_required
@require_safe
def habit_figures(request: SignedInRequest, pk: int) -> HttpResponse:
    """One habit's figures alone, for a page that is out of date."""
    return render(request, "analytics/_figures.html", _one(request, pk))


@login_required
@require_safe
def habit_csv(request: SignedInRequest, pk: int) -> HttpResponse:
    """What the page of a habit shows as a table."""
    asked = _asked(request)
    found, habits = _figures_of_one(request, pk, asked)
    return _table(found, habits, asked)


def _overview(request: SignedInRequest) -> dict[str, Any]:
    user, asked = request.user, _asked(request)
    seq = seq_of(user)
    found = overview_of(user, clock.now(), asked.first, asked.last)
    habits = {habit.pk: habit for habit in every_habit(user)}
    return {
        **board(found, asked, habits, user.week_starts_on),
        "habits": habits,
        "live_seq": seq,
        "today": today_of(user, clock.now()),
    }


def _one(request: SignedInRequest, pk: int) -> dict[str, Any]:
    user, asked = request.user, _asked(request)
    seq = seq_of(user)
    found, habits = _figures_of_one(request, pk, asked)
    return {
        **board(found, asked, habits, user.week_starts_on),
        "habit": habits[pk],
        "habits": habits,
        "live_seq": seq,
        "today": today_of(user, clock.now()),
    }


def _figures_of_one(request: SignedInRequest, pk: int, asked: Asked) -> tuple[Figures, dict[int, Habit]]:
    """The figures of a habit, with the pairs it is part of, and all habits by id. Raises Http404 for a foreign one."""
    user, now = request.user, clock.now()
    try:
        habit = owned_habit(user, pk)
    except NotFound as error:
        raise Http404 from error
    own = figures_of_habit(user, habit, now, asked.first, asked.last)
    pairs = overview_of(user, now, asked.first, asked.last).pairs
    found = dataclasses.replace(own, pairs=tuple(pair for pair in pairs if pk in {pair.first, pair.second}))
    return found, {habit.pk: habit for habit in every_habit(user)}


def _asked(request: SignedInRequest) -> Asked:
    return asked_range(request.GET, today_of(request.user, clock.now()), LONGEST_DAYS)


def _table(found: Figures, habits: dict[int, Habit], asked: Asked) -> HttpResponse:
    response = HttpResponse(figures_csv(found, habits), content_type="text/csv; charset=utf-8")
    name = f"insights-{asked.first.isoformat()}-{asked.last.isoformat()}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
