"""A user's nudges as their inbox shows them: one line an occasion, whichever channels it went by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q

from habits.domain.schedule import asks_for_total
from habits.domain.states import DayState
from habits.selectors import HabitView, habit_views
from nudges.models import Nudge
from nudges.querysets import NudgeQuerySet
from smarthabit.accounts.user import User
from smarthabit.kernel.timeline import Cut

LISTED = 20
MOST_COUNTED = 9
"""From here on the bell says "9+"."""
FRESH = timedelta(hours=3)
"""How long after it was sent a nudge may still pop up."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """One nudge with its habit as it stands now, and every channel it went by."""

    nudge: Nudge
    view: HabitView
    channels: tuple[str, ...]

    @property
    def open(self) -> bool:
        """Whether there is still something to do about it today."""
        nudge, today = self.nudge, self.view.snapshot.today
        pending = today.due and today.state is DayState.PENDING
        return nudge.acted_at is None and nudge.dismissed_at is None and nudge.day == today.day and pending

    @property
    def unread(self) -> bool:
        """Whether it was not looked at yet."""
        return self.nudge.seen_at is None

    @property
    def one_step(self) -> bool:
        """Whether "done" says enough: a total over weeks needs an amount."""
        return not asks_for_total(self.view.plan.schedule)


def inbox(user: User, now: datetime, *, offset: int = 0, limit: int = LISTED) -> list[Occasion]:
    """What was sent, and what was put off until later, the latest first; a constant number of queries."""
    return _occasions(user, now, list(_first_of_each(user).order_by("-due_at", "-pk")[offset : offset + limit]))


def sent_below(user: User, now: datetime, cut: Cut, table: int) -> list[Occasion]:
    """What was sent, as a part of a longer list of what happened: by the instant it was due; constant queries."""
    return _occasions(user, now, cut.of(_first_of_each(user).filter(state=Nudge.State.SENT), "due_at", table))


def newest_unread(user: User, now: datetime) -> Occasion | None:
    """The nudge to pop up: the latest of those sent within the app lately that nobody looked at and that are open."""
    rows = _unread(user).filter(channel="in_app", sent_at__gt=now - FRESH).order_by("-sent_at", "-pk")[:MOST_COUNTED]
    return next((found for found in _occasions(user, now, list(rows)) if found.open), None)


def count_unread(user: User) -> int:
    """How many nudges in the inbox were not looked at yet; not counted beyond `MOST_COUNTED` + 1."""
    return len(_unread(user).values_list("pk", flat=True)[: MOST_COUNTED + 1])


def _first_of_each(user: User) -> NudgeQuerySet[Nudge]:
    """The first row of each occasion that anything came of."""
    shown = Q(state=Nudge.State.SENT) | Q(state__in=(Nudge.State.DUE, Nudge.State.LEASED), snoozed_at__isnull=False)
    rows = Nudge.objects.owned_by(user).filter(shown)
    same = {name: OuterRef(name) for name in ("user_id", "habit_id", "day", "slot")}
    return rows.filter(~Exists(Nudge.objects.filter(shown, **same, pk__lt=OuterRef("pk"))))


def _unread(user: User) -> NudgeQuerySet[Nudge]:
    return _first_of_each(user).filter(seen_at=None, acted_at=None, dismissed_at=None, state=Nudge.State.SENT)


def _occasions(user: User, now: datetime, rows: Sequence[Nudge]) -> list[Occasion]:
    if not rows:
        return []
    views = {view.habit.pk: view for view in habit_views(user, now, ids=[*{row.habit_id for row in rows}])}
    days = [row.day for row in rows]
    kinds: defaultdict[tuple[object, ...], list[str]] = defaultdict(list)
    others = Nudge.objects.owned_by(user).filter(
        day__range=(min(days), max(days)), habit_id__in=views, state=Nudge.State.SENT
    )
    for habit_id, day, slot, channel in others.order_by("pk").values_list("habit_id", "day", "slot", "channel"):
        kinds[habit_id, day, slot].append(channel)
    return [
        Occasion(row, views[row.habit_id], tuple(kinds[row.habit_id, row.day, row.slot]))
        for row in rows
        if row.habit_id in views
    ]
