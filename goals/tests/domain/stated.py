"""The numbers of a forecast that must be there."""

from goals.domain.summary import Forecast, Spread


def probability_of(found: Forecast) -> float:
    """The probability of a forecast towards a deadline."""
    assert found.probability is not None
    return found.probability


def spread_of(found: Forecast) -> Spread:
    """The amounts at the deadline of a forecast towards one."""
    assert found.amount is not None
    return found.amount
