"""Making and revoking feeds. A token is told once, to whoever asked for it; what is kept does not give it back."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from habits.feeds import tokens
from habits.models import CalendarFeed, Tag
from smarthabit.accounts import audit
from smarthabit.accounts.user import User
from smarthabit.kernel.errors import NotFound, RuleError

MOST_FEEDS = 10
LONGEST_NAME = 60
NOTED_EVERY = timedelta(minutes=10)
"""A read is noted no more often than this, so that a program that asks all the time writes nothing."""


@transaction.atomic
def make_feed(
    *, user: User, name: str, now: datetime, tag: str = "", address: str | None = None
) -> tuple[CalendarFeed, str]:
    """A new feed of all habits, or of those with one tag; the feed, and its token, which is not to be had again.

    Raises RuleError for a name that is none or taken, a tag that the user does not have, and for one feed too many.
    """
    User.objects.select_for_update(no_key=True).get(pk=user.pk)  # or two at once would both be the last
    name = name.strip()
    _check(user, name, tag)
    token = tokens.new()
    feed = CalendarFeed.objects.create(
        user=user, name=name, tag=tag, language=get_language() or "", token_hash=tokens.hashed(token), created_at=now
    )
    audit.record(audit.Kind.FEED_MADE, now=now, user=user, address=address, feed=str(feed.pk))
    return feed, token


@transaction.atomic
def revoke_feed(*, user: User, feed_id: int, now: datetime, address: str | None = None, actor: str = "") -> None:
    """End a feed: its address leads nowhere from now on. Raises NotFound for one that is gone or another's."""
    if not CalendarFeed.objects.owned_by(user).filter(pk=feed_id).delete()[0]:
        raise NotFound
    audit.record(audit.Kind.FEED_REVOKED, now=now, user=user, address=address, actor=actor, feed=str(feed_id))


def note_read(*, feed: CalendarFeed, now: datetime) -> None:
    """Remember that somebody has read it."""
    if feed.last_read_at is None or feed.last_read_at < now - NOTED_EVERY:
        CalendarFeed.objects.filter(pk=feed.pk).update(last_read_at=now)


def _check(user: User, name: str, tag: str) -> None:
    feeds = CalendarFeed.objects.owned_by(user)
    if not 0 < len(name) <= LONGEST_NAME:
        raise RuleError("name_length", _("A name of up to 60 characters is needed."), "name")
    if feeds.filter(name=name).exists():
        raise RuleError("name_taken", _("You have a feed of this name already."), "name")
    if tag and not Tag.objects.owned_by(user).filter(name=tag).exists():
        raise RuleError("unknown_tag", _("You have no such tag."), "tag")
    if feeds.count() >= MOST_FEEDS:
        raise RuleError("too_many_feeds", _("You have as many feeds as there can be. Please revoke one first."))
