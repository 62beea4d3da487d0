"""Figures of a range, over all habits or one."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _
from rest_framework.decorators import api_view
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.api.describe import describe_figures, describe_levels, describe_milestones, describe_pairs
from analytics.ranges import USUAL
from analytics.selectors import LONGEST_DAYS, Ranges, figures_of_habit, overview_of, owned_habit, pairs_of
from habits.api.schema import documented
from smarthabit.accounts.api.callers import caller
from smarthabit.accounts.selectors import today_of
from smarthabit.kernel import clock
from smarthabit.kernel.api.fields import DayField
from smarthabit.kernel.api.requests import day_range

PARAMETERS = ["from", "to", "against_from", "against_to"]


@documented("overview", listed=PARAMETERS)
@api_view(["GET"])
def overview(request: Request) -> Response:
    """The figures of all habits over a range, the last 90 days unless told otherwise, and how they compare.

    Of more than 300 habits the first 300 in the user's order are counted, those in use before those put away; `partial`
    says so.
    """
    user, now = caller(request), clock.now()
    found = overview_of(user, now, _ranges(request, today_of(user, now)))
    return Response({**describe_figures(found), "correlations": describe_pairs(found.pairs)})


@documented("analytics", listed=PARAMETERS)
@api_view(["GET"])
def habit(request: Request, pk: int) -> Response:
    """The same for one habit, with its milestones; its correlations are those with other habits."""
    user, now = caller(request), clock.now()
    found_habit = owned_habit(user, pk)
    ranges = _ranges(request, today_of(user, now))
    found = figures_of_habit(user, found_habit, now, ranges)
    pairs = [pair for pair in pairs_of(user, now, ranges) if pk in {pair.first, pair.second}]
    return Response(
        {
            "habit": str(pk),
            **describe_figures(found.figures),
            "year": describe_levels(found.figures.year, found.levels),
            "milestones": describe_milestones(found.milestones),
            "correlations": describe_pairs(pairs),
        }
    )


def _ranges(request: Request, today: dt.date) -> Ranges:
    query = request.query_params
    last: dt.date = DayField().run_validation(query["to"]) if "to" in query else today
    usual = dt.date.fromordinal(max(last.toordinal() - USUAL + 1, 1))
    first, last = day_range(request, usual, last, most=LONGEST_DAYS)
    return Ranges(first, last, _against(request, first, last))


def _against(request: Request, first: dt.date, last: dt.date) -> tuple[dt.date, dt.date] | None:
    """The other range; where only its beginning is named it is as long as the first, None where nothing is named."""
    query = request.query_params
    if "against_from" not in query:
        if "against_to" in query:
            raise ValidationError({"against_from": [_("The first day of the other range is needed, too.")]})
        return None
    begin: dt.date = DayField().run_validation(query["against_from"])
    most = dt.date.max.toordinal()
    end = dt.date.fromordinal(min(begin.toordinal() + (last - first).days, most))
    return day_range(request, begin, end, most=LONGEST_DAYS, names=("against_from", "against_to"))
