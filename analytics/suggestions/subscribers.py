"""What follows from events: open screens are told of suggestions, and days that close have them looked for."""

from __future__ import annotations

from analytics.events import SuggestionsChanged
from analytics.suggestions.making import put_away_stale, wind
from habits.events import DaysClosed, HabitsChanged
from smarthabit.accounts.user import User
from smarthabit.kernel import clock, live
from smarthabit.kernel.events import subscribe

SUGGESTIONS = "suggestions"
"""The live key of all that shows suggestions."""
OF_PLANS = {"updated", "archived", "paused"}
"""Changes of habits after which a suggestion may no longer fit."""
MOST_TOLD = 20


def connect() -> None:
    """Subscribe; called once, when the app is ready."""
    subscribe(DaysClosed, _wind)
    subscribe(HabitsChanged, _put_away)
    subscribe(SuggestionsChanged, _tell)


def _wind(event: DaysClosed) -> None:
    wind(event.user_ids, clock.now())


def _put_away(event: HabitsChanged) -> None:
    user = User.objects.filter(pk=event.user_id).first() if event.kind in OF_PLANS else None
    if user is not None:
        put_away_stale(user, event.habit_ids, clock.now())


def _tell(event: SuggestionsChanged) -> None:
    told = [{"type": f"suggestion_{event.kind}", "suggestion": str(pk)} for pk in event.suggestion_ids[:MOST_TOLD]]
    live.publish(event.user_id, event.seq, [SUGGESTIONS], event.tab, told)
