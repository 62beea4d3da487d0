"""The roof's addresses: Today, the way in and the pages around them."""

from django.urls import path

import smarthabit.kernel.converters  # noqa: F401 - registers the "day" converter
from smarthabit.pages import activity_views, find_views, health, metrics, views, worker

urlpatterns = [
    path("", views.today, name="today"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics.figures, name="metrics"),
    path("sw.js", worker.service_worker, name="service_worker"),
    path("manifest.webmanifest", worker.manifest, name="manifest"),
    path("offline/", worker.offline, name="offline"),
    path("day/", views.pick_day, name="pick_day"),
    path("day/<day:day>/", views.day, name="day"),
    path("day/<day:day>/rows/", views.day_rows, name="day_rows"),
    path("activity/", activity_views.activity, name="activity"),
    path("activity/rows/", activity_views.rows, name="activity_rows"),
    path("activity/undo/<id:pk>/<day:day>/", activity_views.undo, name="activity_undo"),
    path("find/", find_views.find, name="find"),
    path("find/palette/", find_views.palette, name="find_palette"),
    path("find/options/", find_views.options, name="find_options"),
    path("welcome/", views.welcome, name="welcome"),
    path("welcome/begin/", views.begin, name="begin"),
]
