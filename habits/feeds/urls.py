"""Addresses of feeds: their page is among the settings, they themselves are below /feeds/."""

from django.urls import path

import smarthabit.kernel.converters  # noqa: F401 - registers <id:...>
from habits.feeds import views

app_name = "feeds"

urlpatterns = [
    path("settings/feeds/", views.feeds, name="list"),
    path("settings/feeds/<id:pk>/revoke/", views.revoke, name="revoke"),
    path("feeds/<str:token>.ics", views.calendar, name="calendar"),
]
