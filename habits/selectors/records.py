"""What else is written down about habits: notes and pauses."""

from __future__ import annotations

from datetime import date

from django.db.models import F, Min, Q, QuerySet

from habits.models import Entry, Habit, Pause, Tag
from smarthabit.accounts.user import User

LATEST_NOTES = 20


def notes_of(user: User, habit_id: int) -> QuerySet[Entry]:
    """The latest entries of a habit that carry a note, the newest first."""
    entries = Entry.objects.owned_by(user).filter(habit_id=habit_id).exclude(note="")
    return entries.order_by("-day")[:LATEST_NOTES]


def first_day_of(user: User) -> date | None:
    """The day on which the first of the user's habits began; None without habits."""
    first: date | None = Habit.objects.owned_by(user).aggregate(first=Min("started_on"))["first"]
    return first


def pause_of_all(user: User, day: date) -> Pause | None:
    """The pause of the whole account that a day lies in, the longest first; None where there is none."""
    of_all = Pause.objects.owned_by(user).filter(habit=None, starts_on__lte=day)
    return of_all.filter(Q(ends_on=None) | Q(ends_on__gte=day)).order_by(F("ends_on").desc(nulls_first=True)).first()


def pauses_of(user: User, habit_id: int | None = None) -> QuerySet[Pause]:
    """The pauses that concern a habit, the account's among them; without a habit, all of the user's."""
    pauses = Pause.objects.owned_by(user).select_related("habit")
    return pauses if habit_id is None else pauses.filter(Q(habit_id=habit_id) | Q(habit_id=None))


def tag_names(user: User) -> list[str]:
    """The user's tags, in alphabetical order."""
    return list(Tag.objects.owned_by(user).order_by("name").values_list("name", flat=True))
