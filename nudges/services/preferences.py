"""What a user wants of nudges: written here, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from habits.selectors.history import owned_habit
from habits.services.changes import UNSET, Unset, stated
from nudges import channels
from nudges.events import NudgesChanged
from nudges.models import HabitPreference, KillSwitch, NudgePreferences
from nudges.services.schedule import enrol, reschedule
from smarthabit.accounts.services import bump_seq
from smarthabit.accounts.user import User
from smarthabit.kernel.errors import RuleError
from smarthabit.kernel.events import publish


@dataclass(frozen=True, slots=True, kw_only=True)
class PreferenceChange:
    """Preferences to set; a field that is left out keeps its value."""

    channels: tuple[str, ...] | Unset = UNSET
    quiet_from: time | Unset = UNSET
    quiet_to: time | Unset = UNSET
    daily_budget: int | Unset = UNSET
    weekly_budget: int | Unset = UNSET
    tone: str | Unset = UNSET
    no_experiments: bool | Unset = UNSET


@transaction.atomic
def change_preferences(*, user: User, change: PreferenceChange, now: datetime, tab: str = "") -> NudgePreferences:
    """Set preferences. Raises RuleError for a channel that is not there or a value out of bounds.

    Whoever switches off the last channel has opted out: that is remembered, and learned from.
    """
    row = _locked(user, now)
    wanted = {name: value for name, value in _wanted(change).items() if getattr(row, name) != value}
    if not wanted:
        return row
    if "channels" in wanted:
        row.opted_out_at = None if wanted["channels"] else now
    for name, value in wanted.items():
        setattr(row, name, value)
    _check(row, wanted)
    row.save(update_fields=[*wanted, "opted_out_at"])
    reschedule(user, row, now)
    publish(NudgesChanged(user.pk, bump_seq(user.pk), tab, "preferences"))
    return row


@transaction.atomic
def switch_channel(*, user: User, kind: str, on: bool, now: datetime, tab: str = "") -> NudgePreferences:
    """Switch one channel on or off and leave the others as they are; repeating it changes nothing."""
    row = _locked(user, now)  # or what somebody switches off at the same moment would be on again
    others = [one for one in row.channels if one != kind]
    change = PreferenceChange(channels=(*others, kind) if on else tuple(others))
    return change_preferences(user=user, change=change, now=now, tab=tab)


@transaction.atomic
def prefer_for_habit(
    *,
    user: User,
    habit_id: int,
    now: datetime,
    reminders: str | Unset = UNSET,
    slot: int | Unset | None = UNSET,
    tab: str = "",
) -> HabitPreference:
    """Set how often to be reminded of one habit, and which slot to start from (None: the plan's preferred time).

    Raises NotFound for a habit that is not the user's, RuleError for a value that is none.
    """
    habit = owned_habit(user, habit_id)
    HabitPreference.objects.get_or_create(habit_id=habit.pk, defaults={"user": user})
    row = HabitPreference.objects.select_for_update().get(habit_id=habit.pk)
    told = {name: value for name, value in (("reminders", reminders), ("slot", slot)) if value is not UNSET}
    for name, value in told.items():
        setattr(row, name, value)
    _check(row, told)
    row.save()
    enrol(user, now)
    publish(NudgesChanged(user.pk, bump_seq(user.pk), tab, "preferences"))
    return row


def throw_kill_switch(*, on: bool, now: datetime, actor: str, reason: str = "") -> KillSwitch:
    """Stop all nudges, or let them go on. What is due while they are stopped is not sent later."""
    return KillSwitch.objects.create(on=on, reason=reason[:200], thrown_at=now, actor_email=actor)


def _locked(user: User, now: datetime) -> NudgePreferences:
    """The user's preferences, for this transaction alone to change."""
    enrol(user, now)
    return NudgePreferences.objects.select_for_update().get(user=user)


def _wanted(change: PreferenceChange) -> dict[str, object]:
    wanted = stated(change)
    if "channels" in wanted:
        unknown = set(wanted["channels"]) - set(channels.kinds())
        if unknown:
            raise RuleError("unknown_channel", _("There is no such channel here."), "channels")
        wanted["channels"] = [kind for kind in channels.kinds() if kind in wanted["channels"]]
    return wanted


def _check(row: NudgePreferences | HabitPreference, names: Iterable[str]) -> None:
    for name in names:
        field = row._meta.get_field(name)
        try:
            field.clean(getattr(row, name), row)  # type: ignore[union-attr]  # the names given are of plain columns
        except ValidationError as error:
            if name != "channels" or row.channels:  # type: ignore[union-attr]  # no channel at all is a choice
                raise RuleError("invalid", " ".join(error.messages), name) from error
