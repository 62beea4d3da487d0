"""Goals: list, create, read, change, delete, and what is entered for them by hand."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from goals import services
from goals.api.describe import describe_goal, describe_goals, describe_progress
from goals.api.serializers import GoalPatch, GoalShape, ProgressShape
from goals.models import Goal, ManualProgress
from goals.selectors import goal_views, views_of
from habits.api.schema import documented
from smarthabit.accounts.api.callers import caller
from smarthabit.accounts.user import User
from smarthabit.kernel import clock
from smarthabit.kernel.api.pagination import Page
from smarthabit.kernel.api.requests import checked, tab_of
from smarthabit.kernel.errors import NotFound


@documented("goals", body=GoalShape)
@api_view(["GET", "POST"])
def goals(request: Request) -> Response:
    """List the user's goals, the latest first, or create one."""
    user, now = caller(request), clock.now()
    if request.method == "POST":
        draft = checked(GoalShape, request).draft()
        goal = services.create_goal(user=user, draft=draft, now=now, tab=tab_of(request))
        return Response(_one(user, goal.pk), status=201)
    page = Page(request, Goal.objects.owned_by(user).detailed(), "-id")
    return page.respond(describe_goals(views_of(user, page.rows, now)))


@documented("goal", body=GoalPatch)
@api_view(["GET", "PATCH", "DELETE"])
def goal(request: Request, pk: int) -> Response:
    """Read, change or delete one goal."""
    user = caller(request)
    if request.method == "DELETE":
        services.delete_goal(user=user, goal_id=pk, tab=tab_of(request))
        return Response(status=204)
    if request.method == "PATCH":
        _change(request, user, pk)
    return Response(_one(user, pk))


@documented("progress", body=ProgressShape)
@api_view(["GET", "POST"])
def progress(request: Request, pk: int) -> Response:
    """List what was entered for a goal by hand, the latest first, or add an amount for a day."""
    user, now = caller(request), clock.now()
    if request.method == "POST":
        told = checked(ProgressShape, request).validated_data
        entry = services.add_progress(
            user=user,
            goal_id=pk,
            day=told["day"],
            amount_milli=told["amount"],
            note=told.get("note", ""),
            now=now,
            tab=tab_of(request),
        )
        return Response({**describe_progress(entry), "goal": _one(user, pk)}, status=201)
    if not Goal.objects.owned_by(user).filter(pk=pk).exists():
        raise NotFound
    page = Page(request, ManualProgress.objects.owned_by(user).filter(goal_id=pk), "-id")
    return page.respond([describe_progress(entry) for entry in page.rows])


@documented("progress_entry")
@api_view(["DELETE"])
def progress_entry(request: Request, pk: int, entry_pk: int) -> Response:
    """Take an entry back."""
    services.remove_progress(user=caller(request), goal_id=pk, entry_id=entry_pk, now=clock.now(), tab=tab_of(request))
    return Response(status=204)


@transaction.atomic
def _change(request: Request, user: User, pk: int) -> None:
    shape = checked(GoalPatch, request)
    now, tab = clock.now(), tab_of(request)
    services.update_goal(user=user, goal_id=pk, change=shape.change(), now=now, tab=tab)
    if "abandoned" in shape.validated_data:
        abandoned = shape.validated_data["abandoned"]
        services.set_abandoned(user=user, goal_id=pk, abandoned=abandoned, now=now, tab=tab)


def _one(user: User, pk: int) -> dict[str, Any]:
    views = goal_views(user, clock.now(), ids=[pk])
    if not views:
        raise NotFound
    return describe_goal(views[0])
