"""The numbers behind 'Why this nudge?', as codes and parameters; the words are the pages' business.

What followed nudges is only ever set against what followed randomised no-sends at the same time of day. Set against
all other days it would flatter: nudges go out on days on which the habit is likelier to be done anyway.
"""

from dataclasses import dataclass

import numpy as np

from nudges.domain import baseline
from nudges.domain.moment import Moment
from nudges.domain.slots import SLOT_END, SLOT_START
from nudges.domain.state import Row

LEAST_DAYS = 5.0  # decayed due days before a usual time is claimed


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the explanation: a code, and its numbers by name."""

    code: str
    params: dict[str, int]


def facts(row: Row, shared: Row, moment: Moment, *, daily_budget: int = 2) -> list[Fact]:
    """What a user may be told about a nudge at this moment; `row` is the user-habit's.

    `usual_window` (start and end in local minutes, share of done days in per cent), `nudged_then` and `drawn_no_then`
    (n occasions in this slot, m done within two hours) once there are any, and `budget` (used, of) with this one.
    """
    found = _usual(row, shared, moment)
    nudged, followed, silent, by_itself = (int(x) for x in row["seen"][0, moment.slot])
    if nudged:
        found.append(Fact("nudged_then", {"n": nudged, "m": followed}))
    if silent:
        found.append(Fact("drawn_no_then", {"n": silent, "m": by_itself}))
    used = moment.sent_today_user + (0 if moment.digest_open else 1)
    return [*found, Fact("budget", {"used": used, "of": daily_budget})]


def _usual(row: Row, shared: Row, moment: Moment) -> list[Fact]:
    kind = int(moment.weekday >= 5)
    if float(row["at_risk"][0, :, 0].sum()) < LEAST_DAYS:
        return []
    hazard = baseline.hazards(row, shared, np.array([kind]))[0]
    in_slot = hazard * np.concatenate([[1.0], np.cumprod(1 - hazard)[:-1]])
    best = int(in_slot.argmax())
    share = round(100 * float(in_slot[best] / in_slot.sum()))
    return [Fact("usual_window", {"start": SLOT_START[best], "end": SLOT_END[best], "share": share})]
