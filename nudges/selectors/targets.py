"""Where a user's messages go outside of the app."""

from __future__ import annotations

from nudges.models import ChannelTarget, PushSubscription
from smarthabit.accounts.user import User

MOST_DEVICES = 20


def has_target(user: User, kind: str) -> bool:
    """Whether the user has named an address for this channel."""
    return ChannelTarget.objects.owned_by(user).filter(kind=kind).exists()


def target_of(user_id: int, kind: str) -> ChannelTarget | None:
    """The user's address for this channel; the newest, should there ever be two."""
    return ChannelTarget.objects.filter(user_id=user_id, kind=kind).order_by("-pk").first()


def targets_of(user: User) -> dict[str, ChannelTarget]:
    """The user's addresses by channel."""
    return {row.kind: row for row in ChannelTarget.objects.owned_by(user).order_by("pk")}


def has_device(user: User) -> bool:
    """Whether a browser of the user may be woken."""
    return PushSubscription.objects.owned_by(user).exists()


def subscriptions_of(user_id: int) -> list[PushSubscription]:
    """The browsers of the user that may be woken, the newest first."""
    return list(PushSubscription.objects.filter(user_id=user_id).order_by("-pk")[:MOST_DEVICES])
