"""Making, changing, letting go of and deleting goals."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from goals.forms import PLACES, GoalForm, initial_of
from goals.presets import presets_for
from goals.selectors import GoalView, goal_views
from goals.selectors.views import Feed, feed_of
from goals.services import GoalDraft, create_goal, delete_goal, set_abandoned, update_goal
from habits.forms.amounts import place_error
from habits.selectors import HabitView, habit_views
from habits.selectors.pasts import owned_habits
from smarthabit.accounts.requests import SignedInRequest
from smarthabit.accounts.user import User
from smarthabit.kernel import clock
from smarthabit.kernel.api.requests import tab_of
from smarthabit.kernel.errors import NotFound, RuleError
from smarthabit.kernel.ids import ids_of

OFFERED = 60
"""Habits that the form offers; a goal on any other begins on that habit's page."""


@login_required
@require_http_methods(["GET", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    """Make a goal: one that suits a habit at once, or by the form."""
    now = clock.now()
    habit = _named_habit(request, now)
    presets = presets_for(habit) if habit else []
    offered = _offered(request.user, (feed_of(habit.habit),) if habit else ())
    if request.method != "POST":
        return _form_page(request, GoalForm(initial=_start(habit), offered=offered), "goals/new.html", habit, presets)
    picked = next((one for one in presets if one.key == request.POST.get("preset")), None)
    form = GoalForm(None if picked else request.POST, initial=_start(habit), offered=offered)
    if picked or form.is_valid():
        try:
            return _create(request, picked.draft if picked else form.draft(), now)
        except RuleError as error:
            place_error(form, error, PLACES)
    return _form_page(request, form, "goals/new.html", habit, presets)


def _create(request: SignedInRequest, draft: GoalDraft, now: datetime) -> HttpResponse:
    goal = create_goal(user=request.user, draft=draft, now=now, tab=tab_of(request))
    messages.success(request, _("The goal is set."))
    return redirect("goals:detail", goal.pk)


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change a goal."""
    now = clock.now()
    view = goal_or_404(request.user, pk, now)
    data = request.POST if request.method == "POST" else None
    form = GoalForm(data, initial=initial_of(view), offered=_offered(request.user, view.feeds))
    if form.is_valid():
        try:
            update_goal(user=request.user, goal_id=pk, change=form.change(), now=now, tab=tab_of(request))
        except RuleError as error:
            place_error(form, error, PLACES)
        else:
            messages.success(request, _("Saved."))
            return redirect("goals:detail", pk)
    return _form_page(request, form, "goals/edit.html", None, [], goal=view.goal)


@login_required
@require_POST
def abandon(request: SignedInRequest, pk: int) -> HttpResponse:
    """Let go of a goal, or take it up again."""
    away = request.POST.get("abandoned") != "0"
    try:
        set_abandoned(user=request.user, goal_id=pk, abandoned=away, now=clock.now(), tab=tab_of(request))
    except NotFound as error:
        raise Http404 from error
    messages.success(request, _("You let go of this goal. It can be taken up again.") if away else _("Good to go on."))
    return redirect("goals:detail", pk)


@login_required
@require_http_methods(["GET", "POST"])
def delete(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask whether to delete a goal for good, and do it."""
    view = goal_or_404(request.user, pk, clock.now())
    if request.method != "POST":
        return render(request, "goals/delete.html", {"goal": view.goal})
    delete_goal(user=request.user, goal_id=pk, tab=tab_of(request))
    messages.success(request, _("%(goal)s is deleted.") % {"goal": view.goal.title})
    return redirect("goals:list")


def goal_or_404(user: User, pk: int, now: datetime) -> GoalView:
    """The user's goal. Raises Http404."""
    views = goal_views(user, now, ids=[pk])
    if not views:
        raise Http404
    return views[0]


def _named_habit(request: SignedInRequest, now: datetime) -> HabitView | None:
    """The habit that the address names. Raises Http404 for one that is not the user's."""
    asked = request.GET.get("habit", "")
    if not asked:
        return None
    views = habit_views(request.user, now, ids=ids_of([asked]))
    if not views:
        raise Http404
    return views[0]


def _start(habit: HabitView | None) -> dict[str, Any]:
    """What the empty form shows."""
    if habit is None:
        return {}
    added_up = habit.habit.kind == "build" and bool(habit.habit.unit)
    return {
        "habits": [str(habit.habit.pk)],
        "measure": "total" if added_up else "count",
        "unit": habit.habit.unit if added_up else "",
    }


def _offered(user: User, first: tuple[Feed, ...]) -> list[Feed]:
    """The habits to choose from: those that are meant already, then the user's in their order."""
    known = {feed.habit_id for feed in first}
    return [*first, *(feed_of(habit) for habit in owned_habits(user, most=OFFERED) if habit.pk not in known)]


def _form_page(
    request: SignedInRequest, form: GoalForm, template: str, habit: HabitView | None, presets: list[Any], **more: Any
) -> HttpResponse:
    context = {"form": form, "habit": habit.habit if habit else None, "presets": presets, **more}
    return render(request, template, context, status=422 if form.is_bound else 200)
