"""Pauses: days on which nothing is asked, of one habit or of the whole account."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from habits.events import HabitsChanged
from habits.models import Habit, Pause
from habits.services.entry_rules import EARLIEST
from habits.services.states import forget_rules, refold_habits
from smarthabit.accounts.selectors import today_of
from smarthabit.accounts.services import bump_seq
from smarthabit.accounts.user import User
from smarthabit.kernel.errors import NotFound, RuleError
from smarthabit.kernel.events import publish

MOST_PAUSES = 2_000
LONGEST = timedelta(days=3660)
_BATCH = 200


@transaction.atomic
def add_pause(
    *,
    user: User,
    now: datetime,
    starts_on: date,
    ends_on: date | None = None,
    habit_id: int | None = None,
    reason: str = "",
    tab: str = "",
) -> Pause:
    """Pause a habit, or everything, from a day on - to a day or until further notice. The same pause twice is one."""
    today = today_of(user, now)
    _check(starts_on, ends_on, today)
    habit = _habit(user, habit_id)
    pauses = Pause.objects.owned_by(user)
    same = pauses.filter(habit=habit, starts_on=starts_on, ends_on=ends_on).first()
    if same is not None:
        return same
    if pauses.count() >= MOST_PAUSES:
        raise RuleError("too_many_pauses", _("There are too many pauses. Please remove some first."))
    pause = Pause.objects.create(
        user=user, habit=habit, starts_on=starts_on, ends_on=ends_on, reason=reason.strip()[:200], created_at=now
    )
    _follow(user, pause, today, tab)
    return pause


@transaction.atomic
def end_pause(*, user: User, pause_id: int, now: datetime, tab: str = "") -> None:
    """Come back today: a pause that has run ends yesterday, one that begins today or later never was."""
    today = today_of(user, now)
    pause = Pause.objects.owned_by(user).select_for_update().filter(pk=pause_id).first()
    if pause is None:
        raise NotFound
    if pause.starts_on >= today:
        delete_pause(user=user, pause_id=pause_id, now=now, tab=tab)
        return
    if pause.ends_on is None or pause.ends_on >= today:
        pause.ends_on = today - timedelta(days=1)
        pause.save(update_fields=["ends_on"])
        _follow(user, pause, today, tab)


@transaction.atomic
def delete_pause(*, user: User, pause_id: int, now: datetime, tab: str = "") -> None:
    """Take a pause back as if it had never been."""
    pause = Pause.objects.owned_by(user).select_for_update().filter(pk=pause_id).first()
    if pause is None:
        raise NotFound
    pause.delete()
    _follow(user, pause, today_of(user, now), tab)


def _check(starts_on: date, ends_on: date | None, today: date) -> None:
    if not EARLIEST <= starts_on <= today + LONGEST:
        raise RuleError("pause_out_of_range", _("A pause can start up to ten years ahead."), "from")
    if ends_on is not None and ends_on < starts_on:
        raise RuleError("pause_ends_before_start", _("The last day comes before the first."), "to")
    if ends_on is not None and ends_on > starts_on + LONGEST:
        raise RuleError("pause_too_long", _("A pause can last up to ten years."), "to")


def _habit(user: User, habit_id: int | None) -> Habit | None:
    if habit_id is None:
        return None
    habit = Habit.objects.owned_by(user).filter(pk=habit_id).first()
    if habit is None:
        raise NotFound
    return habit


def _follow(user: User, pause: Pause, today: date, tab: str) -> None:
    """Refold what the pause covers of closed days, and tell."""
    habits = Habit.objects.owned_by(user)
    if pause.habit_id is not None:
        habits = habits.filter(pk=pause.habit_id)
    forget_rules(user, None if pause.habit_id is None else [pause.habit_id])
    if pause.starts_on < today:
        affected = list(habits)
        for at in range(0, len(affected), _BATCH):
            refold_habits(user, affected[at : at + _BATCH], today, since=pause.starts_on)
    named = (pause.habit_id,) if pause.habit_id else ()
    publish(HabitsChanged(user.pk, bump_seq(user.pk), tab, named, "paused"))
