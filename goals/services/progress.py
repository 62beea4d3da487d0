"""Progress that is entered by hand."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from goals.domain.goal import MOST_TARGET
from goals.events import GoalsChanged
from goals.models import Goal, ManualProgress
from goals.services.goals import locked_goal
from goals.services.rules import MOST_ENTRIES, NOTE_LENGTH
from goals.services.settling import settle
from habits.domain.calendar import latest_day_anywhere
from smarthabit.accounts.user import User
from smarthabit.kernel.errors import NotFound, RuleError
from smarthabit.kernel.events import publish


@transaction.atomic
def add_progress(
    *, user: User, goal_id: int, day: date, amount_milli: int, now: datetime, note: str = "", tab: str = ""
) -> ManualProgress:
    """Add an amount on a day; one below zero takes something back. Raises NotFound or RuleError."""
    goal = locked_goal(user, goal_id)
    _check(goal, day, amount_milli, note, now)
    entry = ManualProgress.objects.create(
        user=user, goal=goal, day=day, amount_milli=amount_milli, note=note.strip(), created_at=now
    )
    _tell(user, goal_id, now, tab)
    return entry


@transaction.atomic
def remove_progress(*, user: User, goal_id: int, entry_id: int, now: datetime, tab: str = "") -> None:
    """Take an entry back. Raises NotFound."""
    goal = locked_goal(user, goal_id)
    removed, _by_table = ManualProgress.objects.owned_by(user).filter(goal=goal, pk=entry_id).delete()
    if not removed:
        raise NotFound
    _tell(user, goal_id, now, tab)


def _check(goal: Goal, day: date, amount_milli: int, note: str, now: datetime) -> None:
    if goal.measure != Goal.Measure.MANUAL:
        raise RuleError("not_manual", _("This goal is fed by habits: log those."), "amount")
    if day > latest_day_anywhere(now):
        raise RuleError("day_too_late", _("That day has not begun yet."), "day")
    if day < goal.starts_on or (goal.deadline is not None and day > goal.deadline):
        raise RuleError("day_outside_goal", _("That day is not within the goal's time."), "day")
    if amount_milli == 0 or abs(amount_milli) > MOST_TARGET:
        raise RuleError("amount_out_of_range", _("The amount is out of range."), "amount")
    if len(note.strip()) > NOTE_LENGTH:
        raise RuleError(
            "note_too_long", _("A note can have up to %(most)d characters.") % {"most": NOTE_LENGTH}, "note"
        )
    if goal.entries.count() >= MOST_ENTRIES:
        raise RuleError("too_many_entries", _("A goal can hold up to %(most)d entries.") % {"most": MOST_ENTRIES})


def _tell(user: User, goal_id: int, now: datetime, tab: str) -> None:
    publish(GoalsChanged(user.pk, settle(user, [goal_id], now).seq, tab, (goal_id,), "progress"))
