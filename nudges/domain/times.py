"""What was learned about a habit's best times, as numbers to be shown."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nudges.domain import baseline
from nudges.domain.slots import SLOTS
from nudges.domain.state import Row
from nudges.domain.why import LEAST_DAYS


@dataclass(frozen=True, slots=True)
class SlotFacts:
    """One slot: the share (0 to 1) of the days with the habit done on which it is done here when nobody nudges; and
    what followed within two hours after drawn nudges (`followed` of `nudged`) and drawn silences."""

    share: float
    nudged: int
    followed: int
    silent: int
    by_itself: int


@dataclass(frozen=True, slots=True)
class Times:
    """The six slots of one habit. `days`: due days it rests on, older ones counting less; `enough`: to name a best."""

    slots: tuple[SlotFacts, ...]
    days: float
    enough: bool

    @property
    def best(self) -> int:
        """The slot in which it is done most often."""
        return max(range(SLOTS), key=lambda slot: self.slots[slot].share)


def times_of(row: Row, shared: Row) -> Times:
    """All of it from a user-habit's row; weekdays and weekends weigh as 5 to 2."""
    shares = np.zeros(SLOTS)
    for weekend, weight in ((0, 5), (1, 2)):
        hazard = baseline.hazards(row, shared, np.array([weekend]))[0]
        shares += weight * hazard * np.concatenate([[1.0], np.cumprod(1 - hazard)[:-1]])
    shares /= shares.sum()
    days = float(row["at_risk"][0, :, 0].sum())
    seen = row["seen"][0]
    slots = tuple(SlotFacts(float(shares[slot]), *(int(count) for count in seen[slot])) for slot in range(SLOTS))
    return Times(slots, days, days >= LEAST_DAYS)
