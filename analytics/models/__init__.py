"""Tables of analytics, a module for each subject. Amounts are whole thousandths, as in the tables of habits."""

from analytics.models.reviews import Review

__all__ = ["Review"]
