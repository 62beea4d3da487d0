"""What happens to habits, as told to the apps above. Ids and plain values only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from smarthabit.kernel.events import Event


@dataclass(frozen=True, slots=True)
class Standing:
    """A habit in numbers right after a change: what a script listening on the socket is told."""

    habit_id: int
    streak: int
    longest: int
    strength: float
    state: str


@dataclass(frozen=True, slots=True)
class EntriesChanged(Event):
    """Entries were written or deleted. ``days`` are those touched, by habit."""

    user_id: int
    seq: int
    tab: str
    days: dict[int, tuple[date, ...]]
    standings: tuple[Standing, ...] = ()


@dataclass(frozen=True, slots=True)
class HabitsChanged(Event):
    """Habits were created, edited, archived, reordered or deleted, or their plans or pauses changed."""

    user_id: int
    seq: int
    tab: str
    habit_ids: tuple[int, ...]
    kind: str


@dataclass(frozen=True, slots=True)
class Streaks:
    """What the end of a day did to a user's streaks: ``broken`` names those that ended, ``frozen`` those saved."""

    broken: tuple[int, ...] = ()
    frozen: tuple[int, ...] = ()
    standings: tuple[Standing, ...] = ()


@dataclass(frozen=True, slots=True)
class DaysClosed(Event):
    """A day of many users is over: told together, so that what follows is done for all at once.

    ``numbers`` are each one's user id and number of the change; ``streaks`` are of those to whom it did something.
    """

    day: date
    numbers: Sequence[tuple[int, int]]
    streaks: Mapping[int, Streaks] = field(default_factory=dict)

    @property
    def user_ids(self) -> list[int]:
        """Whose."""
        return [user_id for user_id, _ in self.numbers]
