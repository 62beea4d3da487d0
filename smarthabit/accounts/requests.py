"""Requests as views behind a sign-in see them."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from smarthabit.accounts.user import User


class SignedInRequest(HttpRequest):
    """A request of a signed-in person; views that take one are wrapped in ``login_required``."""

    user: User
    htmx: HtmxDetails
