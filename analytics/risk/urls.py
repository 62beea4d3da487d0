"""Addresses of the risks, below /risk/."""

from django.urls import path

import smarthabit.kernel.converters  # noqa: F401 - registers <id:...>
from analytics.risk import views

app_name = "risk"

urlpatterns = [
    path("habits/<id:pk>/", views.why, name="why"),
]
