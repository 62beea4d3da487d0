"""The audit log: rows are added here and nowhere changed."""

import datetime as dt
from enum import StrEnum
from typing import Any

from smarthabit.accounts.models import AuditEvent, User


class Kind(StrEnum):
    """What the log knows."""

    REGISTERED = "registered"
    SIGNED_IN = "sign_in"
    SIGN_IN_FAILED = "sign_in_failed"
    LOCKED_OUT = "locked_out"
    SIGNED_OUT = "sign_out"
    TOKEN_ISSUED = "token_issued"  # noqa: S105 - the name of an event
    TOKEN_REPLAYED = "token_replayed"  # noqa: S105 - the name of an event
    TOKEN_REVOKED = "token_revoked"  # noqa: S105 - the name of an event
    FEED_MADE = "feed_made"
    FEED_REVOKED = "feed_revoked"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - the name of an event
    DATA_EXPORTED = "data_exported"
    ACCOUNT_DELETED = "account_deleted"
    DEACTIVATED = "deactivated"
    ADMIN_CHANGE = "admin_change"


def record(
    kind: Kind,
    *,
    now: dt.datetime,
    user: User | None = None,
    address: str | None = None,
    actor: str = "",
    **detail: Any,
) -> None:
    """Add a row. ``actor`` is the email address of an operator who acted on ``user``'s account.

    What a stranger typed as an email address is never kept: it may be a password in the wrong field.
    """
    AuditEvent.objects.create(kind=kind, at=now, user=user, address=address, actor_email=actor, detail=detail)
