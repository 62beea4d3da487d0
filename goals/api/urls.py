"""Addresses of the goals API, below /api/v1/."""

from django.urls import path

import smarthabit.kernel.converters  # noqa: F401 - registers <id:...>
from goals.api import goals

urlpatterns = [
    path("goals/", goals.goals, name="goals"),
    path("goals/<id:pk>/", goals.goal, name="goal"),
    path("goals/<id:pk>/progress/", goals.progress, name="goal_progress"),
    path("goals/<id:pk>/progress/<id:entry_pk>/", goals.progress_entry, name="goal_progress_entry"),
]
