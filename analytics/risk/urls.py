"""Addresses of the risks, below /risk/."""

from django.urls import path

import smarthabit.kernel.converters  # noqa: F401 - registers <id:...>
from analytics.risk import views

app_name = "risk"

urlpatterns = [
    path("", views.board, name="board"),
    path("list/", views.board_list, name="board_list"),
    path("record/", views.record, name="record"),
    path("notices/", views.notices, name="notices"),
    path("notices/<id:pk>/seen/", views.seen, name="seen"),
    path("habits/<id:pk>/", views.why, name="why"),
]
