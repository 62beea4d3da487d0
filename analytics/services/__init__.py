"""Writing reviews: the only way anything about them changes."""

from analytics.services.reviews import ReviewWords, check_week, delete_review, finish_review, write_review

__all__ = ["ReviewWords", "check_week", "delete_review", "finish_review", "write_review"]
