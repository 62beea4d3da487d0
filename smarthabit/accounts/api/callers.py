"""Who calls, and from where."""

from rest_framework.request import Request

from smarthabit.accounts.user import User
from smarthabit.kernel.api.address import client_address


def caller(request: Request) -> User:
    """The signed-in user of a view that only signed-in users reach."""
    user = request.user
    if not isinstance(user, User):
        raise TypeError("this view needs the permission IsAuthenticated")
    return user


def address_of(request: Request) -> str | None:
    """The client's address."""
    return client_address(request._request)
