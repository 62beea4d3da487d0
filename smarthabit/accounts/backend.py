"""Who is signed in, by a statement written out once: every request of a page asks for it."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from smarthabit.accounts.user import User
from smarthabit.kernel.statements import KeptQuery

_by_id: KeptQuery[User] = KeptQuery(lambda pk: User.objects.filter(pk=pk), 1)


class Backend(AuthenticationBackend):
    """allauth's, with its own way to read."""

    def get_user(self, user_id: Any) -> User | None:
        """The active person with this id."""
        found = _by_id(user_id)
        return found[0] if found and found[0].is_active else None
