"""Addresses of the analytics API, below /api/v1/."""

from django.urls import path

import smarthabit.kernel.converters  # noqa: F401 - registers <id:...>
from analytics.api import overview

urlpatterns = [
    path("analytics/overview/", overview.overview, name="analytics_overview"),
    path("habits/<id:pk>/analytics/", overview.habit, name="habit_analytics"),
]
