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
