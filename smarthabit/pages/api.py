"""The part of the API that belongs to the live socket."""

from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers, status
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from smarthabit.accounts.api.callers import caller
from smarthabit.accounts.connections import TICKET_SECONDS, issue_ticket


@extend_schema(
    summary="A ticket for the live socket",
    description=(
        f"Opens `/ws/live/?ticket=...` once, within {TICKET_SECONDS} seconds. The connection ends when the session or "
        "the token family that asked for it does."
    ),
    request=None,
    responses={201: inline_serializer("LiveTicket", {"ticket": serializers.CharField()})},
)
@api_view(["POST"])
def live_ticket(request: Request) -> Response:
    """A one-time ticket for a script that wants to listen."""
    family = getattr(request.auth, "pk", "")
    session_key = "" if family else request.session.session_key or ""
    ticket = issue_ticket(caller(request), session_key=session_key, family=str(family))
    return Response({"ticket": ticket}, status=status.HTTP_201_CREATED, headers={"Cache-Control": "no-store"})
