"""Habits: list, create, read, change, delete, reorder, and their plans."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from rest_framework.decorators import api_view
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from habits import services
from habits.api.describe import describe_habits, describe_plan
from habits.api.schema import documented
from habits.api.serializers import HabitCreation, HabitPatch
from habits.models import Habit
from habits.selectors import habit_views, plans_of, views_of
from smarthabit.accounts.api.callers import caller
from smarthabit.accounts.user import User
from smarthabit.kernel import clock
from smarthabit.kernel.api.fields import IdField
from smarthabit.kernel.api.pagination import Page
from smarthabit.kernel.api.requests import checked, tab_of
from smarthabit.kernel.errors import NotFound, RuleError

MOST_REORDERED = 20_000


@documented("habits", body=HabitCreation, listed=["archived", "tag"])
@api_view(["GET", "POST"])
def habits(request: Request) -> Response:
    """List the user's habits, or create one."""
    user = caller(request)
    if request.method == "POST":
        draft = checked(HabitCreation, request).draft()
        habit = services.create_habit(user=user, draft=draft, now=clock.now(), tab=tab_of(request))
        return Response(_one(user, habit.pk), status=201)
    rows = Habit.objects.owned_by(user).select_related("state")
    rows = rows.archived() if _flag(request, "archived") else rows.active()
    if tag := request.query_params.get("tag"):
        rows = rows.tagged(tag)
    page = Page(request, rows, "position", "id")
    return page.respond(describe_habits(user, views_of(user, page.rows, clock.now())))


@documented("habit", body=HabitPatch)
@api_view(["GET", "PATCH", "DELETE"])
def habit(request: Request, pk: int) -> Response:
    """Read, change or delete one habit."""
    user = caller(request)
    if request.method == "DELETE":
        services.delete_habit(user=user, habit_id=pk, tab=tab_of(request))
        return Response(status=204)
    if request.method == "PATCH":
        _change(request, user, pk)
    return Response(_one(user, pk))


@documented("reorder")
@api_view(["POST"])
def reorder(request: Request) -> Response:
    """Put the named habits into this order."""
    ids = request.data.get("ids") if isinstance(request.data, dict) else None
    if not isinstance(ids, list) or len(ids) > MOST_REORDERED:
        raise ValidationError({"ids": [_("A list of habit ids is needed.")]})
    numbers = [IdField().run_validation(one) for one in ids]
    services.reorder_habits(user=caller(request), ids=numbers, tab=tab_of(request))
    return Response(status=204)


@documented("plans")
@api_view(["GET"])
def plans(request: Request, pk: int) -> Response:
    """The plan versions of a habit, the earliest first."""
    found = [describe_plan(plan) for plan in plans_of(caller(request), pk)]
    return Response({"results": found, "next": None, "previous": None})


@transaction.atomic
def _change(request: Request, user: User, pk: int) -> None:
    shape = checked(HabitPatch, request)
    data, now, tab = shape.validated_data, clock.now(), tab_of(request)
    if "kind" in data:
        _keep_kind(user, pk, data["kind"])
    services.update_habit(
        user=user, habit_id=pk, change=shape.change(), effective_from=data.get("effective_from"), now=now, tab=tab
    )
    if "archived" in data:
        services.set_archived(user=user, habit_id=pk, archived=data["archived"], now=now, tab=tab)


def _keep_kind(user: User, pk: int, kind: str) -> None:
    current = Habit.objects.owned_by(user).filter(pk=pk).values_list("kind", flat=True).first()
    if current is None:
        raise NotFound
    if current != kind:
        raise RuleError("kind_is_fixed", _("The kind of a habit cannot be changed."), "kind")


def _one(user: User, pk: int) -> dict[str, Any]:
    views = habit_views(user, clock.now(), ids=[pk])
    if not views:
        raise NotFound
    return describe_habits(user, views)[0]


def _flag(request: Request, name: str) -> bool:
    value = request.query_params.get(name, "").lower()
    if value in {"", "0", "false"}:
        return False
    if value in {"1", "true"}:
        return True
    raise ValidationError({name: [_("Yes or no is needed: 1 or 0.")]})
