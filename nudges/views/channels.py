"""Setting channels up: addresses, devices, and a test of each."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from nudges import channels
from nudges.board import push_of
from nudges.channels import Delivered, Outcome, Retry
from nudges.services import targets
from nudges.services.trial import send_test
from nudges.views.preferences import page
from smarthabit.accounts.requests import SignedInRequest
from smarthabit.accounts.templatetags.agents import agent_name
from smarthabit.kernel import clock
from smarthabit.kernel.errors import NotFound, RuleError

LONGEST = 2_000


@login_required
@require_POST
def trial(request: SignedInRequest, kind: str) -> HttpResponse:
    """Send a test by one channel, and say what became of it."""
    if channels.channel(kind) is None:
        raise Http404
    try:
        outcome = send_test(user=request.user, kind=kind, now=clock.now())
    except RuleError as error:
        return _tried(request, error.message, good=False)
    return _tried(request, outcome_words(outcome), good=isinstance(outcome, Delivered))


@login_required
@require_POST
def webhook(request: SignedInRequest) -> HttpResponse:
    """Name the address of the webhook; the answer shows its secret, once."""
    url = request.POST.get("url", "")[: LONGEST + 1]
    try:
        secret = targets.set_webhook(user=request.user, url=url, now=clock.now())
    except RuleError as error:
        return page(request, refused={"webhook": error.message, "value": url}, status=422)
    return page(request, secret=secret)


@login_required
@require_POST
def messenger(request: SignedInRequest) -> HttpResponse:
    """Name an Apprise address."""
    address = request.POST.get("address", "")[: LONGEST + 1]
    try:
        targets.set_messenger(user=request.user, address=address, now=clock.now())
    except RuleError as error:
        return page(request, refused={"apprise": error.message, "value": address}, status=422)
    messages.success(request, _("Saved."))
    return redirect("nudges:preferences")


@login_required
@require_POST
def remove(request: SignedInRequest, kind: str) -> HttpResponse:
    """Forget the address of a channel."""
    if kind not in {"webhook", "apprise"}:
        raise Http404
    targets.remove_target(user=request.user, kind=kind, now=clock.now())
    messages.success(request, _("The address is removed, and the channel is off."))
    return redirect("nudges:preferences")


@login_required
@require_POST
def subscribe(request: SignedInRequest) -> HttpResponse:
    """Let this browser be woken."""
    told = {name: request.POST.get(name, "")[: LONGEST + 1] for name in ("endpoint", "p256dh", "auth")}
    device = agent_name(request.headers.get("User-Agent", ""))
    try:
        targets.subscribe(user=request.user, **told, device=device, now=clock.now())
    except RuleError as error:
        return render(request, "nudges/_refused.html", {"error": error.message}, status=422)
    return _devices(request, _("Nudges reach you on this device now."))


@login_required
@require_POST
def remove_device(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a browser off the list."""
    try:
        targets.unsubscribe_device(user=request.user, subscription_id=pk, now=clock.now())
    except NotFound as error:
        raise Http404 from error
    if request.htmx:
        return _devices(request, _("The device is removed."))
    messages.success(request, _("The device is removed."))
    return redirect("nudges:preferences")


def outcome_words(outcome: Outcome) -> str:
    """What became of a test, for the person who asked for it."""
    if isinstance(outcome, Delivered):
        return _("Sent. It should be there in a moment.")
    if isinstance(outcome, Retry):
        return _("It was not taken right now (%(reason)s). A nudge would be tried again.") % {"reason": outcome.reason}
    return _("It was refused (%(reason)s). Please check the address.") % {"reason": outcome.reason}


def _tried(request: SignedInRequest, text: str, *, good: bool) -> HttpResponse:
    if request.htmx:
        return render(request, "nudges/_tried.html", {"text": text, "good": good})
    messages.add_message(request, messages.SUCCESS if good else messages.ERROR, text)
    return redirect("nudges:preferences")


def _devices(request: SignedInRequest, said: str) -> HttpResponse:
    return render(request, "nudges/_devices.html", {"push": push_of(request.user), "said": said})
