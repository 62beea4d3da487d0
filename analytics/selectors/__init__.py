"""Reading figures and reviews."""

from analytics.selectors.figures import (
    LONGEST_DAYS,
    OfHabit,
    Ranges,
    every_habit,
    figures_of_habit,
    overview_of,
    owned_habit,
    pairs_of,
)

__all__ = [
    "LONGEST_DAYS",
    "OfHabit",
    "Ranges",
    "every_habit",
    "figures_of_habit",
    "overview_of",
    "owned_habit",
    "pairs_of",
]
