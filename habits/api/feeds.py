"""Calendar feeds: their addresses are made and ended here, and read by calendar programs."""

from __future__ import annotations

from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from habits.api.describe import describe_feed
from habits.api.schema import documented
from habits.api.serializers import FeedShape
from habits.feeds import services
from habits.feeds.drawing import address_of
from habits.feeds.selectors import feed_of, feeds_of
from smarthabit.accounts.api.callers import caller
from smarthabit.kernel import clock
from smarthabit.kernel.api.address import client_address
from smarthabit.kernel.api.pagination import Page
from smarthabit.kernel.api.requests import checked


@documented("feeds", body=FeedShape)
@api_view(["GET", "POST"])
def feeds(request: Request) -> Response:
    """List the feeds, or make one; only the answer to that holds its address."""
    user = caller(request)
    if request.method == "POST":
        data = checked(FeedShape, request).validated_data
        feed, token = services.make_feed(
            user=user,
            name=data["name"],
            tag=data.get("tag") or "",
            now=clock.now(),
            address=client_address(request._request),
        )
        return Response({**describe_feed(feed), "address": address_of(token)}, status=201)
    page = Page(request, feeds_of(user), "id")
    return page.respond([describe_feed(row) for row in page.rows])


@documented("feed")
@api_view(["GET", "DELETE"])
def feed(request: Request, pk: int) -> Response:
    """Read what is known of a feed, or revoke it."""
    user = caller(request)
    if request.method == "DELETE":
        services.revoke_feed(user=user, feed_id=pk, now=clock.now(), address=client_address(request._request))
        return Response(status=204)
    return Response(describe_feed(feed_of(user, pk)))
