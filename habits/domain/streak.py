"""The streak and its freezes, moved on by one unit at a time."""

from dataclasses import dataclass

from habits.domain.states import UnitState

RUN_TO_EARN = 7
MOST_FREEZES = 2


@dataclass(slots=True)
class Tally:
    """Counts of units so far.

    `since` is the first day (ordinal) of the streak's first unit, None without a streak. `run` counts kept units
    towards the next freeze.
    """

    current: int
    longest: int
    since: int | None
    freezes: int
    run: int

    def keep(self, first: int, freezes: bool) -> None:
        """Count a kept unit that begins on `first`, under a plan with or without freezes."""
        self.current += 1
        if self.current == 1:
            self.since = first
        self.longest = max(self.longest, self.current)
        if freezes:
            self.run += 1
            if self.run >= RUN_TO_EARN:
                self.run = 0
                self.freezes = min(MOST_FREEZES, self.freezes + 1)

    def miss(self, freezes: bool) -> UnitState:
        """Count a missed unit: a freeze takes it where the plan has them, or the streak ends."""
        self.run = 0
        if freezes and self.freezes and self.current:
            self.freezes -= 1
            return UnitState.FROZEN
        self.current = self.freezes = 0
        self.since = None
        return UnitState.MISSED

    def settle(self, state: UnitState, first: int, freezes: bool) -> UnitState:
        """Count a unit in whatever state it is; the answer differs from `state` only where a freeze was spent."""
        if state is UnitState.KEPT:
            self.keep(first, freezes)
        elif state is UnitState.MISSED:
            return self.miss(freezes)
        return state

    def copy(self) -> "Tally":
        """The same counts, to be moved on without touching these."""
        return Tally(self.current, self.longest, self.since, self.freezes, self.run)
