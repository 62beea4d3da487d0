"""The list of what happened lately, and taking a change of an entry back from it."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from habits.services import undo_entry
from smarthabit.accounts.requests import SignedInRequest
from smarthabit.kernel import clock
from smarthabit.kernel.api.requests import tab_of
from smarthabit.kernel.errors import NotFound, RuleError, VersionConflict
from smarthabit.pages.activity import activity_context

_LONGEST = 9
"""Digits of a version."""


@login_required
@require_safe
def activity(request: SignedInRequest) -> HttpResponse:
    """What happened lately."""
    return render(request, "pages/activity.html", _context(request))


@login_required
@require_safe
def rows(request: SignedInRequest) -> HttpResponse:
    """The list alone, for a page that is out of date."""
    return render(request, "pages/_activity.html", _context(request))


@login_required
@require_POST
def undo(request: SignedInRequest, pk: int, day: date) -> HttpResponse:
    """Take back the last change of a day, if it is still the one that was shown."""
    version = request.POST.get("version", "")
    if not (version.isdecimal() and len(version) <= _LONGEST):
        return _answer(request, _("This cannot be taken back."), failed=True)
    try:
        undo_entry(user=request.user, habit_id=pk, day=day, version=int(version), now=clock.now(), tab=tab_of(request))
    except NotFound as error:
        raise Http404 from error
    except RuleError as error:
        return _answer(request, error.message, failed=True)
    except VersionConflict:
        return _answer(request, _("This day was changed again since, so it was left as it is."), failed=True)
    return _answer(request, _("Taken back."))


def _answer(request: SignedInRequest, text: str, *, failed: bool = False) -> HttpResponse:
    """The list with a toast where the list asked, else back to the page."""
    if request.htmx:
        return render(request, "pages/_activity_answer.html", {**_context(request), "toast": {"text": text}})
    messages.add_message(request, messages.ERROR if failed else messages.SUCCESS, text)
    context = _context(request)
    told = urlencode({name: context[name] for name in ("kind", "before") if context[name]})
    return redirect(f"{reverse('activity')}?{told}" if told else "activity")


def _context(request: SignedInRequest) -> dict[str, Any]:
    asked = request.POST if request.method == "POST" else request.GET
    kind, before = asked.get("kind", ""), asked.get("before", "")
    return activity_context(request.user, clock.now(), kind=kind, before=before)
