"""Every address of the product, app by app."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path, re_path
from drf_spectacular.views import SpectacularSwaggerSplitView

from smarthabit.kernel.api.problems import unknown_path

handler500 = "smarthabit.pages.errors.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", include("smarthabit.api_urls")),
    path("", include("smarthabit.pages.urls")),
    path("habits/", include("habits.urls")),
    path("", include("habits.feeds.urls")),
    path("goals/", include("goals.urls")),
    path("insights/", include("analytics.urls")),
    path("risk/", include("analytics.risk.urls")),
    path("nudges/", include("nudges.urls")),
    re_path(r"^api/", unknown_path),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="api:schema"), name="docs"),
    path("accounts/", include("allauth.urls")),
    path("settings/", include("smarthabit.accounts.urls")),
]
if settings.ADMIN_ENABLED:
    urlpatterns.append(path("admin/", admin.site.urls))
