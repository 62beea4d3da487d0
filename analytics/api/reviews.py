"""Weekly reviews: list, read, write, finish, delete. A review's address is the first day of its week."""

from __future__ import annotations

from datetime import date
from typing import Any

from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.api.describe_reviews import describe_review, describe_view
from analytics.models.reviews import WORDS
from analytics.selectors.reviews import all_reviews, review_of
from analytics.services import ReviewWords, delete_review, finish_review, write_review
from habits.api.schema import documented
from smarthabit.accounts.api.callers import caller
from smarthabit.kernel import clock
from smarthabit.kernel.api.fields import DayField, IdField, StrictText
from smarthabit.kernel.api.pagination import Page
from smarthabit.kernel.api.requests import checked, tab_of
from smarthabit.kernel.errors import NotFound


class ReviewPatch(serializers.Serializer[Any]):
    """What a person says of a week; what is left out stays as it is. ``habit`` is what the change is about."""

    wins = StrictText(max_length=WORDS, allow_blank=True, required=False)
    misses = StrictText(max_length=WORDS, allow_blank=True, required=False)
    change = StrictText(max_length=WORDS, allow_blank=True, required=False)
    habit = IdField(required=False, allow_null=True)


class ReviewShape(ReviewPatch):
    """A review to be begun: its week, by the first day, and what there is to say so far."""

    week = DayField()


class FinishShape(serializers.Serializer[Any]):
    """Nothing has to be said."""


@documented("reviews", body=ReviewShape)
@api_view(["GET", "POST"])
def reviews(request: Request) -> Response:
    """List the user's reviews, the latest week first, or begin one; beginning one that is there writes into it."""
    user = caller(request)
    if request.method == "POST":
        said = dict(checked(ReviewShape, request).validated_data)
        week = said.pop("week")
        write_review(user=user, week=week, words=ReviewWords(**said), now=clock.now(), tab=tab_of(request))
        return _answer(request, week, status=201)
    page = Page(request, all_reviews(user), "-week")
    return page.respond([describe_review(row) for row in page.rows])


@documented("review", body=ReviewPatch)
@api_view(["GET", "PUT", "PATCH", "DELETE"])
def review(request: Request, week: date) -> Response:
    """Read, write or delete the review of a week; PUT empties what it leaves out and begins one where there is none."""
    user, now = caller(request), clock.now()
    if request.method == "DELETE":
        delete_review(user=user, week=week, tab=tab_of(request))
        return Response(status=204)
    if request.method in {"PUT", "PATCH"}:
        said = checked(ReviewPatch, request).validated_data
        if request.method == "PUT":
            said = {"wins": "", "misses": "", "change": "", "habit": None} | said
        elif review_of(user, week, now) is None:
            raise NotFound
        write_review(user=user, week=week, words=ReviewWords(**said), now=now, tab=tab_of(request))
    return _answer(request, week)


@documented("review_finish", body=FinishShape)
@api_view(["POST"])
def finish(request: Request, week: date) -> Response:
    """Finish the review of a week: its figures are kept with it. Again, it stays as it was finished."""
    checked(FinishShape, request)
    finish_review(user=caller(request), week=week, now=clock.now(), tab=tab_of(request))
    return _answer(request, week)


def _answer(request: Request, week: date, *, status: int = 200) -> Response:
    view = review_of(caller(request), week, clock.now())
    if view is None:
        raise NotFound
    return Response(describe_view(view), status=status)
