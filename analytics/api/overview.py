"""Figures of a range, over all habits or one."""

from __future__ import annotations

import datetime as dt

from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.api.describe import describe_figures, describe_pairs
from analytics.ranges import USUAL
from analytics.selectors import LONGEST_DAYS, figures_of_habit, overview_of, owned_habit
from habits.api.schema import documented
from smarthabit.accounts.api.callers import caller
from smarthabit.accounts.selectors import today_of
from smarthabit.accounts.user import User
from smarthabit.kernel import clock
from smarthabit.kernel.api.fields import DayField
from smarthabit.kernel.api.requests import day_range


@documented("overview", listed=["from", "to"])
@api_view(["GET"])
def overview(request: Request) -> Response:
    """The figures of all habits over a range, the last 90 days unless told otherwise."""
    user, now = caller(request), clock.now()
    first, last = _range(request, user, now)
    found = overview_of(user, now, first, last)
    return Response({**describe_figures(found), "correlations": describe_pairs(found.pairs)})


@documented("analytics", listed=["from", "to"])
@api_view(["GET"])
def habit(request: Request, pk: int) -> Response:
    """The same for one habit; its correlations are those with other habits."""
    user, now = caller(request), clock.now()
    found_habit = owned_habit(user, pk)
    first, last = _range(request, user, now)
    found = figures_of_habit(user, found_habit, now, first, last)
    pairs = [pair for pair in overview_of(user, now, first, last).pairs if pk in {pair.first, pair.second}]
    return Response({"habit": str(pk), **describe_figures(found), "correlations": describe_pairs(pairs)})


def _range(request: Request, user: User, now: dt.datetime) -> tuple[dt.date, dt.date]:
    query, today = request.query_params, today_of(user, now)
    last: dt.date = DayField().run_validation(query["to"]) if "to" in query else today
    usual = dt.date.fromordinal(max(last.toordinal() - USUAL + 1, 1))
    return day_range(request, usual, last, most=LONGEST_DAYS)
