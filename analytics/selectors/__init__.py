"""Reading figures and reviews."""

from analytics.selectors.figures import (
    LONGEST_DAYS,
    MOST_COUNTED,
    OfHabit,
    Ranges,
    figures_of_habit,
    named_habits,
    overview_of,
    owned_habit,
    pairs_of,
)

__all__ = [
    "LONGEST_DAYS",
    "MOST_COUNTED",
    "OfHabit",
    "Ranges",
    "figures_of_habit",
    "named_habits",
    "overview_of",
    "owned_habit",
    "pairs_of",
]
