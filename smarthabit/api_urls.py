"""The API, version 1: each app's paths, and the schema that describes them all."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView

from smarthabit.pages.api import live_ticket

app_name = "api"

urlpatterns = [
    path("", include("habits.api.urls")),  # first: check-ins are most of what is asked
    path("", include("smarthabit.accounts.api.urls")),
    path("", include("goals.api.urls")),
    path("", include("analytics.api.urls")),
    path("", include("nudges.api.urls")),
    path("live/ticket/", live_ticket, name="live_ticket"),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
]
