"""What analytics tells the apps above it. Ids and plain values only."""

from dataclasses import dataclass
from datetime import date

from smarthabit.kernel.events import Event


@dataclass(frozen=True, slots=True)
class RiskRaised(Event):
    """A streak that is alive has become likely to end: told once for a habit and a day, never in a lapse.

    ``risk`` is None while the history is too short for a number.
    """

    user_id: int
    seq: int
    habit_id: int
    day: date
    risk: float | None
    streak: int


@dataclass(frozen=True, slots=True)
class ReviewChanged(Event):
    """A weekly review was written, finished or deleted, by the browser tab ``tab``, as the user's change ``seq``."""

    user_id: int
    seq: int
    tab: str
    week: date


@dataclass(frozen=True, slots=True)
class SuggestionsChanged(Event):
    """Suggestions were made, answered, undone or measured: screens that show them are out of date."""

    user_id: int
    seq: int
    tab: str
    suggestion_ids: tuple[int, ...]
    kind: str


@dataclass(frozen=True, slots=True)
class SuggestionAccepted(Event):
    """A person took a suggestion up. ``fewer_reminders``: they want to be reminded of this habit less often.

    The wish outlives the event: `analytics.suggestions.selectors.quieter_habits` has it for as long as it holds.
    """

    user_id: int
    suggestion_id: int
    habit_id: int
    kind: str
    fewer_reminders: bool = False


@dataclass(frozen=True, slots=True)
class SuggestionUndone(Event):
    """A suggestion that was taken up is undone; ``fewer_reminders``: so is that wish."""

    user_id: int
    suggestion_id: int
    habit_id: int
    kind: str
    fewer_reminders: bool = False
