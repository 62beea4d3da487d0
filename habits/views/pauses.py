"""Days on which nothing is asked."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from habits.forms.amounts import place_error
from habits.forms.pause import PLACES, PauseForm
from habits.selectors.records import pauses_of
from habits.services import add_pause, delete_pause, end_pause
from habits.views.detail import detail_context
from smarthabit.accounts.requests import SignedInRequest
from smarthabit.accounts.selectors import today_of
from smarthabit.kernel import clock
from smarthabit.kernel.api.requests import tab_of
from smarthabit.kernel.errors import NotFound, RuleError


@login_required
@require_http_methods(["GET", "POST"])
def pauses(request: SignedInRequest) -> HttpResponse:
    """All pauses, and a form that pauses everything."""
    today = today_of(request.user, clock.now())
    form = PauseForm(request.POST or None, initial={"starts_on": today})
    if form.is_valid() and _add(request, form, None):
        messages.success(request, _("Everything is paused. Nothing is asked of you in the meantime."))
        return redirect("habits:pauses")
    context = {"form": form, "pauses": pauses_of(request.user), "today": today}
    return render(request, "habits/pauses.html", context, status=422 if form.is_bound else 200)


@login_required
@require_POST
def pause_habit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Pause one habit."""
    context = detail_context(request.user, pk, clock.now())
    form = PauseForm(request.POST)
    if form.is_valid() and _add(request, form, pk):
        messages.success(request, _("%(habit)s is paused.") % {"habit": context["habit"].name})
        return redirect("habits:detail", pk)
    return render(request, "habits/detail.html", {**context, "pause_form": form}, status=422)


def _add(request: SignedInRequest, form: PauseForm, habit_id: int | None) -> bool:
    """Add the pause; False, with the reason in the form, where a rule forbids it."""
    fields = form.fields_of_service()
    try:
        add_pause(user=request.user, habit_id=habit_id, now=clock.now(), tab=tab_of(request), **fields)
    except RuleError as error:
        place_error(form, error, PLACES)
        return False
    return True


@login_required
@require_POST
def end(request: SignedInRequest, pk: int) -> HttpResponse:
    """Come back today."""
    try:
        end_pause(user=request.user, pause_id=pk, now=clock.now(), tab=tab_of(request))
    except NotFound as error:
        raise Http404 from error
    messages.success(request, _("Welcome back."))
    return redirect("habits:pauses")


@login_required
@require_POST
def remove(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a pause back as if it had never been."""
    try:
        delete_pause(user=request.user, pause_id=pk, now=clock.now(), tab=tab_of(request))
    except NotFound as error:
        raise Http404 from error
    messages.success(request, _("The pause is removed."))
    return redirect("habits:pauses")
