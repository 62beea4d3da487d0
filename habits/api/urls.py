"""Addresses of the habits API, below /api/v1/."""

from django.urls import include, path

import smarthabit.kernel.converters  # noqa: F401 - registers <id:...>
from habits.api import entries, feeds, habits, pauses

urlpatterns = [
    path("habits/<id:pk>/entries/<str:day>/", entries.entry, name="entry"),
    path("habits/", habits.habits, name="habits"),
    path("habits/reorder/", habits.reorder, name="reorder"),
    path("habits/<id:pk>/", habits.habit, name="habit"),
    path("habits/<id:pk>/plans/", habits.plans, name="plans"),
    path("habits/<id:pk>/entries/", entries.entries, name="entries"),
    path("habits/<id:pk>/history/", entries.history, name="history"),
    path("entries/bulk/", entries.bulk, name="bulk"),
    path("pauses/", pauses.pauses, name="pauses"),
    path("pauses/<id:pk>/", pauses.pause, name="pause"),
    path("feeds/", feeds.feeds, name="feeds"),
    path("feeds/<id:pk>/", feeds.feed, name="feed"),
    path("", include("habits.api.transfer_urls")),
]
