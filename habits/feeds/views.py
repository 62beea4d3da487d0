"""The page about feeds, and the feeds themselves."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from habits.feeds import ical, services, tokens
from habits.feeds.drawing import FORM, address_of, drawn, subscription_of
from habits.feeds.forms import FeedForm
from habits.feeds.selectors import Opened, feed_of, feeds_of, opened_by
from habits.forms.amounts import place_error
from habits.selectors.records import tag_names
from smarthabit.accounts.requests import SignedInRequest
from smarthabit.accounts.selectors import today_of
from smarthabit.kernel import clock
from smarthabit.kernel.api.address import client_address
from smarthabit.kernel.api.throttling import wait_of
from smarthabit.kernel.errors import NotFound, RuleError

_FOR_NOBODY_ELSE = {
    "Cache-Control": "private, no-cache",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",  # the address is the key: no search engine may keep it
}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def feeds(request: SignedInRequest) -> HttpResponse:
    """The user's feeds and a form for one more; the answer to that form shows the address, once."""
    tags = tag_names(request.user)
    form = FeedForm(request.POST or None, tags=tags)
    if form.is_valid():
        now, source = clock.now(), client_address(request)
        try:
            made, token = services.make_feed(user=request.user, now=now, address=source, **form.cleaned_data)
        except RuleError as error:
            place_error(form, error)
        else:
            address = address_of(token)
            shown: dict[str, Any] = {"made": made, "address": address, "subscription": subscription_of(address)}
            return _page(request, FeedForm(tags=tags), **shown)
    return _page(request, form, status=422 if form.is_bound else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask whether a feed is to end, and end it."""
    try:
        feed = feed_of(request.user, pk)
        if request.method == "POST":
            services.revoke_feed(user=request.user, feed_id=pk, now=clock.now(), address=client_address(request))
    except NotFound as error:
        raise Http404 from error
    if request.method == "POST":
        messages.success(request, _("“%(name)s” is revoked. Its address leads nowhere any more.") % {"name": feed.name})
        return redirect("feeds:list")
    template = "habits/feeds/_revoke.html" if request.htmx else "habits/feeds/revoke.html"
    return render(request, template, {"feed": feed, "sheet": bool(request.htmx)})


@csrf_exempt  # it asks for no cookie: the token alone vouches
@require_safe
def calendar(request: HttpRequest, token: str) -> HttpResponseBase:
    """A feed, for whoever has its address. One that is unknown, revoked or of a closed account is answered the same."""
    if (wait := _wait(request, token)) is not None:
        return HttpResponse(status=429, headers={**_FOR_NOBODY_ELSE, "Retry-After": str(max(1, math.ceil(wait)))})
    opened = opened_by(token)
    if opened is None:
        return HttpResponse("Not found.\n", content_type="text/plain", status=404, headers=_FOR_NOBODY_ELSE)
    feed, now = opened.feed, clock.now()
    services.note_read(feed=feed, now=now)
    with translation.override(feed.user.language or feed.language or settings.LANGUAGE_CODE):
        return _answer(request, opened, now)


def _answer(request: HttpRequest, opened: Opened, now: datetime) -> HttpResponseBase:
    """The calendar, or that it has not changed: what a user changes has a number, and days go by by themselves."""
    (feed, seq), language = opened, translation.get_language()
    tag = f'W/"{FORM}-{feed.pk}-{seq}-{today_of(feed.user, now):%Y%m%d}-{language}"'
    headers = {**_FOR_NOBODY_ELSE, "ETag": tag, "Content-Language": str(language)}
    answer = get_conditional_response(request, etag=tag)
    if answer is None:
        named = {"Content-Disposition": 'inline; filename="habits.ics"'}
        answer = HttpResponse(drawn(feed, now, seq), content_type=ical.CONTENT_TYPE, headers=named)
    for header, value in headers.items():
        answer.headers[header] = value
    return answer


def _wait(request: HttpRequest, token: str) -> float | None:
    """For how many seconds the address, or whoever has this token, has to wait; a token counts whether it is one or
    not, so that nothing is told by it.
    """
    by_address = wait_of("address", client_address(request) or "unknown")
    return by_address if by_address is not None else wait_of("feed", tokens.hashed(token))


def _page(request: SignedInRequest, form: FeedForm, *, status: int = 200, **more: Any) -> HttpResponse:
    listed = list(feeds_of(request.user))
    room = len(listed) < services.MOST_FEEDS
    return render(
        request, "habits/feeds/feeds.html", {"form": form, "feeds": listed, "room": room, **more}, status=status
    )
