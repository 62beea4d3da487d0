"""What happens to goals, as told to the apps above. Ids and plain values only."""

from dataclasses import dataclass
from datetime import date

from smarthabit.kernel.events import Event


@dataclass(frozen=True, slots=True)
class GoalsChanged(Event):
    """Goals were created, edited, deleted, given up or fed by hand, or what feeds them changed."""

    user_id: int
    seq: int
    tab: str
    goal_ids: tuple[int, ...]
    kind: str


@dataclass(frozen=True, slots=True)
class GoalHappened(Event):
    """A goal was reached, its deadline passed, or a milestone lies behind it. Told once; the row is durable.

    ``kind`` is "reached", "missed" or "milestone"; ``mark`` names the target or milestone in thousandths, or the
    ordinal of the deadline.
    """

    user_id: int
    goal_id: int
    kind: str
    mark: int
    day: date
