"""How many nudges in a row were wasted on a person: the day was missed all the same.

Those who leave do so after such runs, so the run is what the chance of leaving is told by (`policy.leaving_rate`). It
ends with the first nudge whose day is kept. Where nothing is sent it shrinks by one every ten days: whoever was left
alone for long is met without a grudge.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from nudges.domain.state import NO_SLOT, NOT_DONE, REMEMBERED, Row

MOST: Final = 250
FORGIVEN_EVERY: Final = 10  # days


def close(row: Row, entry: np.void) -> None:
    """Count the day of `entry`, which ends now; earlier days are closed."""
    day = int(entry["day"])
    if entry["slot"] != NO_SLOT:
        entry["wasted"] = row["wasted"][0]
        row["wasted"] = _after(entry)
    elif day % FORGIVEN_EVERY == 0 and row["wasted"][0] and not len(_nudged(row, day - REMEMBERED)):
        row["wasted"] -= 1


def recount(row: Row, since: int) -> None:
    """The run again, from a remembered day with a nudge on that turned out otherwise."""
    days = row["days"][0]
    indices = _nudged(row, since)
    run = int(days["wasted"][indices[0]])
    for i in indices:
        days["wasted"][i] = run
        run = _after(days[i])
    row["wasted"] = run


def _after(entry: Any) -> int:
    return min(int(entry["wasted"]) + 1, MOST) if entry["minute"] == NOT_DONE else 0


def _nudged(row: Row, since: int) -> NDArray[np.intp]:
    """Where the remembered days with a nudge from `since` to the last closed one are kept, in their order."""
    days = row["days"][0]
    found = np.flatnonzero((days["slot"] != NO_SLOT) & (days["day"] >= since) & (days["day"] <= row["day"][0]))
    return np.asarray(found[np.argsort(days["day"][found])])
