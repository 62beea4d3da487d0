"""Pauses of a habit or of the whole account."""

from __future__ import annotations

from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from habits import services
from habits.api.describe import describe_pause
from habits.api.schema import documented
from habits.api.serializers import PauseShape
from habits.models import Pause
from smarthabit.accounts.api.callers import caller
from smarthabit.kernel import clock
from smarthabit.kernel.api.pagination import Page
from smarthabit.kernel.api.requests import checked, tab_of
from smarthabit.kernel.errors import NotFound


@documented("pauses", body=PauseShape)
@api_view(["GET", "POST"])
def pauses(request: Request) -> Response:
    """List the pauses, or make one."""
    user = caller(request)
    if request.method == "POST":
        data = checked(PauseShape, request).validated_data
        pause = services.add_pause(
            user=user,
            now=clock.now(),
            starts_on=data["from"],
            ends_on=data.get("to"),
            habit_id=data.get("habit"),
            reason=data.get("reason", ""),
            tab=tab_of(request),
        )
        return Response(describe_pause(pause), status=201)
    page = Page(request, Pause.objects.owned_by(user), "-starts_on", "-id")
    return page.respond([describe_pause(row) for row in page.rows])


@documented("pause")
@api_view(["GET", "DELETE"])
def pause(request: Request, pk: int) -> Response:
    """Read a pause, or take it back as if it had never been."""
    user = caller(request)
    if request.method == "DELETE":
        services.delete_pause(user=user, pause_id=pk, now=clock.now(), tab=tab_of(request))
        return Response(status=204)
    row = Pause.objects.owned_by(user).filter(pk=pk).first()
    if row is None:
        raise NotFound
    return Response(describe_pause(row))
