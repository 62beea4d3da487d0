"""Addresses of the pages about nudges, below /nudges/."""

from django.urls import path

import smarthabit.kernel.converters  # noqa: F401 - registers <id:...>
from nudges.views import channels, inbox, links, preferences, times

app_name = "nudges"

urlpatterns = [
    path("", inbox.nudges, name="inbox"),
    path("rows/", inbox.rows, name="rows"),
    path("bell/", inbox.bell, name="bell"),
    path("seen/", inbox.seen, name="seen"),
    path("<id:pk>/<slug:kind>/", inbox.react, name="react"),
    path("times/", times.times, name="times"),
    path("action/<str:token>/", links.action, name="action"),
    path("unsubscribe/<str:token>/", links.unsubscribe, name="unsubscribe"),
    path("preferences/", preferences.preferences, name="preferences"),
    path("preferences/habits/", preferences.habits, name="preferences_habits"),
    path("preferences/try/<slug:kind>/", channels.trial, name="trial"),
    path("preferences/webhook/", channels.webhook, name="webhook"),
    path("preferences/messenger/", channels.messenger, name="messenger"),
    path("preferences/targets/<slug:kind>/remove/", channels.remove, name="remove_target"),
    path("preferences/devices/", channels.subscribe, name="subscribe"),
    path("preferences/devices/<id:pk>/remove/", channels.remove_device, name="remove_device"),
]
