"""The list of habits: a year of each, in the user's order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from habits import words
from habits.charts.heatmap import Heatmap, heatmap
from habits.domain.calendar import week_of
from habits.models import Habit
from habits.rows import kind_of
from habits.selectors import HabitView, day_levels, habit_views
from habits.selectors.records import tag_names
from habits.services import reorder_habits
from smarthabit.accounts.requests import SignedInRequest
from smarthabit.accounts.selectors import seq_of, today_of
from smarthabit.accounts.user import User
from smarthabit.kernel import clock
from smarthabit.kernel.api.requests import tab_of
from smarthabit.kernel.errors import NotFound, RuleError
from smarthabit.kernel.ids import id_of, ids_of
from smarthabit.kernel.lists import page_number

PAGE = 25
"""Habits on a page: each carries a year of days."""
WEEKS = timedelta(weeks=52)
FULL = 4


@dataclass(frozen=True, slots=True)
class Listed:
    """One habit of the list."""

    view: HabitView
    plan: str
    heat: Heatmap
    heat_words: str


@login_required
@require_safe
def habits(request: SignedInRequest) -> HttpResponse:
    """The habits in use, by tag or name where asked."""
    context = _list_context(request, archived=False)
    if context["page"] > 1 and not context["listed"]:
        return redirect(f"{request.path}?{context['narrowed'].removeprefix('&')}")  # a page that there was before
    return render(request, "habits/list.html", context)


@login_required
@require_safe
def archived(request: SignedInRequest) -> HttpResponse:
    """The habits put away."""
    return render(request, "habits/archived.html", _list_context(request, archived=True))


@login_required
@require_safe
def rows(request: SignedInRequest) -> HttpResponse:
    """The list alone, for a page that is out of date."""
    return render(request, "habits/_list.html", _list_context(request, archived=False))


@login_required
@require_POST
def reorder(request: SignedInRequest) -> HttpResponse:
    """Put habits into another order: `ids` as they shall stand, or `up` or `down` with the id of one to move."""
    ids = _wanted_order(request)
    if ids:
        try:
            reorder_habits(user=request.user, ids=ids, tab=tab_of(request))
        except (NotFound, RuleError) as error:
            raise Http404 from error
    if request.htmx:
        answer = render(request, "habits/_list.html", _list_context(request, archived=False))
        return trigger_client_event(answer, "announce", {"text": _place_words(request)})
    return redirect(f"{reverse('habits:list')}?page={page_number(request)}")


def _wanted_order(request: SignedInRequest) -> list[int]:
    ids = ids_of(request.POST.getlist("ids"))
    if ids:
        return ids
    for name, step in (("up", -1), ("down", 1)):
        moved = id_of(request.POST.get(name, ""))
        if moved is not None:
            return _swapped(request.user, moved, step)
    return []


def _place_words(request: SignedInRequest) -> str:
    """Where a habit that was moved by a button stands now, for those who do not see it move."""
    moved = id_of(request.POST.get("up") or request.POST.get("down") or "")
    order = list(Habit.objects.owned_by(request.user).active().values_list("pk", "name")) if moved is not None else []
    places = (
        _("%(habit)s is now number %(place)d of %(count)d.") % {"habit": name, "place": place, "count": len(order)}
        for place, (pk, name) in enumerate(order, start=1)
        if pk == moved
    )
    return next(places, _("The order is saved."))


def _swapped(user: User, moved: int, step: int) -> list[int]:
    """The habit and its neighbour, the other way round; empty at the end of the list."""
    order = list(Habit.objects.owned_by(user).active().values_list("pk", flat=True))
    if moved not in order:
        raise Http404
    at = order.index(moved)
    if not 0 <= at + step < len(order):
        return []
    pair = [order[at], order[at + step]]
    return pair if step < 0 else pair[::-1]


def _list_context(request: SignedInRequest, *, archived: bool) -> dict[str, Any]:
    user, now = request.user, clock.now()
    page, tag, sought = page_number(request), request.GET.get("tag", ""), request.GET.get("q", "").strip()
    offset = (page - 1) * PAGE
    ids = _found(user, tag, sought, offset, archived=archived) if sought else None
    views = habit_views(user, now, archived=archived, ids=ids, tag=tag or None, offset=offset, limit=PAGE + 1)
    today = today_of(user, now)
    return {
        "listed": _listed(user, views[:PAGE], today),
        "tags": tag_names(user),
        "tag": tag,
        "sought": sought,
        "seeking": "q" in request.GET and not sought,
        "narrowed": "".join(f"&{urlencode({name: asked})}" for name, asked in (("tag", tag), ("q", sought)) if asked),
        "page": page,
        "more": len(views) > PAGE,
        "sortable": not (archived or tag or sought),
        "any": bool(views) or page > 1 or bool(tag or sought),
        "today": today,
        "live_seq": views[0].version if views else seq_of(user),
    }


def _found(user: User, tag: str, sought: str, offset: int, *, archived: bool) -> list[int]:
    """The habits whose names contain what is sought."""
    habits = Habit.objects.owned_by(user)
    habits = habits.archived() if archived else habits.active()
    if tag:
        habits = habits.tagged(tag)
    found = habits.filter(name__icontains=sought)[offset : offset + PAGE + 1]
    return list(found.values_list("pk", flat=True))


def _listed(user: User, views: Sequence[HabitView], today: date) -> list[Listed]:
    first = year_before(today, user.week_starts_on)
    levels = day_levels(user, [view.habit for view in views], first, today, clock.now())
    return [_one(view, levels[view.habit.pk], first, today, user.week_starts_on) for view in views]


def year_before(today: date, week_starts_on: int) -> date:
    """The first day of a year's heatmap: 52 whole weeks before the week of today."""
    return week_of(today, week_starts_on)[0] - WEEKS


def _one(view: HabitView, levels: list[int], first: date, today: date, week_starts_on: int) -> Listed:
    habit, plan = view.habit, view.plan
    by_day = {first + timedelta(days=number): level for number, level in enumerate(levels) if level > 0}
    full = sum(level == FULL for level in levels)
    return Listed(
        view=view,
        plan=words.plan_words(plan.schedule, kind_of(view), plan.target, habit.unit),
        heat=heatmap(by_day, first, today, week_starts_on),
        heat_words=words.year_words(full),
    )
