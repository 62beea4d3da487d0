"""How days with a message and days without one went, where a draw decided between them."""

from __future__ import annotations

from django.db.models import Count, Q

from analytics.domain.suggestions import Reminded
from nudges.models import Decision, HabitPreference
from smarthabit.accounts.user import User


def reminded_of(user: User) -> dict[int, Reminded]:
    """By habit, over the draws that are kept. Habits for which the user has set how often already are left out."""
    told = HabitPreference.objects.owned_by(user).exclude(reminders=HabitPreference.Reminders.USUAL)
    drawn = Decision.objects.owned_by(user).filter(randomised=True, outcome__due=True)
    drawn = drawn.exclude(habit_id__in=told.values("habit_id"))
    silent, done = Q(action="no_send"), Q(outcome__done_that_day=True)
    counted = drawn.order_by().values("habit_id").annotate(
        sent=Count("pk", filter=~silent),
        sent_done=Count("pk", filter=~silent & done),
        held=Count("pk", filter=silent),
        held_done=Count("pk", filter=silent & done),
    )  # fmt: skip
    return {one["habit_id"]: Reminded(one["sent_done"], one["sent"], one["held_done"], one["held"]) for one in counted}
