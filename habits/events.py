"""What happens to habits, as told to the apps above. Ids and plain values only."""

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
class ClosedDay:
    """A user's day that is over: ``broken`` names the habits whose streak ended, ``frozen`` those a freeze saved."""

    user_id: int
    seq: int
    day: date
    broken: tuple[int, ...] = ()
    frozen: tuple[int, ...] = ()
    standings: tuple[Standing, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class DaysClosed(Event):
    """The days of some users are over, one of each: told together, so that what follows is done for all at once."""

    days: tuple[ClosedDay, ...]

    @property
    def user_ids(self) -> list[int]:
        """Whose."""
        return [day.user_id for day in self.days]
