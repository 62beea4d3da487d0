"""Suggestions: list, read, apply, dismiss, undo."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.api.describe_suggestions import describe_suggestion
from analytics.models import Suggestion
from analytics.suggestions.answering import accept, dismiss
from analytics.suggestions.making import look_once
from analytics.suggestions.selectors import all_suggestions, owned_suggestion
from analytics.suggestions.undoing import undo
from habits.api.schema import documented
from smarthabit.accounts.api.callers import caller
from smarthabit.kernel import clock
from smarthabit.kernel.api.fields import StrictText
from smarthabit.kernel.api.pagination import Page
from smarthabit.kernel.api.requests import checked, tab_of


class AcceptShape(serializers.Serializer[Any]):
    """What may be said when a suggestion is applied: the sentence of its plan, in one's own words."""

    cue = StrictText(max_length=200, required=False)


class NothingShape(serializers.Serializer[Any]):
    """Nothing has to be said."""


@documented("suggestions", listed=["state"])
@api_view(["GET"])
def suggestions(request: Request) -> Response:
    """The user's suggestions, the latest first; ``?state=`` open, accepted, dismissed, undone or expired."""
    user = caller(request)
    look_once(user, clock.now())
    found = all_suggestions(user)
    if "state" in request.query_params:
        found = found.filter(state=_state(request.query_params["state"]))
    page = Page(request, found, "-id")
    return page.respond([describe_suggestion(row) for row in page.rows])


@documented("suggestion")
@api_view(["GET"])
def suggestion(request: Request, pk: int) -> Response:
    """One suggestion."""
    return Response(describe_suggestion(owned_suggestion(caller(request), pk)))


@documented("suggestion_accept", body=AcceptShape)
@api_view(["POST"])
def accept_suggestion(request: Request, pk: int) -> Response:
    """Apply a suggestion from today on; again, it stays applied."""
    cue = checked(AcceptShape, request).validated_data.get("cue")
    accept(user=caller(request), suggestion_id=pk, now=clock.now(), cue=cue, tab=tab_of(request))
    return suggestion_answer(request, pk)


@documented("suggestion_dismiss", body=NothingShape)
@api_view(["POST"])
def dismiss_suggestion(request: Request, pk: int) -> Response:
    """Put a suggestion away; again, it stays away."""
    checked(NothingShape, request)
    dismiss(user=caller(request), suggestion_id=pk, now=clock.now(), tab=tab_of(request))
    return suggestion_answer(request, pk)


@documented("suggestion_undo", body=NothingShape)
@api_view(["POST"])
def undo_suggestion(request: Request, pk: int) -> Response:
    """Undo a suggestion that was applied within the last 30 days; again, it stays undone."""
    checked(NothingShape, request)
    undo(user=caller(request), suggestion_id=pk, now=clock.now(), tab=tab_of(request))
    return suggestion_answer(request, pk)


def suggestion_answer(request: Request, pk: int) -> Response:
    """The suggestion as it is now."""
    return Response(describe_suggestion(owned_suggestion(caller(request), pk)))


def _state(asked: str) -> str:
    if asked not in Suggestion.State.values:
        raise ValidationError({"state": [f"One of {', '.join(Suggestion.State.values)}."]})
    return asked
