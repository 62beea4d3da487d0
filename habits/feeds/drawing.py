"""A feed as a calendar: which event stands for what, and when it is."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse

from habits import words
from habits.domain.agenda import Occurrence
from habits.domain.plan import plan_on
from habits.domain.schedule import Period
from habits.feeds import ical
from habits.feeds.selectors import contents_of
from habits.feeds.words import calendar_words, summary_words
from habits.models import CalendarFeed
from habits.selectors.pasts import Past
from smarthabit.accounts.user import User

FORM: Final = 1
"""Goes up when the same habits are written in another way, so that programs that kept the old way ask anew."""
SPAN: Final = timedelta(minutes=15)
"""How long a habit with an hour of its own stands in the calendar. How long it takes nobody has said."""
_DAY: Final = timedelta(days=1)


def address_of(token: str) -> str:
    """The address of the feed that a token opens."""
    return f"{settings.SITE_URL}{reverse('feeds:calendar', args=[token])}"


def subscription_of(address: str) -> str:
    """The same address as calendar programs are called by it."""
    return "webcal" + address[address.index("://") :]


def drawn(feed: CalendarFeed, now: datetime, seq: int) -> bytes:
    """The calendar of a feed in the language that is active; ``seq`` is the number of its user's latest change."""
    contents = contents_of(feed, now)
    calendar = ical.Calendar(feed.name, calendar_words(contents), feed.user.timezone, now, seq)
    pages = {pk: reverse("habits:detail", args=[pk]) for pk in {past.habit.pk for past, _ in contents.events}}
    return ical.written(calendar, (_event(feed.user, past, one, pages[past.habit.pk]) for past, one in contents.events))


def _event(user: User, past: Past, one: Occurrence, page: str) -> ical.Event:
    habit = past.habit
    start, end = _when(user, one)
    plan = plan_on(past.rules, one.unit)
    return ical.Event(
        uid=_uid(habit.pk, one, "p" if isinstance(plan.schedule, Period) else "d"),
        start=start,
        end=end,
        summary=summary_words(habit.name, habit.unit, one),
        description=words.plan_words(plan.schedule, past.rules.kind, plan.target, habit.unit),
        url=f"{settings.SITE_URL}{page}",
    )


def _when(user: User, one: Occurrence) -> tuple[date, date]:
    """Whole days, or - where the plan names an hour - a moment of the user's clock."""
    if one.at is None:
        return one.first, one.last + _DAY
    start = instant_on(user, one.first, one.at)
    return start, start + SPAN


def instant_on(user: User, day: date, at: time) -> datetime:
    """When the user's clock shows ``at`` on their ``day``, which may begin after midnight and end after the next."""
    wall = datetime.combine(day + _DAY if at < user.day_starts_at else day, at, tzinfo=user.zone)
    return wall.astimezone(UTC)


def _uid(habit_id: int, one: Occurrence, kind: str) -> str:
    """The same for the same day or period, whatever becomes of it."""
    return f"habit-{habit_id}-{kind}{one.unit:%Y%m%d}@{urlsplit(settings.SITE_URL).hostname}"
