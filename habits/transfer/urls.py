"""Addresses of import and export, below /habits/ and in its namespace."""

from django.urls import path

import smarthabit.kernel.converters  # noqa: F401 - registers <id:...>
from habits.transfer import views

urlpatterns = [
    path("import/", views.upload, name="import"),
    path("import/<id:pk>/", views.job, name="import_job"),
    path("import/<id:pk>/state/", views.job_state, name="import_state"),
    path("import/<id:pk>/confirm/", views.confirm, name="import_confirm"),
    path("export/", views.export, name="export"),
]
