"""Checking in through the API: single days, ranges, and operations of devices that were offline."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.decorators import api_view
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from habits import services
from habits.api.describe import describe_blank, describe_day, describe_entry, describe_habits, describe_unit
from habits.api.schema import documented
from habits.api.serializers import EntryShape, OpShape
from habits.models import Entry
from habits.selectors import history_of
from habits.selectors.history import LONGEST_DAYS, day_views, owned_habit
from habits.services import EntryWrite, Op, Written
from smarthabit.accounts.api.callers import caller
from smarthabit.accounts.api.lean import lean_api_view
from smarthabit.accounts.selectors import today_of
from smarthabit.accounts.user import User
from smarthabit.kernel import clock
from smarthabit.kernel.api.fields import DayField
from smarthabit.kernel.api.pagination import Page
from smarthabit.kernel.api.problems import flattened
from smarthabit.kernel.api.requests import checked, day_range, tab_of
from smarthabit.kernel.errors import RuleError, VersionConflict

_DAY = DayField()
FILLED_DAYS = 400
"""The most days that ``?fill=1`` lists."""


@documented("entry", body=EntryShape)
@lean_api_view(["PUT", "DELETE"])
def entry(request: Request, pk: int, day: str) -> Response:
    """State something about a day, or take it back."""
    user, now = caller(request), clock.now()
    if request.method == "DELETE":
        write = EntryWrite(pk, _day(day), delete=True, if_version=_if_match(request))
    else:
        write = EntryWrite(pk, _day(day), checked(EntryShape, request).change(), if_version=_if_match(request))
    try:
        written = services.write_entries(
            user=user, writes=[write], now=now, source="api", tab=tab_of(request), week=False
        )
    except VersionConflict as conflict:
        raise VersionConflict(_current(user, pk, conflict.current, now)) from conflict
    outcome = written.outcomes[0]
    if outcome.entry is None:
        return Response(status=204)
    answer = {
        **describe_entry(outcome.entry, written.states[pk, write.day]),
        "habit": describe_habits(user, [written.view(pk, today_of(user, now), week=False)])[0],
    }
    etag = {"ETag": f'"{outcome.entry.version}"'}
    return Response(answer, status=201 if outcome.created else 200, headers=etag)


@documented("entries", listed=["from", "to", "fill"])
@api_view(["GET"])
def entries(request: Request, pk: int) -> Response:
    """The entries of a habit in a range; with ``?fill=1`` every day of it with its state."""
    user, now = caller(request), clock.now()
    habit = owned_habit(user, pk)
    today = today_of(user, now)
    if request.query_params.get("fill") in {"1", "true"}:
        first, last = day_range(request, today - dt.timedelta(days=29), today, most=FILLED_DAYS)
        return Response({"results": _filled(user, pk, first, last, now), "next": None, "previous": None})
    rows = Entry.objects.owned_by(user).filter(habit=habit)
    if {"from", "to"} & set(request.query_params):
        first, last = day_range(request, dt.date(1900, 1, 1), dt.date.max, most=dt.date.max.toordinal())
        rows = rows.filter(day__range=(first, last))
    page = Page(request, rows, "day")
    views = day_views(user, pk, [row.day for row in page.rows], now)
    return page.respond([describe_entry(row, views[row.day].state) for row in page.rows])


@documented("history", listed=["from", "to"])
@api_view(["GET"])
def history(request: Request, pk: int) -> Response:
    """Every day of a range with state, value, strength and streak, and the units that touch it."""
    user, now = caller(request), clock.now()
    first, last = _asked_days(request, user, pk, now)
    past = history_of(user, pk, now, first, last)
    return Response({"days": [describe_day(one) for one in past.days], "units": [describe_unit(u) for u in past.units]})


def _asked_days(request: Request, user: User, pk: int, now: dt.datetime) -> tuple[dt.date | None, dt.date | None]:
    """The ends that the query names. With one alone the range runs from the start or to today, limited too."""
    query = request.query_params
    first = _day(query["from"], "from") if "from" in query else None
    last = _day(query["to"], "to") if "to" in query else None
    if first or last:
        started, today = owned_habit(user, pk).started_on, today_of(user, now)
        day_range(request, min(started, last or today), max(today, first or today), most=LONGEST_DAYS)
    return first, last


@documented("bulk")
@api_view(["POST"])
def bulk(request: Request) -> Response:
    """Apply operations in order; each op_id is done once and answered the same ever after."""
    user, now = caller(request), clock.now()
    data: dict[str, Any] = request.data if isinstance(request.data, dict) else {}
    ops = data.get("ops")
    if not isinstance(ops, list) or not 0 < len(ops) <= services.MOST_OPS:
        raise ValidationError(
            {"ops": [_("A list of 1 to %(most)d operations is needed.") % {"most": services.MOST_OPS}]}
        )
    device = data.get("device", "")
    device = device[:64] if isinstance(device, str) else ""
    parsed = [_op(one, index, device) for index, one in enumerate(ops)]
    results = services.apply_ops(user=user, ops=parsed, now=now, describe=_described, tab=tab_of(request))
    return Response({"results": results})


def _op(raw: Any, index: int, device: str) -> Op:
    op_id = raw.get("op_id") if isinstance(raw, dict) else None
    if not isinstance(op_id, str) or not 0 < len(op_id) <= 64:
        raise ValidationError({f"ops.{index}.op_id": [_("An op_id of 1 to 64 characters is needed.")]})
    shape = OpShape(data=raw)
    if not shape.is_valid():
        field, messages = next(iter(flattened(shape.errors)))
        return Op(op_id, None, RuleError("invalid", messages[0], field))
    data = shape.validated_data
    return Op(
        op_id,
        EntryWrite(
            data["habit"],
            data["day"],
            shape.change(),
            delete=data.get("deleted", False),
            base_version=data.get("base_version"),
            client_ts=data.get("client_ts"),
            device=data.get("device") or device,
            op_id=op_id,
        ),
    )


def _described(row: Entry, written: Written) -> dict[str, Any]:
    return {**describe_entry(row, written.states[row.habit_id, row.day]), "habit": str(row.habit_id)}


def _current(user: User, pk: int, row: Entry | None, now: dt.datetime) -> dict[str, Any] | None:
    if row is None:
        return None
    return describe_entry(row, day_views(user, pk, [row.day], now)[row.day].state)


def _filled(user: User, pk: int, first: dt.date, last: dt.date, now: dt.datetime) -> list[dict[str, Any]]:
    stored = {row.day: row for row in Entry.objects.owned_by(user).filter(habit_id=pk, day__range=(first, last))}
    days = history_of(user, pk, now, first, last).days
    return [describe_entry(stored[one.day], one.state) if one.day in stored else describe_blank(one) for one in days]


def _day(text: str, name: str = "day") -> dt.date:
    try:
        day: dt.date = _DAY.run_validation(text)
    except ValidationError as error:
        raise ValidationError({name: error.detail}) from error
    return day


def _if_match(request: Request) -> int | str | None:
    tag = request.headers.get("If-Match")
    if tag is None:
        return None
    tag = tag.strip().removeprefix("W/").strip('"')
    if tag == services.ANY_VERSION:
        return tag
    return int(tag) if tag.isascii() and tag.isdigit() and len(tag) < 12 else -1
