"""Suggestions on screens: the one of the day, all that are open, those that were answered, and the answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from analytics.suggestions.answering import accept, dismiss
from analytics.suggestions.making import look_once
from analytics.suggestions.places import PLACES, Place, place_context
from analytics.suggestions.undoing import undo
from analytics.suggestions.words import title_words
from smarthabit.accounts.requests import SignedInRequest
from smarthabit.kernel import clock
from smarthabit.kernel.api.requests import tab_of
from smarthabit.kernel.errors import NotFound, RuleError


@dataclass(frozen=True, slots=True)
class Said:
    """What the answer to a press tells, in a toast or on top of the next page; ``undo`` is what it can take back."""

    text: str
    failed: bool = False
    undo: int | None = None


@login_required
@require_safe
def of_the_day(request: SignedInRequest) -> HttpResponse:
    """Today's suggestion alone, for a page that is out of date."""
    return _place(request, PLACES["today"])


@login_required
@require_safe
def section(request: SignedInRequest) -> HttpResponse:
    """All open suggestions alone, for a page that is out of date."""
    look_once(request.user, clock.now())
    return _place(request, PLACES["insights"])


@login_required
@require_safe
def history(request: SignedInRequest) -> HttpResponse:
    """What was suggested before, and what it did."""
    return render(request, "analytics/suggestions.html", place_context(request, PLACES["history"]))


@login_required
@require_safe
def history_rows(request: SignedInRequest) -> HttpResponse:
    """The list of the history alone, for a page that is out of date."""
    return _place(request, PLACES["history"])


@login_required
@require_POST
def accept_one(request: SignedInRequest, pk: int) -> HttpResponse:
    """Apply a suggestion."""

    def accepted() -> Said:
        now, cue = clock.now(), request.POST.get("cue")
        row = accept(user=request.user, suggestion_id=pk, now=now, cue=cue, tab=tab_of(request))
        return Said(_("Applied: %(title)s") % {"title": title_words(row)}, undo=pk)

    return _answer(request, accepted)


@login_required
@require_POST
def dismiss_one(request: SignedInRequest, pk: int) -> HttpResponse:
    """Put a suggestion away."""

    def dismissed() -> Said:
        dismiss(user=request.user, suggestion_id=pk, now=clock.now(), tab=tab_of(request))
        return Said(_("Put away. This habit is left alone for four weeks."))

    return _answer(request, dismissed)


@login_required
@require_POST
def undo_one(request: SignedInRequest, pk: int) -> HttpResponse:
    """Undo a suggestion that was applied."""

    def undone() -> Said:
        row = undo(user=request.user, suggestion_id=pk, now=clock.now(), tab=tab_of(request))
        return Said(_("Undone: %(title)s") % {"title": title_words(row)})

    return _answer(request, undone)


def _answer(request: SignedInRequest, write: Callable[[], Said]) -> HttpResponse:
    """Without scripts one goes back to the page, with them to its piece of it and a toast."""
    place = PLACES.get(request.POST.get("from", ""), PLACES["insights"])
    try:
        said = write()
    except NotFound as error:
        raise Http404 from error
    except RuleError as error:
        said = Said(error.message, failed=True)
    if request.htmx:
        return render(request, "analytics/_suggestion_answer.html", {**place_context(request, place), "toast": said})
    messages.add_message(request, messages.ERROR if said.failed else messages.SUCCESS, said.text)
    return redirect(place.page)


def _place(request: SignedInRequest, place: Place) -> HttpResponse:
    return render(request, place.template, place_context(request, place))
