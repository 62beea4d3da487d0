"""What an entry may say."""

from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from habits.domain.calendar import latest_day_anywhere
from habits.domain.entry import is_check
from habits.domain.plan import Rules, plan_on
from habits.models import Habit
from habits.services.changes import UNSET, EntryWrite
from smarthabit.kernel.errors import RuleError

MOST_MILLI = 10**12
NOTE_LENGTH = 2000
EARLIEST = date(1900, 1, 1)


def check_day(day: date, now: datetime) -> None:
    """Refuse a day that has begun nowhere on earth, and one before anything people log."""
    if day > latest_day_anywhere(now):
        raise RuleError("day_too_late", _("That day has not begun yet."), "day")
    if day < EARLIEST:
        raise RuleError("day_too_early", _("Days before 1900 cannot be logged."), "day")


def check_write(habit: Habit, rules: Rules, write: EntryWrite, now: datetime) -> None:
    """Raise RuleError for a write that says what an entry cannot say."""
    check_day(write.day, now)
    change = write.change
    value = change.value_milli
    if value is not UNSET and value is not None:
        if value < 0:
            raise RuleError("value_negative", _("The value cannot be below 0."), "value")
        if value > MOST_MILLI:
            raise RuleError("value_too_large", _("The value is too large."), "value")
        if value not in {0, 1000} and is_check(rules.kind, habit.unit, plan_on(rules, write.day).target):
            raise RuleError("value_not_a_check", _("This habit is a check: its value is 0 or 1."), "value")
    if change.note is not UNSET and len(change.note) > NOTE_LENGTH:
        raise RuleError(
            "note_too_long", _("A note can have up to %(most)d characters.") % {"most": NOTE_LENGTH}, "note"
        )
    performed_at = change.performed_at
    if performed_at is not UNSET and performed_at is not None and performed_at > now + timedelta(hours=26):
        raise RuleError("performed_too_late", _("That moment has not come yet."), "performed_at")
