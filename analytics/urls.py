"""Addresses of the insights, below /insights/."""

from django.urls import path

import smarthabit.kernel.converters  # noqa: F401 - registers <id:...>
from analytics import views
from analytics.suggestions import views as suggestions

app_name = "analytics"

urlpatterns = [
    path("", views.insights, name="insights"),
    path("figures/", views.insights_figures, name="insights_figures"),
    path("insights.csv", views.insights_csv, name="insights_csv"),
    path("habits/<id:pk>/", views.habit, name="habit"),
    path("habits/<id:pk>/figures/", views.habit_figures, name="habit_figures"),
    path("habits/<id:pk>/insights.csv", views.habit_csv, name="habit_csv"),
    path("suggestions/", suggestions.history, name="suggestions"),
    path("suggestions/history/", suggestions.history_rows, name="suggestion_history"),
    path("suggestions/today/", suggestions.of_the_day, name="suggestion_today"),
    path("suggestions/section/", suggestions.section, name="suggestion_section"),
    path("suggestions/<id:pk>/accept/", suggestions.accept_one, name="suggestion_accept"),
    path("suggestions/<id:pk>/dismiss/", suggestions.dismiss_one, name="suggestion_dismiss"),
    path("suggestions/<id:pk>/undo/", suggestions.undo_one, name="suggestion_undo"),
]
