"""Making, changing, putting away and deleting habits."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from habits.domain.entry import Kind
from habits.forms.amounts import place_error
from habits.forms.habit import PLACES, EditHabitForm, HabitForm, NewHabitForm, initial_of, initial_of_preset
from habits.presets import PRESETS, preset_of
from habits.rows import kind_of
from habits.services import HabitDraft, create_habit, delete_habit, set_archived, update_habit
from habits.views.detail import habit_or_404
from smarthabit.accounts.requests import SignedInRequest
from smarthabit.accounts.selectors import today_of
from smarthabit.kernel import clock
from smarthabit.kernel.api.requests import tab_of
from smarthabit.kernel.errors import NotFound, RuleError


@login_required
@require_http_methods(["GET", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    """Make a habit: from a preset at once, or by the form."""
    if request.method == "POST" and (preset := preset_of(request.POST.get("preset", ""))):
        return _create(request, preset.draft())
    form = NewHabitForm(request.POST) if request.method == "POST" else NewHabitForm(initial=_start(request))
    if form.is_valid():
        try:
            return _create(request, form.draft())
        except RuleError as error:
            place_error(form, error, PLACES)
    return _form_page(request, form, "habits/new.html", {"presets": PRESETS})


def _start(request: SignedInRequest) -> dict[str, Any]:
    """What the empty form shows: a preset to adjust, where the address names one."""
    today = today_of(request.user, clock.now())
    preset = preset_of(request.GET.get("preset", ""))
    return {"anchor": today, **(initial_of_preset(preset) if preset else {})}


def _create(request: SignedInRequest, draft: HabitDraft) -> HttpResponse:
    habit = create_habit(user=request.user, draft=draft, now=clock.now(), tab=tab_of(request))
    messages.success(request, _("%(habit)s is on your list.") % {"habit": habit.name})
    return redirect("today")


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change a habit, from a day on."""
    now = clock.now()
    view = habit_or_404(request.user, pk, now)
    data = request.POST if request.method == "POST" else None
    form = EditHabitForm(data, initial=initial_of(view, view.snapshot.today.day), fixed_kind=kind_of(view))
    if form.is_valid() and _update(request, pk, form):
        messages.success(request, _("Saved."))
        return redirect("habits:detail", pk)
    return _form_page(request, form, "habits/edit.html", {"habit": view.habit})


def _update(request: SignedInRequest, pk: int, form: EditHabitForm) -> bool:
    """Save the form; False, with the reason in the form, where a rule forbids it."""
    try:
        update_habit(
            user=request.user,
            habit_id=pk,
            change=form.change(),
            effective_from=form.cleaned_data["effective_from"],
            now=clock.now(),
            tab=tab_of(request),
        )
    except RuleError as error:
        place_error(form, error, PLACES)
        return False
    return True


def _form_page(request: SignedInRequest, form: HabitForm, template: str, more: dict[str, Any]) -> HttpResponse:
    context = {
        "form": form,
        "sentence": form.sentence() if form.is_bound else form.opening_sentence(),
        **more,
    }
    return render(request, template, context, status=422 if form.is_bound else 200)


@login_required
@require_POST
def in_words(request: SignedInRequest) -> HttpResponse:
    """What a half-filled form asks for, in a sentence."""
    fixed: Kind | None = None
    if "kind" in request.GET:
        fixed = "limit" if request.GET["kind"] == "limit" else "build"
    form = EditHabitForm(request.POST, fixed_kind=fixed) if fixed else NewHabitForm(request.POST)
    form.is_valid()
    return render(request, "habits/_sentence.html", {"sentence": form.sentence()})


@login_required
@require_POST
def archive(request: SignedInRequest, pk: int) -> HttpResponse:
    """Put a habit away, or take it out again."""
    away = request.POST.get("archived") != "0"
    try:
        habit = set_archived(user=request.user, habit_id=pk, archived=away, now=clock.now(), tab=tab_of(request))
    except NotFound as error:
        raise Http404 from error
    said = _("%(habit)s is archived. Its history is kept.") if away else _("%(habit)s is back on your list.")
    messages.success(request, said % {"habit": habit.name})
    return redirect("habits:list") if away else redirect("habits:detail", pk)


@login_required
@require_http_methods(["GET", "POST"])
def delete(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask whether to delete a habit for good, and do it."""
    view = habit_or_404(request.user, pk, clock.now())
    if request.method != "POST":
        return render(request, "habits/delete.html", {"habit": view.habit})
    delete_habit(user=request.user, habit_id=pk, tab=tab_of(request))
    messages.success(request, _("%(habit)s is deleted.") % {"habit": view.habit.name})
    return redirect("habits:list")
