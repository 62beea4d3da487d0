"""Addresses of the insights, below /insights/."""

from django.urls import path

import smarthabit.kernel.converters  # noqa: F401 - registers <id:...>
from analytics import views

app_name = "analytics"

urlpatterns = [
    path("", views.insights, name="insights"),
    path("figures/", views.insights_figures, name="insights_figures"),
    path("insights.csv", views.insights_csv, name="insights_csv"),
    path("habits/<id:pk>/", views.habit, name="habit"),
    path("habits/<id:pk>/figures/", views.habit_figures, name="habit_figures"),
    path("habits/<id:pk>/insights.csv", views.habit_csv, name="habit_csv"),
]
