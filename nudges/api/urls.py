"""Addresses of the nudges API, below /api/v1/."""

from django.urls import path

import smarthabit.kernel.converters  # noqa: F401 - registers <id:...>
from nudges.api import nudges

urlpatterns = [
    path("nudges/", nudges.nudges, name="nudges"),
    path("nudges/<id:pk>/seen/", nudges.seen, name="nudge_seen"),
    path("nudges/<id:pk>/snooze/", nudges.snooze, name="nudge_snooze"),
    path("nudges/<id:pk>/dismiss/", nudges.dismiss, name="nudge_dismiss"),
    path("nudges/<id:pk>/act/", nudges.act, name="nudge_act"),
    path("nudges/preferences/", nudges.preferences, name="nudge_preferences"),
    path("nudges/devices/", nudges.devices, name="nudge_devices"),
    path("nudges/devices/<id:pk>/", nudges.device, name="nudge_device"),
    path("nudges/webhook/", nudges.webhook, name="nudge_webhook"),
]
