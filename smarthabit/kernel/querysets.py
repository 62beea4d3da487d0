"""Filters that start from the owner: nothing is reached any other way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self, TypeVar

from django.db import models

if TYPE_CHECKING:
    from smarthabit.accounts.user import User

M = TypeVar("M", bound=models.Model)


class OwnedQuerySet(models.QuerySet[M]):
    """Rows that carry their owner in ``user``."""

    def owned_by(self, user: User) -> Self:
        """The rows of this user."""
        return self.filter(user_id=user.pk)
