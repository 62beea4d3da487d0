"""The ledger of a user, what is done about a nudge, preferences, and the devices that may be woken."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from habits.api.schema import documented
from nudges import services
from nudges.api.describe import describe_device, describe_nudge, describe_preferences, public_key
from nudges.api.serializers import PreferencesPatch, PushShape, SnoozeShape, WebhookShape
from nudges.models import Nudge, PushSubscription
from nudges.selectors.preferences import habit_preferences, preferences_of
from nudges.services import targets
from nudges.services.reactions import SNOOZE
from smarthabit.accounts.api.callers import caller
from smarthabit.accounts.user import User
from smarthabit.kernel import clock
from smarthabit.kernel.api.pagination import Page
from smarthabit.kernel.api.requests import checked, tab_of


@documented("nudges")
@api_view(["GET"])
def nudges(request: Request) -> Response:
    """List the ledger, the latest first: one row a channel, also what was not sent, with its reason."""
    page = Page(request, Nudge.objects.owned_by(caller(request)), "-due_at", "-id")
    return page.respond([describe_nudge(row) for row in page.rows])


@documented("nudge_seen")
@api_view(["POST"])
def seen(request: Request, pk: int) -> Response:
    """The nudge was looked at."""
    return _done(services.see(user=caller(request), nudge_id=pk, now=clock.now(), tab=tab_of(request)))


@documented("nudge_snooze", body=SnoozeShape)
@api_view(["POST"])
def snooze(request: Request, pk: int) -> Response:
    """Be told again later the same day, outside of quiet hours."""
    minutes = checked(SnoozeShape, request).validated_data.get("minutes")
    by = SNOOZE if minutes is None else timedelta(minutes=minutes)
    return _done(services.snooze(user=caller(request), nudge_id=pk, now=clock.now(), by=by, tab=tab_of(request)))


@documented("nudge_dismiss")
@api_view(["POST"])
def dismiss(request: Request, pk: int) -> Response:
    """The nudge was waved away."""
    return _done(services.dismiss(user=caller(request), nudge_id=pk, now=clock.now(), tab=tab_of(request)))


@documented("nudge_act")
@api_view(["POST"])
def act(request: Request, pk: int) -> Response:
    """The habit was done: the day of the nudge gets its target, unless it holds as much already."""
    return _done(services.act(user=caller(request), nudge_id=pk, now=clock.now(), tab=tab_of(request)))


@documented("nudge_preferences", body=PreferencesPatch)
@api_view(["GET", "PATCH"])
def preferences(request: Request) -> Response:
    """Channels, quiet hours, budgets, tone, experiments, and the wishes for single habits."""
    user = caller(request)
    if request.method == "PATCH":
        _change(user, checked(PreferencesPatch, request), tab_of(request))
    described = describe_preferences(user, preferences_of(user), habit_preferences(user))
    return Response({**described, "vapid_public_key": public_key()})


@documented("nudge_devices", body=PushShape)
@api_view(["GET", "POST"])
def devices(request: Request) -> Response:
    """List the browsers that may be woken, or add one."""
    user = caller(request)
    if request.method == "POST":
        told = checked(PushShape, request).validated_data
        fields = {"endpoint": told["endpoint"], **told["keys"], "device": told.get("device", "")}
        row, created = targets.subscribe(user=user, now=clock.now(), **fields)
        return Response(describe_device(row), status=201 if created else 200)
    page = Page(request, PushSubscription.objects.owned_by(user), "-id")
    return page.respond([describe_device(row) for row in page.rows])


@documented("nudge_device")
@api_view(["DELETE"])
def device(request: Request, pk: int) -> Response:
    """Take a browser off the list."""
    targets.unsubscribe_device(user=caller(request), subscription_id=pk, now=clock.now())
    return Response(status=204)


@documented("nudge_webhook", body=WebhookShape)
@api_view(["PUT", "DELETE"])
def webhook(request: Request) -> Response:
    """Name the address of the webhook, and get the secret its messages are signed with; or forget it."""
    user = caller(request)
    if request.method == "DELETE":
        targets.remove_target(user=user, kind="webhook", now=clock.now())
        return Response(status=204)
    url = checked(WebhookShape, request).validated_data["url"]
    secret = targets.set_webhook(user=user, url=url, now=clock.now())
    return Response({"secret": secret}, headers={"Cache-Control": "no-store"})


@transaction.atomic
def _change(user: User, shape: PreferencesPatch, tab: str) -> None:
    now = clock.now()
    services.change_preferences(user=user, change=shape.change(), now=now, tab=tab)
    for wish in shape.validated_data.get("habits", ()):
        told: dict[str, Any] = {name: wish[name] for name in ("slot", "reminders") if name in wish}
        services.prefer_for_habit(user=user, habit_id=wish["habit"], now=now, tab=tab, **told)


def _done(nudge: Nudge) -> Response:
    return Response(describe_nudge(nudge))
