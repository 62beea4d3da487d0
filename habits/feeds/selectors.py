"""Reading feeds, and what is in one. What it costs is bounded, however many habits there are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Final, NamedTuple

from django.db.models import F, QuerySet

from habits.domain.agenda import Occurrence, Told, agenda
from habits.feeds.tokens import hashed
from habits.models import CalendarFeed, Habit
from habits.selectors.pasts import Past, pasts_of
from smarthabit.accounts.selectors import today_of
from smarthabit.accounts.user import User
from smarthabit.kernel.errors import NotFound

BEHIND: Final = 7
AHEAD: Final = 60
"""Days before and after today that a feed tells."""
MOST_HABITS: Final = 300  # SQLite takes no deeper a query
MOST_EVENTS: Final = 4_000

Shown = tuple[Past, Occurrence]


@dataclass(frozen=True, slots=True)
class Contents:
    """What a feed holds, by day. `until` is the last day it tells where there was too much for all of them; `habits`
    counts those it tells of where there were too many.
    """

    events: list[Shown]
    until: date | None = None
    habits: int | None = None


class Opened(NamedTuple):
    """A feed with its user, and the number of the user's latest change, as of the same moment."""

    feed: CalendarFeed
    seq: int


def feeds_of(user: User) -> QuerySet[CalendarFeed]:
    """The user's feeds, the oldest first; a handful at most."""
    return CalendarFeed.objects.owned_by(user)


def feed_of(user: User, feed_id: int) -> CalendarFeed:
    """One of them. Raises NotFound."""
    feed = feeds_of(user).filter(pk=feed_id).first()
    if feed is None:
        raise NotFound
    return feed


def opened_by(token: str) -> Opened | None:
    """The feed that a token opens; None for a token that opens nothing (any more)."""
    feeds = CalendarFeed.objects.select_related("user").annotate(seq=F("user__clock__seq"))
    feed = feeds.filter(token_hash=hashed(token), user__is_active=True).first()
    return None if feed is None else Opened(feed, feed.seq or 0)


def contents_of(feed: CalendarFeed, now: datetime) -> Contents:
    """The habits to build that are in use, as a calendar shows them; a constant number of queries.

    Limits are left out: they ask for nothing at any time of any day.
    """
    user = feed.user
    habits = Habit.objects.owned_by(user).active().filter(kind=Habit.Kind.BUILD).select_related("state")
    if feed.tag:
        habits = habits.tagged(feed.tag)
    found = list(habits[: MOST_HABITS + 1])
    told = found[:MOST_HABITS]
    events = _events(user, told, now)
    habit_count = None if len(found) == len(told) else len(told)
    if len(events) <= MOST_EVENTS:
        return Contents(events, habits=habit_count)
    until = events[MOST_EVENTS][1].first.toordinal() - 1
    kept = [event for event in islice(events, MOST_EVENTS) if event[1].first.toordinal() <= until]
    return Contents(kept, date.fromordinal(until), habit_count)


def _events(user: User, habits: list[Habit], now: datetime) -> list[Shown]:
    today = today_of(user, now).toordinal()
    pasts = pasts_of(user, [(habit, today - BEHIND) for habit in habits], now)
    events = [
        (past, one)
        for habit in habits
        for past in (pasts[habit.pk],)
        for one in agenda(_told(past), today - BEHIND, today + AHEAD)
    ]
    return sorted(events, key=lambda event: event[1].first)


def _told(past: Past) -> Told:
    return Told(past.rules, past.history, past.base, past.rows, past.today)
