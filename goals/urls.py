"""Addresses of the goal pages, below /goals/."""

from django.urls import path

import smarthabit.kernel.converters  # noqa: F401 - registers <id:...>
from goals.views import detail, editing, lists

app_name = "goals"

urlpatterns = [
    path("", lists.goals, name="list"),
    path("rows/", lists.rows, name="rows"),
    path("new/", editing.new, name="new"),
    path("<id:pk>/", detail.detail, name="detail"),
    path("<id:pk>/picture/", detail.picture, name="picture"),
    path("<id:pk>/edit/", editing.edit, name="edit"),
    path("<id:pk>/abandon/", editing.abandon, name="abandon"),
    path("<id:pk>/delete/", editing.delete, name="delete"),
    path("<id:pk>/progress/", detail.progress, name="progress"),
    path("<id:pk>/progress/<id:entry_pk>/remove/", detail.remove, name="remove"),
]
