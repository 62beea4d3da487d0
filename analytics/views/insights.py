"""Insights: how much of what was asked was done, when, and what goes together."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from analytics.board import board, year_of
from analytics.domain.trends_shapes import Figures
from analytics.ranges import Asked, asked_range
from analytics.selectors import OfHabit, figures_of_habit, named_habits, overview_of, owned_habit, pairs_of
from analytics.suggestions.making import look_once
from analytics.suggestions.places import PLACES, open_cards
from analytics.tables import figures_csv
from habits.words import milestones_words
from smarthabit.accounts.requests import SignedInRequest
from smarthabit.accounts.selectors import seq_of, today_of
from smarthabit.accounts.user import User
from smarthabit.kernel import clock
from smarthabit.kernel.errors import NotFound

if TYPE_CHECKING:
    from habits.models import Habit


@login_required
@require_safe
def insights(request: SignedInRequest) -> HttpResponse:
    """Everything about all habits."""
    look_once(request.user, clock.now())
    suggested = {"place": PLACES["insights"], "suggestions": open_cards(request.user, clock.now())}
    return render(request, "analytics/insights.html", {**_overview(request), **suggested})


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
    found = overview_of(request.user, clock.now(), asked.ranges)
    return _table(figures_csv(found, _named(request.user, found)), asked)


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
    return _table(figures_csv(found.figures, habits, found.milestones, habits[pk].unit), asked)


def _overview(request: SignedInRequest) -> dict[str, Any]:
    user, asked = request.user, _asked(request)
    seq = seq_of(user)
    found = overview_of(user, clock.now(), asked.ranges)
    habits = _named(user, found)
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
        **board(found.figures, asked, habits, user.week_starts_on),
        "year": year_of(found.figures, user.week_starts_on, found.levels),
        "milestones": milestones_words(found.milestones, habits[pk].unit, found.figures.standings[0].streak),
        "habit": habits[pk],
        "habits": habits,
        "live_seq": seq,
        "today": today_of(user, clock.now()),
    }


def _figures_of_one(request: SignedInRequest, pk: int, asked: Asked) -> tuple[OfHabit, dict[int, Habit]]:
    """The figures of a habit, with the pairs it is part of, and all habits by id. Raises Http404 for a foreign one."""
    user, now = request.user, clock.now()
    try:
        habit = owned_habit(user, pk)
    except NotFound as error:
        raise Http404 from error
    own = figures_of_habit(user, habit, now, asked.ranges)
    pairs = tuple(pair for pair in pairs_of(user, now, asked.ranges) if pk in {pair.first, pair.second})
    found = dataclasses.replace(own, figures=dataclasses.replace(own.figures, pairs=pairs))
    return found, named_habits(user, {pk, *(one for pair in pairs for one in pair[:2])})


def _named(user: User, found: Figures) -> dict[int, Habit]:
    return named_habits(user, [standing.habit_id for standing in found.standings])


def _asked(request: SignedInRequest) -> Asked:
    return asked_range(request.GET, today_of(request.user, clock.now()))


def _table(text: str, asked: Asked) -> HttpResponse:
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    name = f"insights-{asked.first.isoformat()}-{asked.last.isoformat()}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
