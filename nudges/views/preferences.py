"""The settings page of nudges."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from nudges.board import channel_rows, habit_rows, push_of
from nudges.forms import HabitForm, PreferencesForm
from nudges.selectors.preferences import habit_preferences, preferences_of, stopped
from nudges.services import change_preferences, prefer_for_habit
from smarthabit.accounts.requests import SignedInRequest
from smarthabit.kernel import clock
from smarthabit.kernel.api.requests import tab_of
from smarthabit.kernel.errors import RuleError
from smarthabit.kernel.lists import page_number


@login_required
@require_http_methods(["GET", "POST"])
def preferences(request: SignedInRequest) -> HttpResponse:
    """Channels, quiet hours, budgets, tone, experiments."""
    user = request.user
    form = PreferencesForm(request.POST) if request.method == "POST" else PreferencesForm.of(preferences_of(user))
    if form.is_bound and form.is_valid():
        change = form.change(request.POST.getlist("channels"))
        try:
            change_preferences(user=user, change=change, now=clock.now(), tab=tab_of(request))
        except RuleError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            messages.success(request, _("Saved."))
            return redirect("nudges:preferences")
    return page(request, form=form, status=422 if form.errors else 200)


@login_required
@require_POST
def habits(request: SignedInRequest) -> HttpResponse:
    """The best time and the frequency of each habit on the page."""
    user, now, number = request.user, clock.now(), page_number(request)
    rows, _more = habit_rows(user, now, number)
    wanted = habit_preferences(user)
    forms = {row["habit"].pk: HabitForm(request.POST, prefix=f"habit-{row['habit'].pk}") for row in rows}
    if not all(form.is_valid() for form in forms.values() if _was_sent(form, request)):
        messages.error(request, _("That could not be read. Please try again."))
        return redirect(_page_url(number))
    for habit_id, form in forms.items():
        own = wanted.get(habit_id)
        before = (own.slot, own.reminders) if own else (None, "usual")
        if _was_sent(form, request) and before != (form.cleaned_data["slot"], form.cleaned_data["reminders"]):
            prefer_for_habit(user=user, habit_id=habit_id, now=now, tab=tab_of(request), **form.cleaned_data)
    messages.success(request, _("Saved."))
    return redirect(_page_url(number))


def page(
    request: SignedInRequest, *, form: PreferencesForm | None = None, status: int = 200, **more: Any
) -> HttpResponse:
    """The whole page; `more` holds forms of channels that were refused, and a secret that is shown once."""
    user, number = request.user, page_number(request)
    row = preferences_of(user)
    rows, further = habit_rows(user, clock.now(), number)
    context = {
        "form": form or PreferencesForm.of(row),
        "channels": channel_rows(user, row),
        "chosen": row.channels,
        "push": push_of(user),
        "habit_rows": rows,
        "page": number,
        "more": further,
        "stopped": stopped(),
        **more,
    }
    return render(request, "nudges/preferences.html", context, status=status)


def _was_sent(form: HabitForm, request: SignedInRequest) -> bool:
    return f"{form.prefix}-reminders" in request.POST


def _page_url(number: int) -> str:
    return reverse("nudges:preferences") + (f"?page={number}" if number > 1 else "") + "#habits"
