"""Addresses of the insights, below /insights/."""

from django.urls import path

import smarthabit.kernel.converters  # noqa: F401 - registers <id:...>
from analytics.suggestions import views as suggestions
from analytics.views import insights, reviews

app_name = "analytics"

urlpatterns = [
    path("", insights.insights, name="insights"),
    path("figures/", insights.insights_figures, name="insights_figures"),
    path("insights.csv", insights.insights_csv, name="insights_csv"),
    path("habits/<id:pk>/", insights.habit, name="habit"),
    path("habits/<id:pk>/figures/", insights.habit_figures, name="habit_figures"),
    path("habits/<id:pk>/insights.csv", insights.habit_csv, name="habit_csv"),
    path("reviews/", reviews.past, name="reviews"),
    path("reviews/<day:week>/", reviews.review, name="review"),
    path("reviews/<day:week>/delete/", reviews.delete, name="review_delete"),
    path("reviews/<day:week>/<slug:step>/", reviews.step, name="review_step"),
    path("suggestions/", suggestions.history, name="suggestions"),
    path("suggestions/history/", suggestions.history_rows, name="suggestion_history"),
    path("suggestions/today/", suggestions.of_the_day, name="suggestion_today"),
    path("suggestions/section/", suggestions.section, name="suggestion_section"),
    path("suggestions/<id:pk>/accept/", suggestions.accept_one, name="suggestion_accept"),
    path("suggestions/<id:pk>/dismiss/", suggestions.dismiss_one, name="suggestion_dismiss"),
    path("suggestions/<id:pk>/undo/", suggestions.undo_one, name="suggestion_undo"),
]
