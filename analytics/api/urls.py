"""Addresses of the analytics API, below /api/v1/."""

from django.urls import path

import smarthabit.kernel.converters  # noqa: F401 - registers <id:...>
from analytics.api import overview
from analytics.risk import api as risk

urlpatterns = [
    path("analytics/overview/", overview.overview, name="analytics_overview"),
    path("risk/", risk.risks, name="risk"),
    path("risk/calibration/", risk.calibration, name="risk_calibration"),
    path("habits/<id:pk>/analytics/", overview.habit, name="habit_analytics"),
]
