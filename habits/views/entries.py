"""Checking in: one day of one habit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from habits import words
from habits.charts.strip import Mark
from habits.forms.entry import EntryForm
from habits.rows import is_simple, kind_of, marks_of, plain, row_of, rows_of
from habits.selectors import HabitView, habit_views
from habits.services import UNSET, EntryChange, EntryOutcome, EntryWrite, Written, write_entries
from smarthabit.accounts.requests import SignedInRequest
from smarthabit.accounts.selectors import today_of
from smarthabit.kernel import clock
from smarthabit.kernel.api.requests import tab_of
from smarthabit.kernel.errors import NotFound, RuleError, VersionConflict


@login_required
@require_http_methods(["GET", "POST"])
def entry(request: SignedInRequest, pk: int, day: date) -> HttpResponse:
    """GET: everything that can be said about the day. POST: say it."""
    if request.method == "POST":
        return _write(request, pk, day)
    view = _view_or_404(request, pk, day)
    return _sheet(request, view, EntryForm(initial=_initial(view)))


def _write(request: SignedInRequest, pk: int, day: date) -> HttpResponse:
    form = EntryForm(request.POST)
    if not form.is_valid():
        return _sheet(request, _view_or_404(request, pk, day), form, status=422)
    try:
        written = _state(request, pk, day, form)
    except NotFound as error:
        raise Http404 from error
    except RuleError as error:
        return _refused(request, _view_or_404(request, pk, day), form, error.message)
    except VersionConflict:
        said = _("This was changed elsewhere in the meantime, so it was left as it is.")
        return _refused(request, _view_or_404(request, pk, day), form, said)
    view = written.view(pk, day)
    return _answer(request, view, Said(_toast_words(view), undo=_undo(written.outcomes[0])))


def _state(request: SignedInRequest, pk: int, day: date, form: EntryForm) -> Written:
    now, user, version = clock.now(), request.user, form.cleaned_data["version"]
    if form.cleaned_data["clear"]:
        write = EntryWrite(pk, day, delete=True, if_version=version)
    else:
        write = EntryWrite(pk, day, form.change(day, today_of(user, now), now), if_version=version)
    return write_entries(user=user, writes=[write], now=now, tab=tab_of(request))


def _refused(request: SignedInRequest, view: HabitView, form: EntryForm, why: str) -> HttpResponse:
    """What was typed into a sheet stays there, beside what the day says now; a press alone is answered by the row."""
    typed = request.GET.get("in") == "list" if request.htmx else "note" in request.POST
    if typed:
        form.add_error(None, why)
        return _sheet(request, view, form, status=422)
    return _answer(request, view, Said(why, failed=True))


@dataclass(frozen=True, slots=True)
class Said:
    """What the answer to a write tells: in a toast beside the row, or on top of the next page."""

    text: str
    failed: bool = False
    undo: dict[str, Any] | None = None


def _answer(request: SignedInRequest, view: HabitView, said: Said) -> HttpResponse:
    """The row with a toast where the page shows the row, else back to where the form was."""
    if request.htmx and request.htmx.target == f"habit-{view.habit.pk}":
        return render(request, "habits/_row_answer.html", {"row": rows_of(request.user, [view])[0], "toast": said})
    if said.failed or said.undo:
        messages.add_message(request, messages.ERROR if said.failed else messages.SUCCESS, said.text)
    return redirect(_next(request, view.day))


def _toast_words(view: HabitView) -> str:
    """What became of the day: "Read: 12 min", "Meditate: done"."""
    (mark,), value = marks_of([view.cell], kind_of(view)), view.cell.value
    stated = value is not None and not is_simple(view) and mark is not Mark.SKIPPED
    what = words.amount_words(value or 0, view.habit.unit) if stated else words.mark_words(mark)
    return _("%(habit)s: %(what)s") % {"habit": view.habit.name, "what": what}


def _undo(outcome: EntryOutcome) -> dict[str, Any] | None:
    """The fields that bring back what was there before; None where nothing changed."""
    if not outcome.changed:
        return None
    version = outcome.entry.version if outcome.entry else None
    if outcome.created:
        return {"clear": "1", "version": version}
    before: EntryChange = outcome.before
    fields: dict[str, Any] = {"value": "", "skipped": "", "note": "", "version": version}
    if isinstance(before.value_milli, int):
        fields["value"] = plain(before.value_milli)
    if before.skipped is True:
        fields["skipped"] = "1"
    if before.note is not UNSET:
        fields["note"] = before.note
    if before.performed_at is not UNSET and before.performed_at is not None:
        fields["performed_at"] = before.performed_at.isoformat()
    return fields


def _sheet(request: SignedInRequest, view: HabitView, form: EntryForm, status: int = 200) -> HttpResponse:
    row = row_of(view)
    limit = view.rules.kind == "limit"
    context = {
        "row": row,
        "form": form,
        "limit": limit,
        "held_value": "0" if limit else "1",
        "failed_value": "1" if limit else "0",
        "version": view.entry.version if view.entry else "",
        "day_words": words.day_words(view.day, view.snapshot.today.day),
        "next": _next(request, view.day),
        "in_list": _in_list(request, view),
    }
    template = "habits/_entry.html" if request.htmx else "habits/entry.html"
    return render(request, template, context, status=status)


def _in_list(request: SignedInRequest, view: HabitView) -> bool:
    """Whether the sheet stands over a list: opened from there, or showing why what was typed into a row was refused."""
    typed = request.method == "POST" and request.htmx.target == f"habit-{view.habit.pk}"
    return bool(request.htmx) and (typed or request.GET.get("in") == "list")


def _initial(view: HabitView) -> dict[str, Any]:
    entry = view.entry
    if entry is None:
        return {}
    value = "" if entry.value_milli is None else plain(entry.value_milli)
    return {"value": value, "note": entry.note, "skipped": entry.skipped}


def _view_or_404(request: SignedInRequest, pk: int, day: date) -> HabitView:
    views = habit_views(request.user, clock.now(), day=day, ids=[pk])
    if not views:
        raise Http404
    return views[0]


def _next(request: SignedInRequest, day: date) -> str:
    """Where to go on: the page named by `next`, if it is one of ours, else the day."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if wanted and url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        return wanted
    return reverse("day", args=[day])
