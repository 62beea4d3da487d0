"""Reading suggestions, and the facts they are made of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from analytics.domain.suggestions import REST, WINDOW, Facts, Kind, Past, Subject, facts_of
from analytics.models import Suggestion, SuggestionClock
from analytics.suggestions.reminders import reminded_of
from habits.domain.entry import EntryRow
from habits.domain.plan import Rules
from habits.selectors.entries import rows_since
from habits.selectors.rules import rules_of
from smarthabit.accounts.user import User
from smarthabit.kernel.errors import NotFound
from smarthabit.kernel.timeline import Cut

if TYPE_CHECKING:
    from habits.models import Habit

MOST_HABITS = 200
"""Habits that are looked at, the first in the user's order."""
REMEMBERED = timedelta(days=REST + 35)
"""How far back suggestions count for the limits: longer than any rest that can still be running."""
_URGENCY = list(Kind)


def facts_of_some(user: User, habits: Sequence[Habit], today: int) -> list[Facts]:
    """The facts of these habits (with their states) as of the start of an ordinal day."""
    reminded = reminded_of(user)
    rules, rows = rules_and_rows(user, habits, today)
    return [
        facts_of(
            Subject(habit.pk, habit.unit, habit.cue, reminded.get(habit.pk)), rules[habit.pk], rows[habit.pk], today
        )
        for habit in habits
    ]


def rules_and_rows(
    user: User, habits: Sequence[Habit], today: int
) -> tuple[dict[int, Rules], dict[int, list[EntryRow]]]:
    """The rules of these habits, and their entries of the half year before an ordinal day and after."""
    return rules_of(user, habits), rows_since([(habit.pk, max(1, today - WINDOW)) for habit in habits])


def open_suggestions(user: User) -> list[Suggestion]:
    """The suggestions that wait for an answer, the most urgent first."""
    found = Suggestion.objects.owned_by(user).filter(state=Suggestion.State.OPEN).select_related("habit")
    return sorted(found, key=lambda one: (_URGENCY.index(Kind(one.kind)), -one.certainty, one.pk))


def all_suggestions(user: User) -> QuerySet[Suggestion]:
    """Every suggestion of the user, the latest first."""
    return Suggestion.objects.owned_by(user).select_related("habit").order_by("-pk")


def answered_suggestions(user: User) -> QuerySet[Suggestion]:
    """Those that were applied, undone, dismissed or left, the latest first."""
    return all_suggestions(user).exclude(state=Suggestion.State.OPEN)


def answered_below(user: User, cut: Cut, table: int) -> list[Suggestion]:
    """Those that were answered, as a part of a longer list of what happened: by the instant of the answer."""
    return cut.of(answered_suggestions(user).filter(decided_at__isnull=False), "decided_at", table)


def owned_suggestion(user: User, suggestion_id: int) -> Suggestion:
    """The user's suggestion of this id. Raises NotFound."""
    found = all_suggestions(user).filter(pk=suggestion_id).first()
    if found is None:
        raise NotFound
    return found


def remembered(user: User, today: date) -> list[Past]:
    """What was suggested before, as far as it still counts."""
    found = Suggestion.objects.owned_by(user).filter(made_on__gt=today - REMEMBERED)
    return [_past(one) for one in found.only("habit_id", "made_on", "decided_on", "state")]


def looked_on(user: User) -> date | None:
    """The day of the user's on which their habits were last looked at."""
    return SuggestionClock.objects.filter(user_id=user.pk).values_list("looked_on", flat=True).first()


def quieter_habits(user: User) -> set[int]:
    """The habits of which the user wants to be reminded less often."""
    accepted = Suggestion.objects.owned_by(user).filter(state=Suggestion.State.ACCEPTED, kind=Suggestion.Kind.REMINDERS)
    return set(accepted.values_list("habit_id", flat=True))


def _past(row: Suggestion) -> Past:
    rests_from = row.decided_on.toordinal() if row.decided_on else None
    return Past(row.habit_id, row.made_on.toordinal(), rests_from, row.state == Suggestion.State.OPEN)
