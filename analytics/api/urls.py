"""Addresses of the analytics API, below /api/v1/."""

from django.urls import path

import smarthabit.kernel.converters  # noqa: F401 - registers <id:...> and <day:...>
from analytics.api import overview, reviews, suggestions
from analytics.risk import api as risk

urlpatterns = [
    path("analytics/overview/", overview.overview, name="analytics_overview"),
    path("risk/", risk.risks, name="risk"),
    path("risk/calibration/", risk.calibration, name="risk_calibration"),
    path("habits/<id:pk>/analytics/", overview.habit, name="habit_analytics"),
    path("reviews/", reviews.reviews, name="reviews"),
    path("reviews/<day:week>/", reviews.review, name="review"),
    path("reviews/<day:week>/finish/", reviews.finish, name="review_finish"),
    path("suggestions/", suggestions.suggestions, name="suggestions"),
    path("suggestions/<id:pk>/", suggestions.suggestion, name="suggestion"),
    path("suggestions/<id:pk>/accept/", suggestions.accept_suggestion, name="suggestion_accept"),
    path("suggestions/<id:pk>/dismiss/", suggestions.dismiss_suggestion, name="suggestion_dismiss"),
    path("suggestions/<id:pk>/undo/", suggestions.undo_suggestion, name="suggestion_undo"),
]
