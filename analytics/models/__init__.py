"""Tables of analytics, a module for each subject. Amounts are whole thousandths, as in the tables of habits."""

from analytics.models.reviews import Review
from analytics.models.risk import HabitRisk, RiskAlert, RiskDay, RiskModel, RiskRecord
from analytics.models.suggestions import Suggestion, SuggestionClock

__all__ = [
    "HabitRisk",
    "Review",
    "RiskAlert",
    "RiskDay",
    "RiskModel",
    "RiskRecord",
    "Suggestion",
    "SuggestionClock",
]
