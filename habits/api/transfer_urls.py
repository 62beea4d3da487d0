"""Addresses of import and export, below /api/v1/."""

from django.urls import path

import smarthabit.kernel.converters  # noqa: F401 - registers <id:...>
from habits.api import transfer

urlpatterns = [
    path("imports/", transfer.imports, name="imports"),
    path("imports/<id:pk>/", transfer.import_state, name="import"),
    path("export/", transfer.export, name="export"),
]
