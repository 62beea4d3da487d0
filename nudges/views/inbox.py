"""The inbox, the bell with the newest nudge, and what is done about one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from nudges.channels.in_app.channel import trial_of
from nudges.rows import row_of, unread_words
from nudges.selectors.inbox import LISTED, count_unread, inbox, newest_unread
from nudges.selectors.preferences import preferences_of
from nudges.services import act, dismiss, snooze
from nudges.services.reading import see_all
from smarthabit.accounts.requests import SignedInRequest
from smarthabit.accounts.selectors import seq_of
from smarthabit.kernel import clock
from smarthabit.kernel.errors import NotFound, RuleError
from smarthabit.kernel.lists import page_number

REACTIONS = {"done": act, "snooze": snooze, "dismiss": dismiss}


@login_required
@require_safe
def nudges(request: SignedInRequest) -> HttpResponse:
    """What was sent, and why."""
    return render(request, "nudges/inbox.html", _context(request))


@login_required
@require_safe
def rows(request: SignedInRequest) -> HttpResponse:
    """The list alone, for a page that is out of date."""
    return render(request, "nudges/_list.html", _context(request))


@login_required
@require_safe
def bell(request: SignedInRequest) -> HttpResponse:
    """The bell, and the newest nudge that nobody has looked at yet, for a page that was told of one."""
    return render(request, "nudges/_bell.html", _bell(request, pops_up=True))


@login_required
@require_POST
def seen(request: SignedInRequest) -> HttpResponse:
    """Everything in the inbox was looked at."""
    see_all(user=request.user, now=clock.now())
    return render(request, "nudges/_bell.html", _bell(request)) if request.htmx else redirect("nudges:inbox")


@login_required
@require_POST
def react(request: SignedInRequest, pk: int, kind: str) -> HttpResponse:
    """Done, later or never mind. The tab that asks is told like every other: its own rows move, too."""
    if kind not in REACTIONS:
        raise Http404
    said = {"done": _("Recorded."), "snooze": _("We will come back to it in an hour."), "dismiss": _("All right.")}
    try:
        REACTIONS[kind](user=request.user, nudge_id=pk, now=clock.now())
    except NotFound as error:
        raise Http404 from error
    except RuleError as error:
        return _answer(request, error.message, failed=True)
    return _answer(request, said[kind])


def _answer(request: SignedInRequest, text: str, *, failed: bool = False) -> HttpResponse:
    """The bell with a toast where a toast asked, else back to the inbox."""
    if request.htmx:
        return render(request, "nudges/_answer.html", {**_bell(request), "toast": {"text": text}})
    messages.add_message(request, messages.ERROR if failed else messages.SUCCESS, text)
    return redirect("nudges:inbox")


def _bell(request: SignedInRequest, *, pops_up: bool = False) -> dict[str, Any]:
    user, now = request.user, clock.now()
    newest = newest_unread(user, now) if pops_up else None
    return {
        "unread": unread_words(count_unread(user)),
        "nudge": row_of(newest, preferences_of(user).tone) if newest else None,
        "trial": trial_of(user.pk) if pops_up else None,
    }


def _context(request: SignedInRequest) -> dict[str, Any]:
    user, now, page = request.user, clock.now(), page_number(request)
    seq = seq_of(user)
    tone = preferences_of(user).tone
    found = inbox(user, now, offset=(page - 1) * LISTED, limit=LISTED + 1)
    return {
        "rows": [row_of(occasion, tone) for occasion in found[:LISTED]],
        "any_unread": any(occasion.unread for occasion in found[:LISTED]),
        "page": page,
        "more": len(found) > LISTED,
        "live_seq": seq,
    }
