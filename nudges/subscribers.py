"""What follows from events: who has habits is looked at, and open screens are told of nudges."""

from __future__ import annotations

from analytics.events import SuggestionAccepted, SuggestionUndone
from habits.events import DaysClosed, HabitsChanged
from nudges.events import NudgesChanged
from nudges.models import HabitPreference, NudgePreferences
from nudges.services import enrol, prefer_for_habit
from nudges.services.schedule import enrol_missed, reschedule
from smarthabit.accounts.events import ProfileChanged
from smarthabit.accounts.user import User
from smarthabit.kernel import clock, live
from smarthabit.kernel.events import subscribe

KEYS = ("nudges", "list:nudges")
"""What a change of nudges moves on a screen: the bell with the newest one, and the inbox."""
_UNNOTICED = {"reordered", "deleted"}
_OF_SLOTS = {"timezone", "day_starts_at"}


def connect() -> None:
    """Subscribe; called once, when the app is ready."""
    subscribe(HabitsChanged, _follow_habits)
    subscribe(DaysClosed, _follow_days)
    subscribe(ProfileChanged, _follow_profile)
    subscribe(NudgesChanged, _tell)
    subscribe(SuggestionAccepted, _remind_less)
    subscribe(SuggestionUndone, _remind_again)


def _follow_habits(event: HabitsChanged) -> None:
    """A new habit, or another preferred time: the learning job looks soon."""
    if event.kind in _UNNOTICED:
        return
    user = User.objects.filter(pk=event.user_id).first()
    if user is not None:
        enrol(user, clock.now(), learn_now=True)


def _follow_days(event: DaysClosed) -> None:
    """Whoever was missed is found at the end of the day."""
    enrol_missed(event.user_ids, clock.now())


def _follow_profile(event: ProfileChanged) -> None:
    row = NudgePreferences.objects.select_related("user").filter(pk=event.user_id).first()
    if row is not None and _OF_SLOTS & set(event.changed):
        reschedule(row.user, row, clock.now())


def _remind_less(event: SuggestionAccepted) -> None:
    """A suggestion to be reminded less often was taken up."""
    user = User.objects.filter(pk=event.user_id).first() if event.fewer_reminders else None
    if user is not None:
        fewer = HabitPreference.Reminders.FEWER
        prefer_for_habit(user=user, habit_id=event.habit_id, now=clock.now(), reminders=fewer)


def _remind_again(event: SuggestionUndone) -> None:
    """It was undone: as before, unless the user has said something else since."""
    fewer = HabitPreference.objects.filter(
        user_id=event.user_id, habit_id=event.habit_id, reminders=HabitPreference.Reminders.FEWER
    )
    row = fewer.select_related("user").first() if event.fewer_reminders else None
    if row is not None:
        usual = HabitPreference.Reminders.USUAL
        prefer_for_habit(user=row.user, habit_id=event.habit_id, now=clock.now(), reminders=usual)


def _tell(event: NudgesChanged) -> None:
    told = [{"type": f"nudge_{event.kind}", "nudge": str(pk)} for pk in event.nudge_ids]
    live.publish(event.user_id, event.seq, KEYS, event.tab, told)
