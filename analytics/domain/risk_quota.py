"""The risk of a unit that spans several days: that a period ends short of what it asks, or above what it allows.

A unit of `times` done days: with daily miss probabilities for the on-days left taken as independent, the number of days
still done follows a Poisson-binomial law, computed exactly by convolution (Hong, 2013). A unit of a total amount is
brought to days by what a day of this habit usually brings.
"""

import math
from collections.abc import Sequence


def done_day_chances(miss: Sequence[float]) -> list[float]:
    """P(exactly k of these days are done), k from 0, given each day's P(miss). Raises ValueError outside 0 to 1."""
    chances = [1.0]
    for p in miss:
        if not 0 <= p <= 1:
            raise ValueError(f"{p} is not a probability")
        longer = [p * chance for chance in chances] + [0.0]
        for k, chance in enumerate(chances):
            longer[k + 1] += (1 - p) * chance
        chances = longer
    return chances


def shortfall_risk(need: int, miss: Sequence[float]) -> float:
    """P(fewer than `need` more done days in the on-days left): 0 when nothing is needed, 1 when it can't be."""
    if need <= 0:
        return 0.0
    if need > len(miss):
        return 1.0
    return min(max(math.fsum(done_day_chances(miss)[:need]), 0.0), 1.0)


def total_shortfall_risk(missing: int, usual: int, miss: Sequence[float]) -> float:
    """P(a period's total stays short) for a build habit: `missing` milli still to go, `usual` milli on a done day.

    Counts the done days that amount takes. Without a usual amount one day is taken to be enough.
    """
    return shortfall_risk(_days_for(missing, usual), miss)


def total_excess_risk(allowance: int, usual: int, indulged: Sequence[float]) -> float:
    """P(a period's total goes above its limit): `allowance` milli left (negative: already above).

    `usual` is the milli of a day with an amount, `indulged` each remaining day's P(an amount). One more day than the
    allowance holds is one too many.
    """
    if allowance < 0:
        return 1.0
    too_many = allowance // usual + 1 if usual > 0 else 1
    if too_many > len(indulged):
        return 0.0
    return min(max(1.0 - math.fsum(done_day_chances([1 - p for p in indulged])[:too_many]), 0.0), 1.0)


def _days_for(amount: int, usual: int) -> int:
    if amount <= 0:
        return 0
    return -(-amount // usual) if usual > 0 else 1
