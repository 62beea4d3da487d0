"""Risks of open units, and how right those of the past were."""

from __future__ import annotations

from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.risk.describe import describe_reliability, describe_unit_risk
from analytics.risk.reading import risks_of
from analytics.risk.records import reliability_of
from habits.api.schema import documented
from habits.selectors import views_of
from habits.selectors.pasts import habits_in_use
from smarthabit.accounts.api.callers import caller
from smarthabit.kernel import clock
from smarthabit.kernel.api.pagination import Page


@documented("risk")
@api_view(["GET"])
def risks(request: Request) -> Response:
    """The risk of each open unit that is asked for, in the order of the habits; a page goes through 50 habits."""
    user, now = caller(request), clock.now()
    page = Page(request, habits_in_use(user), "position", "id")
    found = risks_of(user, views_of(user, page.rows, now), now)
    return page.respond([describe_unit_risk(found[habit.pk], now) for habit in page.rows if habit.pk in found])


@documented("risk_calibration")
@api_view(["GET"])
def calibration(request: Request) -> Response:
    """How right the forecasts of the last twelve months were."""
    user = caller(request)
    return Response(describe_reliability(reliability_of(user, clock.now())))
